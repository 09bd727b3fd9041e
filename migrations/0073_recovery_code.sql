-- migrate:up
CREATE TABLE recovery_code (
    account_id BINARY(16) NOT NULL,
    code_hash BINARY(32) NOT NULL COMMENT 'HMAC of account and code',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    used_at DATETIME(6) NULL COMMENT 'UTC',
    PRIMARY KEY (account_id, code_hash),
    CONSTRAINT recovery_code_account_fk FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Ten codes that stand in, once each, for a lost second factor';

-- migrate:down
DROP TABLE recovery_code;
