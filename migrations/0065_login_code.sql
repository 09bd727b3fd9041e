-- migrate:up
CREATE TABLE login_code (
    id BINARY(16) NOT NULL COMMENT 'UUIDv7',
    purpose VARCHAR(16) NOT NULL,
    phone_index BINARY(16) NOT NULL COMMENT 'keyed blind index',
    account_id BINARY(16) NULL COMMENT 'for whom, when it is a signed-in person',
    code_hash BINARY(32) NOT NULL COMMENT 'HMAC of phone, purpose and code',
    device_index BINARY(16) NULL,
    address_index BINARY(16) NOT NULL COMMENT 'keyed hash; IPv6 by /64',
    slot BIGINT UNSIGNED NOT NULL COMMENT 'of time, as long as code.interval: one code each, however many ask at once',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    expires_at DATETIME(6) NOT NULL COMMENT 'UTC',
    tries TINYINT UNSIGNED NOT NULL DEFAULT 0,
    taken_by BINARY(16) NULL COMMENT 'new id of the request that gave the right code',
    PRIMARY KEY (id),
    UNIQUE KEY login_code_slot (phone_index, slot),
    KEY login_code_phone (phone_index, created_at),
    KEY login_code_device (device_index, created_at),
    KEY login_code_address (address_index, created_at),
    KEY login_code_created (created_at),
    CONSTRAINT login_code_purpose CHECK (purpose IN ('sign_in', 'set_password', 'change_phone'))
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'One-time codes sent to phones, and what the quotas count';

-- migrate:down
DROP TABLE login_code;
