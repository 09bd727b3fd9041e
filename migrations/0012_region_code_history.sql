-- migrate:up
CREATE TABLE region_code_history (
    region_id BIGINT UNSIGNED NOT NULL,
    code VARCHAR(12) NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE NULL COMMENT 'last day; NULL: in force',
    PRIMARY KEY (region_id, code, valid_from),
    KEY region_code_history_code (code, valid_from),
    CONSTRAINT region_code_history_fk FOREIGN KEY (region_id) REFERENCES region (id) ON DELETE CASCADE
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Codes a region has had: people and papers keep the codes of abolished counties';

-- migrate:down
DROP TABLE region_code_history;
