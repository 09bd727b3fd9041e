-- migrate:up
CREATE TABLE organization_token (
    token VARCHAR(24) NOT NULL,
    weight_order TINYINT UNSIGNED NOT NULL COMMENT '0 the whole name, 1 a part of it, 2 type, 3 practice area',
    rank_order INT UNSIGNED NOT NULL,
    organization_id BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (token, weight_order, rank_order, organization_id),
    KEY organization_token_organization (organization_id, token)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Projection for text search: the inverted table of names, pinyin, types and areas';

-- migrate:down
DROP TABLE organization_token;
