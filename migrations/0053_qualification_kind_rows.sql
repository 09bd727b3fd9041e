-- migrate:up
INSERT INTO qualification_kind (id, code, name, organization_type_id, position) VALUES
    (1, 'lawyer', '律师', 100, 1),
    (2, 'grassroots_legal_worker', '基层法律服务工作者', 200, 2),
    (3, 'notary', '公证员', 300, 3),
    (4, 'forensic_appraiser', '司法鉴定人', 400, 4),
    (5, 'mediator', '人民调解员', 800, 5),
    (6, 'arbitrator', '仲裁员', 500, 6),
    (7, 'legal_aid_worker', '法律援助人员', 600, 7),
    (8, 'village_counsel', '村（社区）法律顾问', 1100, 8),
    (9, 'public_lawyer', '公职律师', 1700, 9),
    (10, 'corporate_lawyer', '公司律师', 1700, 10),
    (11, 'foreign_lawyer', '境外律师事务所代表', 1600, 11),
    (12, 'justice_assistant', '司法助理员', 700, 12),
    (13, 'legal_aid_volunteer', '法律援助志愿者', 600, 13),
    (14, 'informed_villager', '法律明白人', 1200, 14),
    (15, 'rule_of_law_leader', '法治带头人', 1200, 15),
    (16, 'commercial_mediator', '商事调解员', 1004, 16);

-- migrate:down
DELETE FROM qualification_kind;
