-- migrate:up
ALTER TABLE person
    MODIFY COLUMN document_kind VARCHAR(32) NULL COMMENT 'identity_card, foreigner_residence, hk_macao_taiwan_residence, passport, uscc ...',
    ADD COLUMN claim_locator CHAR(6) NULL COMMENT 'first part of the claim code: which record it is for',
    ADD COLUMN claim_tries TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'wrong ones since the code was made',
    ADD COLUMN claimed_at DATETIME(6) NULL COMMENT 'UTC',
    ADD COLUMN claimed_by BINARY(16) NULL COMMENT 'new id of the request that gave the right code',
    ADD COLUMN merged_into BINARY(16) NULL COMMENT 'person: what this one declared himself gave way to that record',
    ADD COLUMN created_by BINARY(16) NULL COMMENT 'account of the clerk, or of who named him as the one acted for; NULL: the person',
    ADD UNIQUE KEY person_claim_locator (claim_locator),
    ADD KEY person_merged (merged_into);

-- migrate:down
ALTER TABLE person
    MODIFY COLUMN document_kind VARCHAR(24) NULL COMMENT 'identity_card, foreigner_residence, hk_macao_taiwan_residence, passport, uscc ...',
    DROP KEY person_claim_locator,
    DROP KEY person_merged,
    DROP COLUMN claim_locator,
    DROP COLUMN claim_tries,
    DROP COLUMN claimed_at,
    DROP COLUMN claimed_by,
    DROP COLUMN merged_into,
    DROP COLUMN created_by;
