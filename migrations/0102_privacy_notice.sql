-- migrate:up
CREATE TABLE privacy_notice (
    document VARCHAR(32) NOT NULL COMMENT 'privacy_notice, sensitive_data ...',
    version VARCHAR(16) NOT NULL,
    published_at DATETIME(6) NOT NULL COMMENT 'UTC; the newest that has come is what one consents to',
    text_key VARCHAR(64) NOT NULL COMMENT 'under which the pages hold its words',
    required TINYINT UNSIGNED NOT NULL COMMENT '1: who has an account is asked for it; 0: when he gives what it is about',
    PRIMARY KEY (document, version),
    CONSTRAINT privacy_notice_required CHECK (required IN (0, 1))
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'What people consent to, by version: never edited, a new version is a new row';

-- migrate:down
DROP TABLE privacy_notice;
