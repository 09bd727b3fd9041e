-- migrate:up
CREATE TABLE practitioner_region (
    practitioner_id BIGINT UNSIGNED NOT NULL,
    region_id BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (practitioner_id, region_id),
    KEY practitioner_region_region (region_id, practitioner_id),
    CONSTRAINT practitioner_region_practitioner_fk FOREIGN KEY (practitioner_id) REFERENCES practitioner (id) ON DELETE CASCADE,
    CONSTRAINT practitioner_region_region_fk FOREIGN KEY (region_id) REFERENCES region (id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Regions a practitioner serves besides his own';

-- migrate:down
DROP TABLE practitioner_region;
