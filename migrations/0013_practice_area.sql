-- migrate:up
CREATE TABLE practice_area (
    id SMALLINT UNSIGNED NOT NULL,
    code VARCHAR(48) NOT NULL,
    name VARCHAR(64) NOT NULL,
    plain VARCHAR(255) NOT NULL COMMENT 'everyday words, separated by spaces',
    parent_id SMALLINT UNSIGNED NULL,
    position SMALLINT UNSIGNED NOT NULL COMMENT 'order among siblings',
    PRIMARY KEY (id),
    UNIQUE KEY practice_area_code (code),
    KEY practice_area_parent (parent_id, position),
    CONSTRAINT practice_area_parent_fk FOREIGN KEY (parent_id) REFERENCES practice_area (id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'What a matter is about: two levels, with the words people use for it';

-- migrate:down
DROP TABLE practice_area;
