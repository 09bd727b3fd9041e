-- migrate:up
CREATE TABLE data_request (
    id BINARY(16) NOT NULL COMMENT 'UUIDv7',
    account_id BINARY(16) NOT NULL,
    kind VARCHAR(8) NOT NULL,
    state VARCHAR(10) NOT NULL COMMENT 'export: ready; erasure: waiting, done or canceled',
    due_at DATETIME(6) NULL COMMENT 'UTC; erasure happens then, unless it was canceled',
    expires_at DATETIME(6) NULL COMMENT 'UTC; an export can be fetched until then',
    ended_at DATETIME(6) NULL COMMENT 'UTC; done or canceled',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    waiting VARCHAR(8) GENERATED ALWAYS AS (IF(state = 'waiting', kind, NULL)) STORED,
    PRIMARY KEY (id),
    UNIQUE KEY data_request_waiting (account_id, waiting),
    KEY data_request_account (account_id, created_at),
    KEY data_request_due (state, due_at),
    CONSTRAINT data_request_kind CHECK (kind IN ('export', 'erasure')),
    CONSTRAINT data_request_state CHECK (state IN ('ready', 'waiting', 'done', 'canceled')),
    CONSTRAINT data_request_account_fk FOREIGN KEY (account_id) REFERENCES account (id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Requests for all of one''s own data, and for their erasure';

-- migrate:down
DROP TABLE data_request;
