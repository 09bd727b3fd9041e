-- migrate:up
CREATE TABLE notice_template (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    name VARCHAR(32) NOT NULL COMMENT 'what outbox.template says',
    locale VARCHAR(16) NOT NULL,
    version INT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'the highest is sent; earlier ones tell what was sent then',
    urgent TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT '1: the person asked for it a moment ago. Sent at any hour, and to the very number',
    body VARCHAR(300) NOT NULL COMMENT 'with {places} that params fill',
    neutral VARCHAR(300) NOT NULL COMMENT 'what a stranger may see who reads over the shoulder: neither who we are nor what it is about',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (id),
    UNIQUE KEY notice_template_version (name, locale, version),
    CONSTRAINT notice_template_urgent CHECK (urgent IN (0, 1))
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Texts of notices: never edited, a new version is a new row';

-- migrate:down
DROP TABLE notice_template;
