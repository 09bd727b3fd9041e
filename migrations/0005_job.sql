-- migrate:up
CREATE TABLE job (
    name VARCHAR(64) NOT NULL,
    holder VARCHAR(64) NULL,
    until DATETIME(6) NULL COMMENT 'UTC; the lease is free once this is past',
    last_run DATETIME(6) NULL COMMENT 'UTC',
    last_result VARCHAR(255) NULL,
    PRIMARY KEY (name)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Leases of recurring jobs: one row per job, one holder per cluster';

-- migrate:down
DROP TABLE job;
