-- migrate:up
CREATE TABLE organization_place (
    type_id SMALLINT UNSIGNED NOT NULL COMMENT '0: any type',
    area_id SMALLINT UNSIGNED NOT NULL COMMENT '0: any area',
    latitude_band SMALLINT NOT NULL COMMENT 'FLOOR(latitude * 20): bands of 0.05 degrees',
    longitude DOUBLE NOT NULL,
    organization_id BIGINT UNSIGNED NOT NULL,
    latitude DOUBLE NOT NULL,
    rank_order INT UNSIGNED NOT NULL,
    language_mask BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (type_id, area_id, latitude_band, longitude, organization_id),
    KEY organization_place_organization (organization_id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Projection for nearest first: where an organization is, once per type or area';

-- migrate:down
DROP TABLE organization_place;
