-- migrate:up
INSERT INTO rule (name, valid_from, value, unit, basis) VALUES
    ('proxy.asked_day', '2020-01-01', 10, 'count', '平台安全策略：同一人一天内最多提出十次代理申请，防止骚扰被代理人');

-- migrate:down
DELETE FROM rule
WHERE name = 'proxy.asked_day';
