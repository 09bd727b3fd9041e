-- migrate:up
CREATE TABLE organization (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    name VARCHAR(200) NOT NULL,
    uscc VARCHAR(18) NULL COMMENT 'unified social credit code (GB 32100); most committees have none, and two real ones fail the check',
    region_id BIGINT UNSIGNED NOT NULL,
    address VARCHAR(255) NULL,
    longitude DOUBLE NULL COMMENT 'WGS-84',
    latitude DOUBLE NULL COMMENT 'WGS-84',
    location_quality VARCHAR(16) NOT NULL DEFAULT 'unknown' COMMENT 'how far the coordinates can be trusted; default: a stand-in, demo: invented',
    phone VARCHAR(64) NULL,
    phone_private TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT '1: somebody''s own number, shown masked',
    opening_hours TEXT NULL COMMENT 'JSON: [{days, opens, closes}], days 1 (Monday) to 7',
    established_on DATE NULL,
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
    UNIQUE KEY organization_source (source, source_key),
    KEY organization_uscc (uscc),
    KEY organization_name (name),
    KEY organization_region (region_id),
    KEY organization_import (import_id),
    KEY organization_ranked (ranked_on, id),
    CONSTRAINT organization_status CHECK (status IN ('active', 'suspended', 'closed')),
    CONSTRAINT organization_location_quality CHECK (location_quality IN ('exact', 'street', 'area', 'default', 'demo', 'unknown')),
    CONSTRAINT organization_location CHECK ((longitude IS NULL AND latitude IS NULL) OR (longitude BETWEEN -180 AND 180 AND latitude BETWEEN -90 AND 90)),
    CONSTRAINT organization_region_fk FOREIGN KEY (region_id) REFERENCES region (id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Organizations and sites that give legal services to the public';

-- migrate:down
DROP TABLE organization;
