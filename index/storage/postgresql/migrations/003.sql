-- What a person says beside the verdict: what is wrong with an answer, and words of their own

ALTER TABLE feedback
    ADD COLUMN reason text CHECK (reason IN ('incomplete', 'outdated')),
    ADD COLUMN comment text;
