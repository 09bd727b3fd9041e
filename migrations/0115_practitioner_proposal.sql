-- migrate:up
CREATE TABLE practitioner_proposal (
    id BINARY(16) NOT NULL COMMENT 'UUIDv7',
    practitioner_id BIGINT UNSIGNED NOT NULL,
    account_id BINARY(16) NOT NULL COMMENT 'who proposes',
    fields VARCHAR(128) NOT NULL COMMENT 'names of what is proposed, in the order of the columns',
    areas VARCHAR(600) NULL COMMENT 'codes with blanks between; NULL: not proposed',
    languages VARCHAR(600) NULL,
    regions_served VARCHAR(600) NULL,
    legal_aid TINYINT UNSIGNED NULL,
    phone VARCHAR(64) NULL COMMENT 'private: shown masked',
    introduction VARCHAR(2000) NULL,
    before_areas VARCHAR(600) NULL COMMENT 'what each was when it was proposed',
    before_languages VARCHAR(600) NULL,
    before_regions_served VARCHAR(600) NULL,
    before_legal_aid TINYINT UNSIGNED NULL,
    before_phone VARCHAR(64) NULL,
    before_introduction VARCHAR(2000) NULL,
    status VARCHAR(12) NOT NULL DEFAULT 'open' COMMENT 'endorsed: his organization agrees, the bureau has not yet decided',
    endorsed_by BINARY(16) NULL COMMENT 'account',
    endorsed_at DATETIME(6) NULL COMMENT 'UTC',
    settled_by BINARY(16) NULL COMMENT 'account',
    settled_at DATETIME(6) NULL COMMENT 'UTC',
    reason VARCHAR(500) NULL COMMENT 'of a refusal',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    waiting_fields VARCHAR(128) GENERATED ALWAYS AS (IF(settled_at IS NULL, fields, NULL)) STORED,
    PRIMARY KEY (id),
    UNIQUE KEY practitioner_proposal_once (practitioner_id, waiting_fields),
    KEY practitioner_proposal_status (status, id),
    CONSTRAINT practitioner_proposal_status CHECK (status IN ('open', 'endorsed', 'confirmed', 'refused')),
    CONSTRAINT practitioner_proposal_practitioner_fk FOREIGN KEY (practitioner_id) REFERENCES practitioner (id) ON DELETE CASCADE
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Changes of his own entry that a practitioner proposes: his organization, then the bureau decide';

-- migrate:down
DROP TABLE practitioner_proposal;
