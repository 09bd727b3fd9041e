-- migrate:up
ALTER TABLE audit_event
    ADD INDEX audit_event_account (account_id, id),
    ADD INDEX audit_event_action (action, id);

-- migrate:down
ALTER TABLE audit_event
    DROP INDEX audit_event_account,
    DROP INDEX audit_event_action;
