-- migrate:up
ALTER TABLE outbox
    MODIFY recipient VARBINARY(200) NULL COMMENT 'encrypted: a phone number, an openid, an address; NULL: the number of the account, as it is when the notice is sent';

-- migrate:down
DELETE FROM outbox
WHERE recipient IS NULL;

ALTER TABLE outbox
    MODIFY recipient VARBINARY(200) NOT NULL COMMENT 'encrypted: a phone number, an openid, an address';
