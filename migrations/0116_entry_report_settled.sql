-- migrate:up
ALTER TABLE entry_report
    ADD COLUMN settled_by BINARY(16) NULL COMMENT 'account',
    ADD COLUMN settled_at DATETIME(6) NULL COMMENT 'UTC',
    ADD COLUMN answer VARCHAR(500) NULL COMMENT 'what was found, in words';

-- migrate:down
ALTER TABLE entry_report
    DROP COLUMN settled_by,
    DROP COLUMN settled_at,
    DROP COLUMN answer;
