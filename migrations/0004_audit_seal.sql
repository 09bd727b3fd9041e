-- migrate:up
CREATE TABLE audit_seal (
    seq BIGINT UNSIGNED NOT NULL,
    at DATETIME(6) NOT NULL COMMENT 'UTC',
    first_id BINARY(16) NOT NULL,
    last_id BINARY(16) NOT NULL,
    events INT UNSIGNED NOT NULL,
    sha256 BINARY(32) NOT NULL,
    sm3 BINARY(32) NOT NULL,
    PRIMARY KEY (seq)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Hash chain over audit_event: each seal covers a run of events and the seal before it';

-- migrate:down
DROP TABLE audit_seal;
