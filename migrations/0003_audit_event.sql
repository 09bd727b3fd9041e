-- migrate:up
CREATE TABLE audit_event (
    id BINARY(16) NOT NULL COMMENT 'UUIDv7',
    at DATETIME(6) NOT NULL COMMENT 'UTC',
    account_id BINARY(16) NULL COMMENT 'NULL: the public',
    action VARCHAR(64) NOT NULL COMMENT 'name of the route or command',
    subject_type VARCHAR(32) NOT NULL,
    subject_id VARCHAR(64) NOT NULL,
    request_id CHAR(32) NOT NULL,
    detail TEXT NULL COMMENT 'JSON',
    mac BINARY(32) NOT NULL COMMENT 'HMAC-SHA-256 of the row',
    sealed_seq BIGINT UNSIGNED NULL COMMENT 'audit_seal.seq once sealed',
    PRIMARY KEY (id),
    KEY audit_event_sealed (sealed_seq, id),
    KEY audit_event_subject (subject_type, subject_id, at)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Who did what to which thing; written in the transaction of the act itself';

-- migrate:down
DROP TABLE audit_event;
