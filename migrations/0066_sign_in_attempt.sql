-- migrate:up
CREATE TABLE sign_in_attempt (
    id BINARY(16) NOT NULL COMMENT 'UUIDv7',
    at DATETIME(6) NOT NULL COMMENT 'UTC',
    method VARCHAR(12) NOT NULL COMMENT 'code, password, second_factor',
    subject_index BINARY(16) NOT NULL COMMENT 'keyed hash of the phone or name that was given',
    device_index BINARY(16) NULL,
    address_index BINARY(16) NOT NULL COMMENT 'keyed hash; IPv6 by /64',
    account_id BINARY(16) NULL,
    accepted TINYINT UNSIGNED NOT NULL,
    PRIMARY KEY (id),
    KEY sign_in_attempt_subject (subject_index, at),
    KEY sign_in_attempt_address (address_index, at),
    KEY sign_in_attempt_at (at)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'What throttling counts; tidied away by rule';

-- migrate:down
DROP TABLE sign_in_attempt;
