-- migrate:up
INSERT INTO permission (code, name, branch) VALUES
    ('directory.edit', '编辑名录', 'business'),
    ('directory.confirm', '确认名录变更申请', 'business'),
    ('directory.propose', '申请变更本人名录', 'business'),
    ('directory.link', '关联账户与执业人员', 'business'),
    ('entry_report.settle', '处理名录纠错', 'business'),
    ('qualification.stop', '停止执业', 'business');

INSERT INTO role_permission (role_id, permission)
SELECT r.id, p.code
FROM role r
JOIN permission p ON p.code IN ('directory.edit', 'directory.confirm', 'directory.link', 'entry_report.settle', 'qualification.stop')
WHERE r.code = 'bureau_manager';

INSERT INTO role_permission (role_id, permission)
SELECT r.id, p.code
FROM role r
JOIN permission p ON p.code IN ('directory.edit', 'entry_report.settle')
WHERE r.code = 'clerk';

INSERT INTO role_permission (role_id, permission)
SELECT r.id, p.code
FROM role r
JOIN permission p ON p.code IN ('directory.edit', 'directory.confirm', 'directory.link')
WHERE r.code = 'organization_manager';

INSERT INTO role_permission (role_id, permission)
SELECT r.id, p.code
FROM role r
JOIN permission p ON p.code = 'directory.propose'
WHERE r.code = 'practitioner';

-- migrate:down
DELETE FROM role_permission
WHERE permission IN ('directory.edit', 'directory.confirm', 'directory.propose', 'directory.link', 'entry_report.settle', 'qualification.stop');
DELETE FROM permission
WHERE code IN ('directory.edit', 'directory.confirm', 'directory.propose', 'directory.link', 'entry_report.settle', 'qualification.stop');
