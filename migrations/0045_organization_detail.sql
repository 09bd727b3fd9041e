-- migrate:up
CREATE TABLE organization_detail (
    organization_id BIGINT UNSIGNED NOT NULL,
    doc MEDIUMTEXT NOT NULL COMMENT 'JSON',
    PRIMARY KEY (organization_id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Projection: the public record of an organization as one document';

-- migrate:down
DROP TABLE organization_detail;
