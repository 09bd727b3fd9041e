-- migrate:up
INSERT INTO rule (name, valid_from, value, unit, basis) VALUES
    ('session.shared_idle', '2020-01-01', 600, 'second', 'GB/T 22239-2019 8.1.4.1：窗口共用设备无操作自动锁定');

-- migrate:down
DELETE FROM rule WHERE name = 'session.shared_idle';
