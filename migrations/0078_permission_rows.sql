-- migrate:up
INSERT INTO permission (code, name, branch) VALUES
    ('account.read', '查看账户', 'security'),
    ('account.create', '开设工作人员账户', 'system'),
    ('account.disable', '停用、启用账户', 'security'),
    ('account.reset', '重置账户口令和第二因素', 'security'),
    ('grant.read', '查看授权', 'security'),
    ('grant.write', '授予、收回角色', 'security'),
    ('role.read', '查看角色', 'security'),
    ('role.write', '编辑角色', 'security'),
    ('rule.read', '查看规则', 'system'),
    ('rule.write', '编辑规则', 'system'),
    ('audit.read', '查看审计记录', 'audit'),
    ('person.create', '窗口登记当事人', 'business'),
    ('person.read', '查看当事人', 'business'),
    ('person.read_clear', '查看当事人未遮盖信息', 'business'),
    ('person.verify', '窗口核验身份', 'business'),
    ('proxy.confirm', '确认代理关系', 'business');

-- migrate:down
DELETE FROM permission;
