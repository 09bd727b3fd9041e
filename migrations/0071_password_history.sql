-- migrate:up
CREATE TABLE password_history (
    account_id BINARY(16) NOT NULL,
    replaced_at DATETIME(6) NOT NULL COMMENT 'UTC',
    password_hash VARCHAR(160) NOT NULL,
    PRIMARY KEY (account_id, replaced_at),
    CONSTRAINT password_history_account_fk FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Earlier passwords of staff, which may not come again';

-- migrate:down
DROP TABLE password_history;
