-- migrate:up
CREATE TABLE outreach_place (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    organization_id BIGINT UNSIGNED NOT NULL,
    region_id BIGINT UNSIGNED NOT NULL,
    name VARCHAR(128) NOT NULL,
    address VARCHAR(255) NULL,
    longitude DOUBLE NULL COMMENT 'WGS-84',
    latitude DOUBLE NULL COMMENT 'WGS-84',
    schedule VARCHAR(255) NULL COMMENT 'when somebody is there, in words',
    phone VARCHAR(64) NULL,
    PRIMARY KEY (id),
    KEY outreach_place_organization (organization_id),
    KEY outreach_place_region (region_id),
    CONSTRAINT outreach_place_organization_fk FOREIGN KEY (organization_id) REFERENCES organization (id) ON DELETE CASCADE,
    CONSTRAINT outreach_place_region_fk FOREIGN KEY (region_id) REFERENCES region (id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Places where an organization is present at times, apart from its office';

-- migrate:down
DROP TABLE outreach_place;
