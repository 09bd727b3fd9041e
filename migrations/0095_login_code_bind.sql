-- migrate:up
ALTER TABLE login_code
    DROP CONSTRAINT login_code_purpose,
    ADD CONSTRAINT login_code_for CHECK (purpose IN ('sign_in', 'set_password', 'change_phone', 'bind'));

-- migrate:down
ALTER TABLE login_code
    DROP CONSTRAINT login_code_for,
    ADD CONSTRAINT login_code_purpose CHECK (purpose IN ('sign_in', 'set_password', 'change_phone'));
