-- migrate:up
CREATE TABLE organization_due (
    organization_id BIGINT UNSIGNED NOT NULL,
    claim BINARY(16) NULL COMMENT 'round of the job that has it; NULL: nobody',
    claimed_until DATETIME(6) NULL COMMENT 'UTC',
    PRIMARY KEY (organization_id),
    CONSTRAINT organization_due_organization_fk FOREIGN KEY (organization_id) REFERENCES organization (id) ON DELETE CASCADE
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Organizations whose practitioners were edited: their projections follow within seconds';

-- migrate:down
DROP TABLE organization_due;
