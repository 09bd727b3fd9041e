-- migrate:up
CREATE TABLE practitioner_detail (
    practitioner_id BIGINT UNSIGNED NOT NULL,
    doc MEDIUMTEXT NOT NULL COMMENT 'JSON',
    PRIMARY KEY (practitioner_id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Projection: the public record of a practitioner as one document';

-- migrate:down
DROP TABLE practitioner_detail;
