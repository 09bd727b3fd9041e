-- migrate:up
CREATE TABLE organization_detail (
    organization_id BIGINT UNSIGNED NOT NULL,
    item TEXT NULL COMMENT 'JSON: as lists show it; NULL: no search finds it',
    doc MEDIUMTEXT NOT NULL COMMENT 'JSON: the whole record',
    PRIMARY KEY (organization_id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Projection: the public record of an organization as documents';

-- migrate:down
DROP TABLE organization_detail;
