-- migrate:up
CREATE TABLE organization_listing (
    type_id SMALLINT UNSIGNED NOT NULL COMMENT '0: any type; else area_id is 0; parents of types included',
    area_id SMALLINT UNSIGNED NOT NULL COMMENT '0: any area; else type_id is 0; parents of areas included',
    region_id BIGINT UNSIGNED NOT NULL COMMENT '0: anywhere; its region and all that contain it',
    rank_order INT UNSIGNED NOT NULL,
    organization_id BIGINT UNSIGNED NOT NULL,
    language_mask BIGINT UNSIGNED NOT NULL COMMENT 'languages its practitioners serve in: 1 << language.id',
    PRIMARY KEY (type_id, area_id, region_id, rank_order, organization_id),
    KEY organization_listing_organization (organization_id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Projection for search: an organization once per type or area and per region it is found under';

-- migrate:down
DROP TABLE organization_listing;
