-- migrate:up
CREATE TABLE account (
    id BINARY(16) NOT NULL COMMENT 'UUIDv7',
    kind VARCHAR(8) NOT NULL DEFAULT 'citizen' COMMENT 'citizen or staff: which password and session rules hold',
    person_id BINARY(16) NULL,
    login_name VARCHAR(64) NULL COMMENT 'of staff, lower case; citizens sign in by phone',
    phone VARBINARY(128) NULL COMMENT 'encrypted',
    phone_index BINARY(16) NULL COMMENT 'keyed blind index',
    phone_at DATETIME(6) NULL COMMENT 'UTC, when he last proved that it is his',
    password_hash VARCHAR(160) NULL COMMENT 'Argon2id in its own form',
    password_at DATETIME(6) NULL COMMENT 'UTC, set or changed',
    password_must_change TINYINT UNSIGNED NOT NULL DEFAULT 0,
    status VARCHAR(8) NOT NULL DEFAULT 'active',
    locale VARCHAR(16) NULL,
    version INT UNSIGNED NOT NULL DEFAULT 1,
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    updated_at DATETIME(6) NOT NULL COMMENT 'UTC',
    created_by BINARY(16) NULL COMMENT 'account; NULL: himself, or the program',
    PRIMARY KEY (id),
    UNIQUE KEY account_phone (phone_index),
    UNIQUE KEY account_login_name (login_name),
    KEY account_person (person_id),
    KEY account_kind (kind, id),
    CONSTRAINT account_kind CHECK (kind IN ('citizen', 'staff')),
    CONSTRAINT account_status CHECK (status IN ('active', 'disabled', 'closed')),
    CONSTRAINT account_person_fk FOREIGN KEY (person_id) REFERENCES person (id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'A way to sign in';

-- migrate:down
DROP TABLE account;
