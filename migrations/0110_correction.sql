-- migrate:up
CREATE TABLE correction (
    table_name VARCHAR(32) NOT NULL COMMENT 'organization or practitioner',
    row_id BIGINT UNSIGNED NOT NULL,
    field VARCHAR(32) NOT NULL COMMENT 'as imports call it',
    source_value TEXT NULL COMMENT 'what the source said when it was corrected, as imports compare it',
    value TEXT NULL COMMENT 'what it was corrected to',
    basis VARCHAR(255) NOT NULL COMMENT 'whence staff knows it',
    account_id BINARY(16) NOT NULL COMMENT 'who corrected it',
    at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (table_name, row_id, field)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Fields of the directory that staff corrected: they stand until the source itself says something new';

-- migrate:down
DROP TABLE correction;
