-- +goose Up
-- What people answered. No identity, no moment, no serial, and no key that leads to
-- another table: a row says what was answered and, where the mode keeps it, the day.
-- It is never written in one transaction with a job, a log or a counter, and it is
-- mixed: neither its place on disk nor its transaction tells when it came.
CREATE TABLE responses (
    organisation_id TEXT      NOT NULL,
    survey_id       TEXT      NOT NULL,
    response_key    {{bytes}} NOT NULL, -- 16 random bytes
    receipt_hash    {{bytes}} NOT NULL, -- keyed hash of the receipt code; makes a retry harmless
    withdrawn       BOOLEAN   NOT NULL, -- then nothing but the keys is left of it
    version         INTEGER   NOT NULL, -- 0 when withdrawn
    collector_id    TEXT      NOT NULL, -- '' for none
    day             TEXT      NOT NULL, -- '' where the mode keeps none
    answers         {{bytes}} NOT NULL, -- see docs/decisions/answers-in-one-row.md
    PRIMARY KEY (survey_id, response_key),
    UNIQUE (organisation_id, receipt_hash),
    CHECK (NOT withdrawn OR (version = 0 AND collector_id = '' AND day = ''))
) {{keyed}};
