-- migrate:up
ALTER TABLE outbox
    ADD COLUMN claim BINARY(16) NULL COMMENT 'who is sending it',
    ADD COLUMN claimed_until DATETIME(6) NULL COMMENT 'UTC; afterwards another may',
    ADD COLUMN reason VARCHAR(24) NULL COMMENT 'why it was not sent, the last time',
    ADD COLUMN template_id BIGINT UNSIGNED NULL COMMENT 'the version that was sent',
    ADD COLUMN wording VARCHAR(8) NULL COMMENT 'plain or neutral',
    ADD COLUMN gateway VARCHAR(32) NULL COMMENT 'that took it',
    ADD COLUMN provider_id VARCHAR(64) NULL COMMENT 'what the gateway calls it',
    ADD COLUMN sent_at DATETIME(6) NULL COMMENT 'UTC',
    ADD KEY outbox_claim (claim),
    ADD KEY outbox_held (state, claimed_until),
    ADD KEY outbox_expiry (state, expires_at),
    ADD KEY outbox_settled (state, updated_at),
    ADD KEY outbox_template (template, id),
    ADD CONSTRAINT outbox_template_fk FOREIGN KEY (template_id) REFERENCES notice_template (id);

-- migrate:down
ALTER TABLE outbox
    DROP FOREIGN KEY outbox_template_fk,
    DROP KEY outbox_claim,
    DROP KEY outbox_held,
    DROP KEY outbox_expiry,
    DROP KEY outbox_settled,
    DROP KEY outbox_template,
    DROP COLUMN claim,
    DROP COLUMN claimed_until,
    DROP COLUMN reason,
    DROP COLUMN template_id,
    DROP COLUMN wording,
    DROP COLUMN gateway,
    DROP COLUMN provider_id,
    DROP COLUMN sent_at;
