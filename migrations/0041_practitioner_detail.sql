-- migrate:up
CREATE TABLE practitioner_detail (
    practitioner_id BIGINT UNSIGNED NOT NULL,
    item TEXT NULL COMMENT 'JSON: as lists show it; NULL: no search finds it',
    doc MEDIUMTEXT NOT NULL COMMENT 'JSON: the whole record',
    PRIMARY KEY (practitioner_id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Projection: the public record of a practitioner as documents';

-- migrate:down
DROP TABLE practitioner_detail;
