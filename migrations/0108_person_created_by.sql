-- migrate:up
ALTER TABLE person
    ADD KEY person_created_by (created_by);

-- migrate:down
ALTER TABLE person
    DROP KEY person_created_by;
