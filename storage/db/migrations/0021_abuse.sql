-- +goose Up
-- Something about how a submission came in was unlike a person: too fast, one answer all
-- down a list, one of very many. Which of those it was is kept nowhere. In the open mode
-- only, and never a reason to leave anything out.
ALTER TABLE responses ADD COLUMN flagged BOOLEAN NOT NULL DEFAULT FALSE;

-- How many submissions a day are ordinary for a way in.
ALTER TABLE collectors ADD COLUMN budget INTEGER NOT NULL DEFAULT 0; -- 0: the usual number

-- The last day on which unusually many came by a way in. No number of them is kept.
CREATE TABLE unusual_days (
    organisation_id TEXT NOT NULL,
    survey_id       TEXT NOT NULL,
    collector_id    TEXT NOT NULL, -- '' for the plain link
    day             TEXT NOT NULL,
    PRIMARY KEY (organisation_id, survey_id, collector_id)
);
