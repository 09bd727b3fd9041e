-- migrate:up
INSERT INTO rule (name, valid_from, value, unit, basis) VALUES
    ('notice.tries', '2020-01-01', 20, 'count', '平台安全策略：约十二小时后不再自动重发'),
    ('notice.pause', '2020-01-01', 10, 'second', '平台安全策略：第一次重发前的等待，以后逐次加倍'),
    ('notice.pause_most', '2020-01-01', 3600, 'second', '平台安全策略：两次重发之间最长的等待'),
    ('notice.quiet_from', '2020-01-01', 1320, 'minute', '平台安全策略：本人未作选择时，二十二点起不打扰'),
    ('notice.quiet_to', '2020-01-01', 480, 'minute', '平台安全策略：本人未作选择时，八点起可以发送'),
    ('notice.keep', '2020-01-01', 15552000, 'second', '网络安全法第二十一条：日志留存不少于六个月'),
    ('notice.keep_params', '2020-01-01', 604800, 'second', '个人信息保护法第十九条：发送失败的内容七天后删除');

-- migrate:down
DELETE FROM rule WHERE name LIKE 'notice.%';
