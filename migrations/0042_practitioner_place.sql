-- migrate:up
CREATE TABLE practitioner_place (
    area_id SMALLINT UNSIGNED NOT NULL COMMENT '0: any area',
    latitude_band SMALLINT NOT NULL COMMENT 'FLOOR(latitude * 20): bands of 0.05 degrees',
    longitude DOUBLE NOT NULL,
    practitioner_id BIGINT UNSIGNED NOT NULL,
    latitude DOUBLE NOT NULL,
    rank_order INT UNSIGNED NOT NULL,
    kind_mask BIGINT UNSIGNED NOT NULL,
    language_mask BIGINT UNSIGNED NOT NULL,
    sex VARCHAR(6) NULL,
    legal_aid TINYINT UNSIGNED NOT NULL,
    practicing_since DATE NOT NULL COMMENT '9999-12-31: unknown',
    PRIMARY KEY (area_id, latitude_band, longitude, practitioner_id),
    KEY practitioner_place_practitioner (practitioner_id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Projection for nearest first: where a practitioner is found, once per area';

-- migrate:down
DROP TABLE practitioner_place;
