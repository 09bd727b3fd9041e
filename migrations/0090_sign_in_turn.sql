-- migrate:up
CREATE TABLE sign_in_turn (
    subject_index BINARY(16) NOT NULL COMMENT 'as in sign_in_attempt',
    at DATETIME(6) NOT NULL COMMENT 'UTC, of the last attempt',
    PRIMARY KEY (subject_index),
    KEY sign_in_turn_at (at)
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Attempts at one account go one after the other: each counts those before it, however many are made at once';

-- migrate:down
DROP TABLE sign_in_turn;
