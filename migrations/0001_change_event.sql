-- migrate:up
CREATE TABLE change_event (
    seq BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    topic VARCHAR(32) NOT NULL COMMENT 'what kind of thing changed: practitioner, organization, region ...',
    subject VARCHAR(64) NOT NULL COMMENT 'id of the thing, or * for all of the topic',
    at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (seq),
    KEY change_event_at (at)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Every committed change that caches must notice; appended only, read by seq';

-- migrate:down
DROP TABLE change_event;
