-- migrate:up
CREATE TABLE refresh_token (
    hash BINARY(32) NOT NULL COMMENT 'SHA-256 of the token, which is 256 random bits',
    session_id BINARY(16) NOT NULL,
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    used_at DATETIME(6) NULL COMMENT 'UTC, when its successor was made',
    PRIMARY KEY (hash),
    KEY refresh_token_session (session_id, created_at),
    CONSTRAINT refresh_token_session_fk FOREIGN KEY (session_id) REFERENCES session (id) ON DELETE CASCADE
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'The family of tokens of a session: one is unused, a second use of another ends them all';

-- migrate:down
DROP TABLE refresh_token;
