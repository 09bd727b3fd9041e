-- migrate:up
CREATE TABLE import_run (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    kind VARCHAR(32) NOT NULL COMMENT 'organizations, practitioners, regions',
    source VARCHAR(64) NOT NULL,
    file_name VARCHAR(255) NOT NULL,
    file_sha256 BINARY(32) NOT NULL,
    started_at DATETIME(6) NOT NULL COMMENT 'UTC',
    finished_at DATETIME(6) NULL COMMENT 'UTC',
    status VARCHAR(16) NOT NULL,
    rows_read INT UNSIGNED NOT NULL DEFAULT 0,
    rows_added INT UNSIGNED NOT NULL DEFAULT 0,
    rows_changed INT UNSIGNED NOT NULL DEFAULT 0,
    rows_unchanged INT UNSIGNED NOT NULL DEFAULT 0,
    rows_refused INT UNSIGNED NOT NULL DEFAULT 0,
    warnings INT UNSIGNED NOT NULL DEFAULT 0,
    duplicates INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'possible duplicates listed',
    PRIMARY KEY (id),
    KEY import_run_source (source, kind, started_at),
    CONSTRAINT import_run_status CHECK (status IN ('running', 'done', 'failed', 'undone'))
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'One import of one file; undone as a whole';

-- migrate:down
DROP TABLE import_run;
