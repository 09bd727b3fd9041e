-- migrate:up
CREATE TABLE qualification_kind (
    id TINYINT UNSIGNED NOT NULL COMMENT 'bit number in kind_mask',
    code VARCHAR(48) NOT NULL,
    name VARCHAR(64) NOT NULL,
    organization_type_id SMALLINT UNSIGNED NULL COMMENT 'the type of organization it is usually practiced in',
    position SMALLINT UNSIGNED NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY qualification_kind_code (code),
    CONSTRAINT qualification_kind_id_is_bit CHECK (id BETWEEN 1 AND 63),
    CONSTRAINT qualification_kind_type_fk FOREIGN KEY (organization_type_id) REFERENCES organization_type (id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'What a practitioner may be: lawyer, notary, mediator ...';

-- migrate:down
DROP TABLE qualification_kind;
