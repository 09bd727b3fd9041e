-- migrate:up
INSERT INTO notice_template (name, locale, urgent, body, neutral, created_at) VALUES
    ('identity_bound', 'zh-CN', 0, '您的公共法律服务网账户绑定了一种新的登录方式。如非本人操作，请立即修改密码、解除绑定并联系我们。', '您的账户绑定了一种新的登录方式。如非本人操作，请立即联系客服。', UTC_TIMESTAMP(6)),
    ('identity_bound', 'en', 0, 'Another way to sign in was bound to your account at the public legal services network. If it was not you, change your password, end the binding and call us at once.', 'Another way to sign in was bound to your account. If it was not you, call us at once.', UTC_TIMESTAMP(6));

-- migrate:down
DELETE FROM notice_template WHERE name = 'identity_bound';
