-- migrate:up
-- Throttling counts failures: what was accepted, thousands an hour behind an
-- address that a town shares, is not read for it.
ALTER TABLE sign_in_attempt
    ADD INDEX sign_in_attempt_subject_failures (subject_index, method, accepted, at),
    ADD INDEX sign_in_attempt_address_failures (address_index, accepted, at),
    DROP INDEX sign_in_attempt_subject,
    DROP INDEX sign_in_attempt_address;

-- migrate:down
ALTER TABLE sign_in_attempt
    ADD INDEX sign_in_attempt_subject (subject_index, at),
    ADD INDEX sign_in_attempt_address (address_index, at),
    DROP INDEX sign_in_attempt_subject_failures,
    DROP INDEX sign_in_attempt_address_failures;
