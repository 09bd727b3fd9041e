-- migrate:up
ALTER TABLE outbox
    ADD COLUMN hurry TINYINT UNSIGNED GENERATED ALWAYS AS (IF(expires_at IS NULL, 0, expires_at <= due_at + INTERVAL 15 MINUTE)) STORED COMMENT '1: soon worthless, so it goes before all others',
    DROP KEY outbox_due,
    ADD KEY outbox_queue (state, hurry, due_at);

-- migrate:down
ALTER TABLE outbox
    DROP KEY outbox_queue,
    ADD KEY outbox_due (state, due_at),
    DROP COLUMN hurry;
