-- migrate:up
CREATE TABLE practitioner_token (
    token VARCHAR(24) NOT NULL,
    weight_order TINYINT UNSIGNED NOT NULL COMMENT '0 the whole name, 1 a part of it, 2 firm or kind, 3 practice area',
    rank_order INT UNSIGNED NOT NULL,
    practitioner_id BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (token, weight_order, rank_order, practitioner_id),
    KEY practitioner_token_practitioner (practitioner_id, token)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Projection for text search: the inverted table of names, pinyin, firms and areas';

-- migrate:down
DROP TABLE practitioner_token;
