-- migrate:up
CREATE TABLE person (
    id BINARY(16) NOT NULL COMMENT 'UUIDv7',
    kind VARCHAR(8) NOT NULL DEFAULT 'natural' COMMENT 'natural or legal',
    name VARBINARY(400) NULL COMMENT 'encrypted',
    document_kind VARCHAR(24) NULL COMMENT 'identity_card, foreigner_residence, hk_macao_taiwan_residence, passport, uscc ...',
    document_number VARBINARY(200) NULL COMMENT 'encrypted',
    document_index BINARY(16) NULL COMMENT 'keyed blind index of kind and number',
    assurance TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT '0 none, 1 phone, 2 self-declared, 3 verified by an identity provider, 4 verified at the counter',
    assured_at DATETIME(6) NULL COMMENT 'UTC',
    assured_by BINARY(16) NULL COMMENT 'account of the clerk, NULL: the person or a provider',
    document_key BINARY(16) GENERATED ALWAYS AS (IF(assurance >= 3, document_index, NULL)) STORED COMMENT 'one verified person a document; who only declares cannot occupy it',
    organization_id BIGINT UNSIGNED NULL COMMENT 'that handles the record',
    region_id BIGINT UNSIGNED NULL,
    claim_hash BINARY(32) NULL COMMENT 'HMAC of the code with which he claims the record a clerk made',
    claim_expires_at DATETIME(6) NULL COMMENT 'UTC',
    version INT UNSIGNED NOT NULL DEFAULT 1,
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    updated_at DATETIME(6) NOT NULL COMMENT 'UTC',
    erased_at DATETIME(6) NULL COMMENT 'UTC',
    PRIMARY KEY (id),
    UNIQUE KEY person_document_key (document_key),
    KEY person_document (document_index),
    KEY person_claim (claim_hash),
    KEY person_region (region_id),
    KEY person_organization (organization_id),
    CONSTRAINT person_kind CHECK (kind IN ('natural', 'legal')),
    CONSTRAINT person_assurance CHECK (assurance <= 4),
    CONSTRAINT person_organization_fk FOREIGN KEY (organization_id) REFERENCES organization (id),
    CONSTRAINT person_region_fk FOREIGN KEY (region_id) REFERENCES region (id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Whom the service is for; an account is only a way to sign in';

-- migrate:down
DROP TABLE person;
