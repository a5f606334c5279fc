-- +goose Up
-- Who wants to hear what was done with a survey. An address is sealed with a key of the
-- key file, belongs to the survey and to no response, and comes in a request of its own.
-- No moment, and mixed with the responses.
CREATE TABLE contacts (
    organisation_id TEXT      NOT NULL,
    survey_id       TEXT      NOT NULL,
    contact_key     {{bytes}} NOT NULL, -- random
    sealed          {{bytes}} NOT NULL,
    PRIMARY KEY (survey_id, contact_key)
) {{keyed}};

-- The sending of a published notice to them.
CREATE TABLE mailings (
    organisation_id TEXT    NOT NULL,
    survey_id       TEXT    NOT NULL,
    notice_id       TEXT    NOT NULL,
    last            BOOLEAN NOT NULL, -- it answers, and the addresses go after it
    status          TEXT    NOT NULL,
    why             TEXT    NOT NULL, -- it is paused
    watched         INTEGER NOT NULL,
    refused         INTEGER NOT NULL,
    settled         TEXT    NOT NULL, -- how many in each state once it is over, as JSON
    revision        INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, notice_id)
);

-- How it stands for each of them, for as long as the mailing goes on.
CREATE TABLE deliveries (
    organisation_id TEXT      NOT NULL,
    survey_id       TEXT      NOT NULL,
    notice_id       TEXT      NOT NULL,
    contact_key     {{bytes}} NOT NULL,
    state           TEXT      NOT NULL,
    reason          TEXT      NOT NULL,
    attempts        INTEGER   NOT NULL,
    due_at          TIMESTAMP,          -- of a queued one
    holder          TEXT      NOT NULL, -- the instance that is sending it now
    PRIMARY KEY (notice_id, contact_key)
) {{keyed}};

-- Whether a published notice was put to those who asked for it. What was published
-- before is not.
ALTER TABLE notices ADD COLUMN announced BOOLEAN NOT NULL DEFAULT TRUE;
