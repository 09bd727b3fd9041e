-- migrate:up
CREATE TABLE person_proxy (
    id BINARY(16) NOT NULL COMMENT 'UUIDv7',
    person_id BINARY(16) NOT NULL COMMENT 'for whom',
    proxy_id BINARY(16) NOT NULL COMMENT 'person who acts',
    relation VARCHAR(16) NOT NULL COMMENT 'guardian, relative, agent',
    scope VARCHAR(32) NOT NULL DEFAULT '*' COMMENT 'line of business; *: every one',
    valid_from DATETIME(6) NOT NULL COMMENT 'UTC',
    valid_to DATETIME(6) NOT NULL COMMENT 'UTC, the first instant without it',
    evidence VARBINARY(600) NULL COMMENT 'encrypted: which paper was shown',
    confirmed_by BINARY(16) NULL COMMENT 'account of the clerk who saw it; NULL: waits',
    confirmed_at DATETIME(6) NULL COMMENT 'UTC',
    ended_at DATETIME(6) NULL COMMENT 'UTC',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    version INT UNSIGNED NOT NULL DEFAULT 1,
    PRIMARY KEY (id),
    KEY person_proxy_proxy (proxy_id, person_id),
    KEY person_proxy_person (person_id),
    CONSTRAINT person_proxy_relation CHECK (relation IN ('guardian', 'relative', 'agent')),
    CONSTRAINT person_proxy_other CHECK (person_id <> proxy_id),
    CONSTRAINT person_proxy_dates CHECK (valid_to > valid_from),
    CONSTRAINT person_proxy_person_fk FOREIGN KEY (person_id) REFERENCES person (id),
    CONSTRAINT person_proxy_proxy_fk FOREIGN KEY (proxy_id) REFERENCES person (id)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Who may act for another person, in what and until when';

-- migrate:down
DROP TABLE person_proxy;
