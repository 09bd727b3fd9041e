-- migrate:up
INSERT INTO notice_template (name, locale, urgent, body, neutral, created_at) VALUES
    ('sign_in_code', 'zh-CN', 1, '公共法律服务网登录验证码：{code}。请勿告诉他人；如非本人操作，不必理会。', '验证码：{code}。请勿告诉他人；如非本人操作，不必理会。', UTC_TIMESTAMP(6)),
    ('sign_in_code', 'en', 1, 'Your sign-in code for the public legal services network is {code}. Tell nobody. If you did not ask for it, ignore this message.', 'Your code is {code}. Tell nobody. If you did not ask for it, ignore this message.', UTC_TIMESTAMP(6)),
    ('phone_change_code', 'zh-CN', 1, '公共法律服务网更换手机号验证码：{code}。请勿告诉他人；如非本人操作，不必理会。', '验证码：{code}。请勿告诉他人；如非本人操作，不必理会。', UTC_TIMESTAMP(6)),
    ('phone_change_code', 'en', 1, 'Your code for changing the phone number at the public legal services network is {code}. Tell nobody. If you did not ask for it, ignore this message.', 'Your code is {code}. Tell nobody. If you did not ask for it, ignore this message.', UTC_TIMESTAMP(6)),
    ('claim_code', 'zh-CN', 1, '公共法律服务网认领码：{code}。登录后填写，即可看到窗口为您登记的信息。请勿告诉他人。', '您的号码是 {code}。请勿告诉他人。', UTC_TIMESTAMP(6)),
    ('claim_code', 'en', 1, 'Your claim code at the public legal services network is {code}. Sign in and enter it to see what was registered for you at the counter. Tell nobody.', 'Your code is {code}. Tell nobody.', UTC_TIMESTAMP(6)),
    ('account_reset', 'zh-CN', 1, '您在公共法律服务网的账户已由管理员重置，原来的登录全部失效。如非您本人要求，请联系您的管理员。', '您的账户已重置。如非您本人要求，请联系管理员。', UTC_TIMESTAMP(6)),
    ('account_reset', 'en', 1, 'An administrator has reset your account at the public legal services network; you are signed out everywhere. If you did not ask for it, call your administrator.', 'Your account has been reset. If you did not ask for it, call your administrator.', UTC_TIMESTAMP(6)),
    ('new_sign_in', 'zh-CN', 0, '您的公共法律服务网账户刚在一台新设备上登录。如非本人操作，请尽快修改密码。', '您的账户刚在一台新设备上登录。如非本人操作，请尽快修改密码。', UTC_TIMESTAMP(6)),
    ('new_sign_in', 'en', 0, 'Somebody signed in to your account at the public legal services network on a new device. If it was not you, change your password soon.', 'Somebody signed in to your account on a new device. If it was not you, change your password soon.', UTC_TIMESTAMP(6)),
    ('password_changed', 'zh-CN', 0, '您的公共法律服务网账户密码已修改。如非本人操作，请立即用验证码登录并重设密码。', '您的账户密码已修改。如非本人操作，请立即重设密码。', UTC_TIMESTAMP(6)),
    ('password_changed', 'en', 0, 'The password of your account at the public legal services network was changed. If it was not you, sign in by code and set a new one at once.', 'The password of your account was changed. If it was not you, set a new one at once.', UTC_TIMESTAMP(6)),
    ('proxy_waiting', 'zh-CN', 0, '有人申请在公共法律服务网代您办理事项，等待您确认。请登录后查看。', '您有一项申请等待确认。请登录后查看。', UTC_TIMESTAMP(6)),
    ('proxy_waiting', 'en', 0, 'Somebody has asked to act for you at the public legal services network. Please sign in and decide.', 'A request is waiting for your answer. Please sign in.', UTC_TIMESTAMP(6)),
    ('proxy_confirmed', 'zh-CN', 0, '您在公共法律服务网的代理关系已确认。请登录后查看。', '您的申请已有结果。请登录后查看。', UTC_TIMESTAMP(6)),
    ('proxy_confirmed', 'en', 0, 'Acting for another was confirmed at the public legal services network. Please sign in to see it.', 'Your request has been decided. Please sign in to see it.', UTC_TIMESTAMP(6)),
    ('proposal_decided', 'zh-CN', 0, '您提交的名录信息修改已有审核结果。请登录公共法律服务网查看。', '您的申请已有结果。请登录后查看。', UTC_TIMESTAMP(6)),
    ('proposal_decided', 'en', 0, 'Your proposal for the directory has been decided. Please sign in to the public legal services network to see it.', 'Your request has been decided. Please sign in to see it.', UTC_TIMESTAMP(6));

-- migrate:down
DELETE FROM notice_template;
