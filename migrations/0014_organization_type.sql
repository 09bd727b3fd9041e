-- migrate:up
CREATE TABLE organization_type (
    id SMALLINT UNSIGNED NOT NULL,
    code VARCHAR(48) NOT NULL,
    name VARCHAR(64) NOT NULL,
    parent_id SMALLINT UNSIGNED NULL,
    position SMALLINT UNSIGNED NOT NULL COMMENT 'order among siblings',
    uscc_prefix CHAR(2) NULL COMMENT 'first two characters of its unified social credit code, where the registry gives one',
    PRIMARY KEY (id),
    UNIQUE KEY organization_type_code (code),
    KEY organization_type_parent (parent_id, position),
    CONSTRAINT organization_type_parent_fk FOREIGN KEY (parent_id) REFERENCES organization_type (id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Kinds of organizations and sites; data, so that a new kind needs no release';

-- migrate:down
DROP TABLE organization_type;
