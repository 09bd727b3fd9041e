-- migrate:up
CREATE TABLE practitioner_area (
    practitioner_id BIGINT UNSIGNED NOT NULL,
    area_id SMALLINT UNSIGNED NOT NULL,
    position TINYINT UNSIGNED NOT NULL DEFAULT 0,
    PRIMARY KEY (practitioner_id, area_id),
    KEY practitioner_area_area (area_id, practitioner_id),
    CONSTRAINT practitioner_area_practitioner_fk FOREIGN KEY (practitioner_id) REFERENCES practitioner (id) ON DELETE CASCADE,
    CONSTRAINT practitioner_area_area_fk FOREIGN KEY (area_id) REFERENCES practice_area (id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Practice areas of a practitioner, the strongest first';

-- migrate:down
DROP TABLE practitioner_area;
