-- migrate:up
CREATE TABLE access_grant (
    id BINARY(16) NOT NULL COMMENT 'UUIDv7',
    account_id BINARY(16) NOT NULL,
    role_id BIGINT UNSIGNED NOT NULL,
    region_id BIGINT UNSIGNED NULL COMMENT 'this region and all in it',
    organization_id BIGINT UNSIGNED NULL COMMENT 'this organization; neither it nor a region: everywhere',
    business_line VARCHAR(32) NOT NULL DEFAULT '*' COMMENT '*: every one',
    valid_from DATETIME(6) NOT NULL COMMENT 'UTC',
    valid_to DATETIME(6) NULL COMMENT 'UTC, the first instant without it',
    granted_by BINARY(16) NULL COMMENT 'account; NULL: the program',
    granted_at DATETIME(6) NOT NULL COMMENT 'UTC',
    revoked_by BINARY(16) NULL,
    revoked_at DATETIME(6) NULL COMMENT 'UTC',
    active_scope VARCHAR(80) GENERATED ALWAYS AS (IF(revoked_at IS NULL, CONCAT(COALESCE(region_id, 0), '.', COALESCE(organization_id, 0), '.', business_line), NULL)) STORED,
    PRIMARY KEY (id),
    UNIQUE KEY access_grant_once (account_id, role_id, active_scope),
    KEY access_grant_role (role_id),
    KEY access_grant_region (region_id),
    KEY access_grant_organization (organization_id),
    CONSTRAINT access_grant_not_self CHECK (granted_by IS NULL OR granted_by <> account_id),
    CONSTRAINT access_grant_account_fk FOREIGN KEY (account_id) REFERENCES account (id),
    CONSTRAINT access_grant_role_fk FOREIGN KEY (role_id) REFERENCES role (id),
    CONSTRAINT access_grant_region_fk FOREIGN KEY (region_id) REFERENCES region (id),
    CONSTRAINT access_grant_organization_fk FOREIGN KEY (organization_id) REFERENCES organization (id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Who may act in which role, where and when; revoked, never deleted';

-- migrate:down
DROP TABLE access_grant;
