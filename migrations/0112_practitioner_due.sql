-- migrate:up
CREATE TABLE practitioner_due (
    practitioner_id BIGINT UNSIGNED NOT NULL,
    claim BINARY(16) NULL COMMENT 'round of the job that has it; NULL: nobody',
    claimed_until DATETIME(6) NULL COMMENT 'UTC',
    PRIMARY KEY (practitioner_id),
    CONSTRAINT practitioner_due_practitioner_fk FOREIGN KEY (practitioner_id) REFERENCES practitioner (id) ON DELETE CASCADE
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Practitioners whose organization was edited: their projections follow within seconds';

-- migrate:down
DROP TABLE practitioner_due;
