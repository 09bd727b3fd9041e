-- migrate:up
CREATE TABLE consent (
    id BINARY(16) NOT NULL COMMENT 'UUIDv7',
    account_id BINARY(16) NOT NULL,
    document VARCHAR(32) NOT NULL COMMENT 'privacy_notice, sensitive_data, minor ...',
    document_version VARCHAR(16) NOT NULL,
    given_at DATETIME(6) NOT NULL COMMENT 'UTC',
    withdrawn_at DATETIME(6) NULL COMMENT 'UTC',
    standing VARCHAR(16) GENERATED ALWAYS AS (IF(withdrawn_at IS NULL, document_version, NULL)) STORED,
    PRIMARY KEY (id),
    UNIQUE KEY consent_standing (account_id, document, standing),
    CONSTRAINT consent_account_fk FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Who agreed to which version of what, and when he took it back';

-- migrate:down
DROP TABLE consent;
