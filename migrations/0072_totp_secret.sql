-- migrate:up
CREATE TABLE totp_secret (
    account_id BINARY(16) NOT NULL,
    secret VARBINARY(128) NOT NULL COMMENT 'encrypted',
    confirmed_at DATETIME(6) NULL COMMENT 'UTC; NULL: shown, not yet proved',
    last_step BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'of 30 s; a code counts once',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (account_id),
    CONSTRAINT totp_secret_account_fk FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Second factor by RFC 6238';

-- migrate:down
DROP TABLE totp_secret;
