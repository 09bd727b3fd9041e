-- migrate:up
CREATE TABLE suggestion (
    weight_order SMALLINT UNSIGNED NOT NULL COMMENT 'smaller first: 0 area, 11 to 13 region by level, 20 organization, 21 a part of its name, 30 practitioner',
    prefix VARCHAR(24) NOT NULL COMMENT 'the name, its pinyin or its initials; lower case: suggested for whatever it begins with',
    kind VARCHAR(16) NOT NULL COMMENT 'area, region, organization or practitioner',
    ref VARCHAR(64) NOT NULL COMMENT 'code or id',
    label VARCHAR(200) NOT NULL,
    detail VARCHAR(255) NULL COMMENT 'tells apart what has the same label',
    PRIMARY KEY (weight_order, prefix, kind, ref),
    KEY suggestion_ref (kind, ref)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Projection for the search box: what may be meant by the letters typed so far';

-- migrate:down
DROP TABLE suggestion;
