-- migrate:up
CREATE TABLE region_word (
    word VARCHAR(64) NOT NULL COMMENT 'the name from each of its characters on, its pinyin, its initials; lower case: found by whatever it begins with',
    region_id BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (word, region_id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Projection for finding regions by parts of their names';

-- migrate:down
DROP TABLE region_word;
