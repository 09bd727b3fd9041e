-- migrate:up
CREATE TABLE practitioner_account (
    practitioner_id BIGINT UNSIGNED NOT NULL,
    account_id BINARY(16) NOT NULL,
    linked_by BINARY(16) NOT NULL COMMENT 'account that said so',
    linked_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (practitioner_id),
    UNIQUE KEY practitioner_account_account (account_id),
    CONSTRAINT practitioner_account_other CHECK (linked_by <> account_id),
    CONSTRAINT practitioner_account_practitioner_fk FOREIGN KEY (practitioner_id) REFERENCES practitioner (id) ON DELETE CASCADE,
    CONSTRAINT practitioner_account_account_fk FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Which account is which practitioner: he may propose changes of his entry, and loses his grants when he stops';

-- migrate:down
DROP TABLE practitioner_account;
