-- migrate:up
ALTER TABLE outbox ADD KEY outbox_state_id (state, id);

-- migrate:down
ALTER TABLE outbox DROP KEY outbox_state_id;
