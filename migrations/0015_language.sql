-- migrate:up
CREATE TABLE language (
    id TINYINT UNSIGNED NOT NULL COMMENT 'bit number in language_mask',
    code VARCHAR(35) NOT NULL COMMENT 'BCP 47; dialects without a code of their own have a private-use subtag',
    name VARCHAR(64) NOT NULL,
    position SMALLINT UNSIGNED NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY language_code (code),
    CONSTRAINT language_id_is_bit CHECK (id BETWEEN 1 AND 63)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Languages and dialects a practitioner serves in';

-- migrate:down
DROP TABLE language;
