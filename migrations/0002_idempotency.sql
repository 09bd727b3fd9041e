-- migrate:up
CREATE TABLE idempotency (
    scope BINARY(32) NOT NULL COMMENT 'SHA-256 of principal, route and key',
    body_digest BINARY(32) NOT NULL COMMENT 'SHA-256 of the request body: another body under the same key is refused',
    status SMALLINT UNSIGNED NULL COMMENT 'HTTP status of the stored answer',
    location VARCHAR(255) NULL COMMENT 'Location header of the stored answer',
    body VARBINARY(17000) NULL COMMENT 'stored answer, encrypted',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (scope),
    KEY idempotency_created (created_at)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'One row per Idempotency-Key in use: the first answer is given again for 48 hours';

-- migrate:down
DROP TABLE idempotency;
