-- migrate:up
CREATE TABLE session (
    id BINARY(16) NOT NULL COMMENT 'UUIDv7',
    account_id BINARY(16) NOT NULL,
    method VARCHAR(12) NOT NULL COMMENT 'code, password, wechat, oidc, certificate',
    second_factor TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT '1: proved',
    transport VARCHAR(8) NOT NULL COMMENT 'cookie or body',
    device_index BINARY(16) NULL COMMENT 'keyed hash of what the device calls itself',
    device_name VARCHAR(64) NULL COMMENT 'as the person may recognize it',
    idle_minutes INT UNSIGNED NULL COMMENT 'ends when unused so long; NULL: never',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    used_at DATETIME(6) NOT NULL COMMENT 'UTC, last refresh',
    expires_at DATETIME(6) NOT NULL COMMENT 'UTC',
    ended_at DATETIME(6) NULL COMMENT 'UTC',
    ended_why VARCHAR(12) NULL,
    PRIMARY KEY (id),
    KEY session_account (account_id, id),
    KEY session_expires (expires_at),
    CONSTRAINT session_transport CHECK (transport IN ('cookie', 'body')),
    CONSTRAINT session_ended CHECK (ended_why IN ('signed_out', 'revoked', 'password', 'reuse', 'disabled', 'factor')),
    CONSTRAINT session_account_fk FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Signed in on one device';

-- migrate:down
DROP TABLE session;
