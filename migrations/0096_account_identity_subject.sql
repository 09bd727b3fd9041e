-- migrate:up
ALTER TABLE account_identity
    MODIFY COLUMN subject VARCHAR(255) NOT NULL COMMENT 'openid, unionid, sub (OpenID Connect allows 255), serial number';

-- migrate:down
ALTER TABLE account_identity
    MODIFY COLUMN subject VARCHAR(128) NOT NULL COMMENT 'openid, unionid, sub, serial number';
