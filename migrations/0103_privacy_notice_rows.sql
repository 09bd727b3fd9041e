-- migrate:up
INSERT INTO privacy_notice (document, version, published_at, text_key, required) VALUES
    ('privacy_notice', '1', '2020-01-01 00:00:00', 'notice.privacy_notice.1', 1),
    ('sensitive_data', '1', '2020-01-01 00:00:00', 'notice.sensitive_data.1', 0);

-- migrate:down
DELETE FROM privacy_notice;
