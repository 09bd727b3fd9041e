-- migrate:up
CREATE TABLE region (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT COMMENT 'own key: codes change, and new areas may have none',
    code VARCHAR(12) NOT NULL COMMENT '6 digits (levels 1-3), 9 (level 4) or 12 (level 5); the one valid now or last',
    name VARCHAR(64) NOT NULL,
    full_name VARCHAR(255) NOT NULL COMMENT 'from the province down, without fillers such as 市辖区',
    level TINYINT UNSIGNED NOT NULL COMMENT '1 province, 2 city, 3 county or district, 4 street or town, 5 village or community',
    parent_id BIGINT UNSIGNED NULL,
    pinyin VARCHAR(255) NOT NULL COMMENT 'lower case, no tones, no spaces',
    initials VARCHAR(64) NOT NULL COMMENT 'first letters of the pinyin',
    longitude DOUBLE NULL COMMENT 'WGS-84; NULL when no real source states it',
    latitude DOUBLE NULL,
    valid_from DATE NULL,
    valid_to DATE NULL COMMENT 'last day; NULL: in force',
    PRIMARY KEY (id),
    UNIQUE KEY region_code (code),
    KEY region_parent (parent_id, code),
    KEY region_level (level, code),
    CONSTRAINT region_level_range CHECK (level BETWEEN 1 AND 5),
    CONSTRAINT region_parent_fk FOREIGN KEY (parent_id) REFERENCES region (id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Administrative divisions: province, city, county (GB/T 2260), street or town, village (statistics codes)';

-- migrate:down
DROP TABLE region;
