-- migrate:up
ALTER TABLE person_proxy
    ADD COLUMN asked_by BINARY(16) NULL COMMENT 'account: of the proxy, or of the clerk who made it',
    ADD COLUMN ended_by BINARY(16) NULL COMMENT 'account',
    ADD COLUMN region_id BIGINT UNSIGNED NULL COMMENT 'whose clerks decide; NULL: those of everywhere',
    ADD COLUMN standing BINARY(32) GENERATED ALWAYS AS (IF(ended_at IS NULL, CONCAT(person_id, proxy_id), NULL)) STORED COMMENT 'one at a time',
    ADD UNIQUE KEY person_proxy_standing (standing, scope),
    ADD KEY person_proxy_region (region_id, created_at),
    ADD CONSTRAINT person_proxy_region_fk FOREIGN KEY (region_id) REFERENCES region (id);

-- migrate:down
ALTER TABLE person_proxy
    DROP FOREIGN KEY person_proxy_region_fk,
    DROP KEY person_proxy_standing,
    DROP KEY person_proxy_region,
    DROP COLUMN standing,
    DROP COLUMN asked_by,
    DROP COLUMN ended_by,
    DROP COLUMN region_id;
