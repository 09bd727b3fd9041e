-- migrate:up
INSERT INTO rule (name, valid_from, value, unit, basis) VALUES
    ('code.lifetime', '2020-01-01', 300, 'second', '平台安全策略：短信验证码五分钟内有效'),
    ('code.tries', '2020-01-01', 5, 'count', '平台安全策略：每个验证码最多核对五次'),
    ('code.interval', '2020-01-01', 60, 'second', '平台安全策略：同一号码六十秒内只发一次'),
    ('code.phone_hour', '2020-01-01', 5, 'count', '平台安全策略：防止骚扰号码机主'),
    ('code.phone_day', '2020-01-01', 10, 'count', '平台安全策略：防止骚扰号码机主'),
    ('code.device_day', '2020-01-01', 20, 'count', '平台安全策略'),
    ('code.address_hour', '2020-01-01', 100, 'count', '平台安全策略：运营商共用出口地址，故放宽'),
    ('sign_in.window', '2020-01-01', 900, 'second', 'GB/T 22239-2019 8.1.4.1：登录失败处理'),
    ('sign_in.failures', '2020-01-01', 5, 'count', 'GB/T 22239-2019 8.1.4.1：登录失败处理'),
    ('sign_in.delay', '2020-01-01', 30, 'second', '平台安全策略：超过次数后每次失败加倍等待'),
    ('sign_in.delay_most', '2020-01-01', 900, 'second', '平台安全策略：不永久锁定本人'),
    ('sign_in.address_failures', '2020-01-01', 100, 'count', '平台安全策略：同一网络地址'),
    ('sign_in.known_device', '2020-01-01', 7776000, 'second', '平台安全策略：本人常用设备单独计数'),
    ('sign_in.keep', '2020-01-01', 15552000, 'second', '网络安全法第二十一条：日志留存不少于六个月'),
    ('session.citizen', '2020-01-01', 2592000, 'second', '平台安全策略：三十天'),
    ('session.staff', '2020-01-01', 43200, 'second', '平台安全策略：一个工作日'),
    ('session.staff_idle', '2020-01-01', 1800, 'second', 'GB/T 22239-2019 8.1.4.1：登录连接超时自动退出'),
    ('refresh.grace', '2020-01-01', 30, 'second', '平台安全策略：同一设备未收到应答可重取一次'),
    ('password.citizen_length', '2020-01-01', 8, 'character', '平台安全策略'),
    ('password.staff_length', '2020-01-01', 10, 'character', 'GB/T 22239-2019 8.1.4.1：口令复杂度'),
    ('password.staff_kinds', '2020-01-01', 3, 'count', 'GB/T 22239-2019 8.1.4.1：口令复杂度'),
    ('password.staff_age', '2020-01-01', 7776000, 'second', 'GB/T 22239-2019 8.1.4.1：口令定期更换（九十天）'),
    ('password.staff_history', '2020-01-01', 5, 'count', 'GB/T 22239-2019 8.1.4.1：不得重复使用近期口令'),
    ('person.claim', '2020-01-01', 2592000, 'second', '平台安全策略：认领码三十天内有效');

-- migrate:down
DELETE FROM rule;
