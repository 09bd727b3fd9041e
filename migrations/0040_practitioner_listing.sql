-- migrate:up
CREATE TABLE practitioner_listing (
    kind_id TINYINT UNSIGNED NOT NULL COMMENT '0: any kind; else area_id is 0',
    area_id SMALLINT UNSIGNED NOT NULL COMMENT '0: any area; else kind_id is 0; parents of areas included',
    region_id BIGINT UNSIGNED NOT NULL COMMENT '0: anywhere; his regions and all that contain them',
    rank_order INT UNSIGNED NOT NULL,
    practitioner_id BIGINT UNSIGNED NOT NULL,
    kind_mask BIGINT UNSIGNED NOT NULL COMMENT 'bit per qualification_kind.id: 1 << id',
    language_mask BIGINT UNSIGNED NOT NULL COMMENT 'bit per language.id: 1 << id',
    sex VARCHAR(6) NULL,
    legal_aid TINYINT UNSIGNED NOT NULL,
    practicing_since DATE NOT NULL COMMENT '9999-12-31: unknown',
    PRIMARY KEY (kind_id, area_id, region_id, rank_order, practitioner_id),
    KEY practitioner_listing_practitioner (practitioner_id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Projection for search: a practitioner once per area and per region he is found under; rebuilt from the tables of record, never edited';

-- migrate:down
DROP TABLE practitioner_listing;
