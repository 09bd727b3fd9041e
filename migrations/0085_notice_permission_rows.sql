-- migrate:up
INSERT INTO permission (code, name, branch) VALUES
    ('notice.read', '查看通知发送情况', 'system'),
    ('notice.retry', '重新发送失败的通知', 'system');

-- migrate:down
DELETE FROM permission WHERE code IN ('notice.read', 'notice.retry');
