-- migrate:up
CREATE TABLE practitioner_language (
    practitioner_id BIGINT UNSIGNED NOT NULL,
    language_id TINYINT UNSIGNED NOT NULL,
    PRIMARY KEY (practitioner_id, language_id),
    CONSTRAINT practitioner_language_practitioner_fk FOREIGN KEY (practitioner_id) REFERENCES practitioner (id) ON DELETE CASCADE,
    CONSTRAINT practitioner_language_language_fk FOREIGN KEY (language_id) REFERENCES language (id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Languages a practitioner serves in';

-- migrate:down
DROP TABLE practitioner_language;
