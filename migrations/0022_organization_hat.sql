-- migrate:up
CREATE TABLE organization_hat (
    organization_id BIGINT UNSIGNED NOT NULL,
    type_id SMALLINT UNSIGNED NOT NULL,
    position TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT '0: its first hat',
    PRIMARY KEY (organization_id, type_id),
    KEY organization_hat_type (type_id, organization_id),
    CONSTRAINT organization_hat_organization_fk FOREIGN KEY (organization_id) REFERENCES organization (id) ON DELETE CASCADE,
    CONSTRAINT organization_hat_type_fk FOREIGN KEY (type_id) REFERENCES organization_type (id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'The types an organization has: one site may wear several hats';

-- migrate:down
DROP TABLE organization_hat;
