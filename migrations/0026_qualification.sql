-- migrate:up
CREATE TABLE qualification (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    practitioner_id BIGINT UNSIGNED NOT NULL,
    kind_id TINYINT UNSIGNED NOT NULL,
    licence_number VARCHAR(32) NULL,
    organization_id BIGINT UNSIGNED NULL COMMENT 'where it is practiced',
    status VARCHAR(16) NOT NULL DEFAULT 'active' COMMENT 'active 正常执业, suspended 停止执业, cancelled 注销, revoked 吊销',
    valid_from DATE NULL,
    valid_to DATE NULL COMMENT 'last day; NULL: without end',
    source VARCHAR(64) NOT NULL,
    last_verified_on DATE NULL,
    PRIMARY KEY (id),
    KEY qualification_practitioner (practitioner_id, kind_id),
    KEY qualification_licence (licence_number),
    KEY qualification_organization (organization_id),
    CONSTRAINT qualification_status CHECK (status IN ('active', 'suspended', 'cancelled', 'revoked')),
    CONSTRAINT qualification_practitioner_fk FOREIGN KEY (practitioner_id) REFERENCES practitioner (id) ON DELETE CASCADE,
    CONSTRAINT qualification_kind_fk FOREIGN KEY (kind_id) REFERENCES qualification_kind (id),
    CONSTRAINT qualification_organization_fk FOREIGN KEY (organization_id) REFERENCES organization (id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'What a practitioner is entitled to do, with its history; only current ones are found';

-- migrate:down
DROP TABLE qualification;
