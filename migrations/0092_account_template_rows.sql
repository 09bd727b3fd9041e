-- migrate:up
INSERT INTO notice_template (name, locale, urgent, body, neutral, created_at) VALUES
    ('password_code', 'zh-CN', 1, '公共法律服务网设置密码验证码：{code}。请勿告诉他人；如非本人操作，不必理会。', '验证码：{code}。请勿告诉他人；如非本人操作，不必理会。', UTC_TIMESTAMP(6)),
    ('password_code', 'en', 1, 'Your code for setting a password at the public legal services network is {code}. Tell nobody. If you did not ask for it, ignore this message.', 'Your code is {code}. Tell nobody. If you did not ask for it, ignore this message.', UTC_TIMESTAMP(6)),
    ('phone_changed', 'zh-CN', 0, '您的公共法律服务网账户已改用另一个手机号，此号码不再能登录。如非本人操作，请立即联系我们。', '您的账户已改用另一个手机号。如非本人操作，请立即联系客服。', UTC_TIMESTAMP(6)),
    ('phone_changed', 'en', 0, 'Your account at the public legal services network now uses another phone number; this one no longer signs in. If it was not you, call us at once.', 'Your account now uses another phone number. If it was not you, call us at once.', UTC_TIMESTAMP(6));

-- migrate:down
DELETE FROM notice_template WHERE name IN ('password_code', 'phone_changed');
