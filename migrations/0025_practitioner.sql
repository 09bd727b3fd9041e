-- migrate:up
CREATE TABLE practitioner (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    name VARCHAR(64) NOT NULL,
    sex VARCHAR(6) NULL,
    organization_id BIGINT UNSIGNED NULL COMMENT 'where he is found',
    region_id BIGINT UNSIGNED NOT NULL,
    phone VARCHAR(64) NULL COMMENT 'private: shown masked',
    legal_aid TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT '1: takes legal aid cases',
    practicing_since DATE NULL,
    introduction VARCHAR(2000) NULL,
    status VARCHAR(16) NOT NULL DEFAULT 'active',
    rank_order INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'today''s place in the neutral rotation',
    ranked_on DATE NULL COMMENT 'the day (Asia/Shanghai) rank_order belongs to',
    source VARCHAR(64) NOT NULL COMMENT 'who states this entry',
    source_key VARCHAR(128) NOT NULL COMMENT 'the key of the entry at its source',
    last_verified_on DATE NULL,
    import_id BIGINT UNSIGNED NULL COMMENT 'the import that wrote it last',
    version INT UNSIGNED NOT NULL DEFAULT 1,
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    updated_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (id),
    UNIQUE KEY practitioner_source (source, source_key),
    KEY practitioner_name (name),
    KEY practitioner_organization (organization_id, name),
    KEY practitioner_region_of (region_id),
    KEY practitioner_import (import_id),
    KEY practitioner_ranked (ranked_on, id),
    CONSTRAINT practitioner_sex CHECK (sex IN ('male', 'female')),
    CONSTRAINT practitioner_status CHECK (status IN ('active', 'inactive')),
    CONSTRAINT practitioner_organization_fk FOREIGN KEY (organization_id) REFERENCES organization (id),
    CONSTRAINT practitioner_region_of_fk FOREIGN KEY (region_id) REFERENCES region (id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'People who give legal services: one row a person, whatever qualifications he has';

-- migrate:down
DROP TABLE practitioner;
