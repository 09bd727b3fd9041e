-- migrate:up
CREATE TABLE rule (
    name VARCHAR(64) NOT NULL,
    valid_from DATE NOT NULL COMMENT 'first day in Asia/Shanghai; the newest that has come holds',
    value BIGINT NOT NULL,
    unit VARCHAR(16) NOT NULL,
    basis VARCHAR(255) NOT NULL COMMENT 'law, standard or decision that says so',
    PRIMARY KEY (name, valid_from)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Limits, periods and ratios that a law, a standard or the bureau decides';

-- migrate:down
DROP TABLE rule;
