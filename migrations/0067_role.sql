-- migrate:up
CREATE TABLE role (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    code VARCHAR(32) NOT NULL,
    name VARCHAR(64) NOT NULL,
    branch VARCHAR(12) NOT NULL DEFAULT 'business' COMMENT 'nobody holds roles of two of: system, security, audit',
    second_factor TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT '1: counts only in sessions that proved a second factor',
    built_in TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT '1: came with a migration, its permissions stay',
    version INT UNSIGNED NOT NULL DEFAULT 1,
    PRIMARY KEY (id),
    UNIQUE KEY role_code (code),
    CONSTRAINT role_branch CHECK (branch IN ('business', 'system', 'security', 'audit'))
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'A named set of permissions';

-- migrate:down
DROP TABLE role;
