-- migrate:up
CREATE TABLE permission (
    code VARCHAR(64) NOT NULL COMMENT 'thing.act, what a route needs',
    name VARCHAR(64) NOT NULL,
    branch VARCHAR(12) NOT NULL DEFAULT 'business' COMMENT 'only roles of this branch may hold it',
    PRIMARY KEY (code),
    CONSTRAINT permission_branch CHECK (branch IN ('business', 'system', 'security', 'audit'))
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Every act that somebody may be allowed';

-- migrate:down
DROP TABLE permission;
