-- migrate:up
CREATE TABLE import_change (
    import_id BIGINT UNSIGNED NOT NULL,
    seq INT UNSIGNED NOT NULL COMMENT 'order within the import; undone from the highest down',
    table_name VARCHAR(32) NOT NULL COMMENT 'organization or practitioner; the document holds what hangs on it',
    row_id BIGINT UNSIGNED NOT NULL,
    before_doc MEDIUMTEXT NULL COMMENT 'JSON; NULL: the import added it',
    after_doc MEDIUMTEXT NULL COMMENT 'JSON',
    PRIMARY KEY (import_id, seq),
    KEY import_change_row (table_name, row_id, import_id),
    CONSTRAINT import_change_run_fk FOREIGN KEY (import_id) REFERENCES import_run (id) ON DELETE CASCADE
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'What an import did to each row, so that it can be undone';

-- migrate:down
DROP TABLE import_change;
