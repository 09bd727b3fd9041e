-- migrate:up
CREATE TABLE setting (
    name VARCHAR(64) NOT NULL,
    value VARCHAR(2000) NOT NULL,
    updated_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (name)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Facts about this installation that programs agree on through the database';

-- migrate:down
DROP TABLE setting;
