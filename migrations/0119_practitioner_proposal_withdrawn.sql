-- migrate:up
ALTER TABLE practitioner_proposal
    DROP CONSTRAINT practitioner_proposal_status,
    ADD CONSTRAINT practitioner_proposal_course CHECK (status IN ('open', 'endorsed', 'confirmed', 'refused', 'withdrawn'));

-- migrate:down
UPDATE practitioner_proposal
SET status = 'refused'
WHERE status = 'withdrawn';

ALTER TABLE practitioner_proposal
    DROP CONSTRAINT practitioner_proposal_course,
    ADD CONSTRAINT practitioner_proposal_status CHECK (status IN ('open', 'endorsed', 'confirmed', 'refused'));
