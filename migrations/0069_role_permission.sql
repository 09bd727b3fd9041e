-- migrate:up
CREATE TABLE role_permission (
    role_id BIGINT UNSIGNED NOT NULL,
    permission VARCHAR(64) NOT NULL,
    PRIMARY KEY (role_id, permission),
    KEY role_permission_permission (permission),
    CONSTRAINT role_permission_role_fk FOREIGN KEY (role_id) REFERENCES role (id) ON DELETE CASCADE,
    CONSTRAINT role_permission_permission_fk FOREIGN KEY (permission) REFERENCES permission (code)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'What a role allows';

-- migrate:down
DROP TABLE role_permission;
