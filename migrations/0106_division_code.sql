-- migrate:up
CREATE TABLE division_code (
    code CHAR(6) NOT NULL,
    PRIMARY KEY (code)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Every code of GB/T 2260 since 1980, in force or not: identity numbers keep those of abolished counties';

-- migrate:down
DROP TABLE division_code;
