-- migrate:up
INSERT INTO rule (name, valid_from, value, unit, basis) VALUES
    ('person.claim_tries', '2020-01-01', 5, 'count', '平台安全策略：每个认领码最多核对五次'),
    ('person.claim_account', '2020-01-01', 10, 'count', '平台安全策略：同一账户一天内最多输错十次认领码'),
    ('person.fresh', '2020-01-01', 900, 'second', '平台安全策略：导出、注销前十五分钟内须重新登录'),
    ('person.export', '2020-01-01', 604800, 'second', '个人信息保护法第四十五条：导出结果七天内可取'),
    ('person.erasure_wait', '2020-01-01', 1296000, 'second', '个人信息保护法第四十七条：注销申请十五天内可以撤回'),
    ('audit.keep', '2020-01-01', 15552000, 'second', '网络安全法第二十一条：日志留存不少于六个月'),
    ('proxy.longest', '2020-01-01', 157680000, 'second', '平台安全策略：代理关系一次最长五年');

-- migrate:down
DELETE FROM rule
WHERE name IN ('person.claim_tries', 'person.claim_account', 'person.fresh', 'person.export', 'person.erasure_wait', 'audit.keep', 'proxy.longest');
