-- +goose Up
-- The participation ledger: how people are invited to a survey without an open door.
CREATE TABLE invitations (
    organisation_id TEXT    NOT NULL,
    survey_id       TEXT    NOT NULL,
    mode            TEXT    NOT NULL, -- the survey's, which is fixed once it opens
    status          TEXT    NOT NULL,
    generation      BIGINT  NOT NULL, -- of the keys that make the ballots
    breakdowns      TEXT    NOT NULL, -- names of questions, as JSON
    groups          TEXT    NOT NULL, -- of ballots, as JSON: each holds at least the smallest group
    lot             TEXT    NOT NULL, -- how people were drawn, as JSON
    round           INTEGER NOT NULL, -- 0 nothing sent, 1 the invitation, then reminders
    round_on        TEXT    NOT NULL,
    watched         INTEGER NOT NULL,
    refused         INTEGER NOT NULL,
    why             TEXT    NOT NULL, -- it is paused
    revision        INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, survey_id)
);

-- Who was invited, and how sending to them stands. Nothing here says who took part, and
-- no key leads from here to a ballot: that follows from invitee_id and the key file.
CREATE TABLE invitees (
    organisation_id TEXT    NOT NULL,
    survey_id       TEXT    NOT NULL,
    invitee_id      TEXT    NOT NULL, -- random
    name            TEXT    NOT NULL,
    email           TEXT    NOT NULL, -- '' for who gets a card
    language        TEXT    NOT NULL,
    group_number    INTEGER NOT NULL, -- of invitations.groups
    state           TEXT    NOT NULL,
    reason          TEXT    NOT NULL,
    attempts        INTEGER NOT NULL,
    due_at          TIMESTAMP,        -- of a queued message
    holder          TEXT    NOT NULL, -- the instance that is sending it now
    PRIMARY KEY (survey_id, invitee_id)
) {{keyed}};
CREATE INDEX invitees_by_state ON invitees (survey_id, state);

-- Ballots, as keyed hashes in the order of those hashes. They are spent in the
-- transaction that stores a response and are mixed with the responses. Whose a ballot is,
-- and what came of it, is known in the named mode only; elsewhere the table refuses to
-- hold it.
CREATE TABLE ballots (
    organisation_id TEXT      NOT NULL,
    survey_id       TEXT      NOT NULL,
    ballot_hash     {{bytes}} NOT NULL,
    mode            TEXT      NOT NULL,
    group_number    INTEGER   NOT NULL,
    spent           BOOLEAN   NOT NULL,
    invitee_id      TEXT,
    response_key    {{bytes}},
    PRIMARY KEY (survey_id, ballot_hash),
    UNIQUE (organisation_id, ballot_hash),
    CHECK (mode = 'named' OR (invitee_id IS NULL AND response_key IS NULL))
) {{keyed}};

-- Who reads who answered what, in the named mode: accounts, as JSON.
ALTER TABLE surveys ADD COLUMN readers TEXT NOT NULL DEFAULT '[]';
