-- migrate:up
CREATE TABLE account_identity (
    kind VARCHAR(16) NOT NULL COMMENT 'wechat, wechat_union, oidc, certificate',
    issuer VARCHAR(128) NOT NULL COMMENT 'app id, issuer URL, digest of the authority',
    subject VARCHAR(128) NOT NULL COMMENT 'openid, unionid, sub, serial number',
    account_id BINARY(16) NOT NULL,
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    used_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (kind, issuer, subject),
    KEY account_identity_account (account_id),
    CONSTRAINT account_identity_account_fk FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'What others call an account: several may lead to one';

-- migrate:down
DROP TABLE account_identity;
