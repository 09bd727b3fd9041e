-- migrate:up
CREATE TABLE contact_preference (
    account_id BINARY(16) NOT NULL,
    may_call TINYINT UNSIGNED NOT NULL DEFAULT 0,
    may_text TINYINT UNSIGNED NOT NULL DEFAULT 0,
    may_leave_message TINYINT UNSIGNED NOT NULL DEFAULT 0,
    may_name_us TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT '0: neutral wording',
    quiet_from SMALLINT UNSIGNED NULL COMMENT 'minute of the day in Asia/Shanghai; NULL: no quiet hours',
    quiet_to SMALLINT UNSIGNED NULL COMMENT 'before quiet_from: over midnight',
    safe_phone VARBINARY(128) NULL COMMENT 'encrypted: a number that nobody else sees',
    version INT UNSIGNED NOT NULL DEFAULT 0,
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    updated_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (account_id),
    CONSTRAINT contact_preference_quiet CHECK ((quiet_from IS NULL AND quiet_to IS NULL) OR (quiet_from < 1440 AND quiet_to < 1440 AND quiet_from <> quiet_to)),
    CONSTRAINT contact_preference_account_fk FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'How somebody may be reached without harm to him';

-- migrate:down
DROP TABLE contact_preference;
