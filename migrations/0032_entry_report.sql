-- migrate:up
CREATE TABLE entry_report (
    id BINARY(16) NOT NULL COMMENT 'UUIDv7',
    organization_id BIGINT UNSIGNED NULL,
    practitioner_id BIGINT UNSIGNED NULL,
    field VARCHAR(32) NOT NULL COMMENT 'what is wrong',
    message VARCHAR(1000) NOT NULL,
    contact VARCHAR(128) NULL COMMENT 'how to reach the reporter, if he wishes',
    status VARCHAR(16) NOT NULL DEFAULT 'open',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (id),
    KEY entry_report_organization (organization_id, created_at),
    KEY entry_report_practitioner (practitioner_id, created_at),
    KEY entry_report_status (status, created_at),
    CONSTRAINT entry_report_status CHECK (status IN ('open', 'accepted', 'declined')),
    CONSTRAINT entry_report_organization_fk FOREIGN KEY (organization_id) REFERENCES organization (id) ON DELETE CASCADE,
    CONSTRAINT entry_report_practitioner_fk FOREIGN KEY (practitioner_id) REFERENCES practitioner (id) ON DELETE CASCADE
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Errors in the directory that the public reports';

-- migrate:down
DROP TABLE entry_report;
