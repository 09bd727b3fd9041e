-- migrate:up
CREATE TABLE organization_area (
    organization_id BIGINT UNSIGNED NOT NULL,
    area_id SMALLINT UNSIGNED NOT NULL,
    PRIMARY KEY (organization_id, area_id),
    KEY organization_area_area (area_id, organization_id),
    CONSTRAINT organization_area_organization_fk FOREIGN KEY (organization_id) REFERENCES organization (id) ON DELETE CASCADE,
    CONSTRAINT organization_area_area_fk FOREIGN KEY (area_id) REFERENCES practice_area (id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Practice areas an organization names as its own';

-- migrate:down
DROP TABLE organization_area;
