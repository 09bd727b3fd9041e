-- migrate:up
CREATE TABLE outbox (
    id BINARY(16) NOT NULL COMMENT 'UUIDv7',
    template VARCHAR(32) NOT NULL,
    locale VARCHAR(16) NULL,
    account_id BINARY(16) NULL COMMENT 'whose wishes about contact hold; NULL: nobody known',
    recipient VARBINARY(200) NOT NULL COMMENT 'encrypted: a phone number, an openid, an address',
    params VARBINARY(2000) NULL COMMENT 'encrypted: JSON object of what the template fills in',
    due_at DATETIME(6) NOT NULL COMMENT 'UTC, not before',
    expires_at DATETIME(6) NULL COMMENT 'UTC, worthless afterwards',
    state VARCHAR(12) NOT NULL DEFAULT 'waiting',
    tries INT UNSIGNED NOT NULL DEFAULT 0,
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    updated_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (id),
    KEY outbox_due (state, due_at),
    KEY outbox_account (account_id),
    CONSTRAINT outbox_state CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'expired', 'withheld')),
    CONSTRAINT outbox_account_fk FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE SET NULL
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Notices to send: written in the transaction of the act, sent at least once';

-- migrate:down
DROP TABLE outbox;
