-- migrate:up
INSERT INTO role (id, code, name, branch, second_factor, built_in) VALUES
    (1, 'system_administrator', '系统管理员', 'system', 0, 1),
    (2, 'security_administrator', '安全管理员', 'security', 0, 1),
    (3, 'audit_administrator', '审计管理员', 'audit', 0, 1),
    (4, 'bureau_manager', '司法行政机关业务主管', 'business', 0, 1),
    (5, 'clerk', '窗口受理人员', 'business', 0, 1),
    (6, 'organization_manager', '机构管理员', 'business', 0, 1),
    (7, 'practitioner', '法律服务人员', 'business', 0, 1);

INSERT INTO role_permission (role_id, permission)
SELECT r.id, p.code
FROM role r
JOIN permission p ON p.branch = r.branch
WHERE r.branch <> 'business';

INSERT INTO role_permission (role_id, permission) VALUES
    (4, 'person.read'),
    (4, 'person.read_clear'),
    (4, 'proxy.confirm'),
    (5, 'person.create'),
    (5, 'person.read'),
    (5, 'person.verify'),
    (5, 'proxy.confirm');

-- migrate:down
DELETE FROM role_permission;
DELETE FROM role;
