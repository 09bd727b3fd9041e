-- migrate:up
INSERT INTO role_permission (role_id, permission)
SELECT r.id,
       p.code
FROM role r
JOIN permission p ON p.code IN ('notice.read', 'notice.retry')
WHERE r.code = 'system_administrator';

-- migrate:down
DELETE FROM role_permission WHERE permission IN ('notice.read', 'notice.retry');
