-- migrate:up
CREATE TABLE possible_duplicate (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    table_name VARCHAR(32) NOT NULL COMMENT 'organization or practitioner',
    row_id BIGINT UNSIGNED NOT NULL COMMENT 'the later entry',
    other_id BIGINT UNSIGNED NOT NULL COMMENT 'the earlier entry',
    reason VARCHAR(32) NOT NULL COMMENT 'what they share: uscc, licence_number, name_region',
    import_id BIGINT UNSIGNED NULL,
    status VARCHAR(16) NOT NULL DEFAULT 'open',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (id),
    UNIQUE KEY possible_duplicate_pair (table_name, row_id, other_id, reason),
    KEY possible_duplicate_open (status, id),
    KEY possible_duplicate_import (import_id),
    CONSTRAINT possible_duplicate_status CHECK (status IN ('open', 'same', 'different'))
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Entries that may be the same thing stated twice: listed for a person to decide, never merged silently';

-- migrate:down
DROP TABLE possible_duplicate;
