-- +goose Up
-- Protected aggregates: what the guard let through, release by release, and what it
-- remembers in order to make the next one. Only the guard reads the memory.
CREATE TABLE releases (
    organisation_id TEXT      NOT NULL,
    survey_id       TEXT      NOT NULL,
    number          INTEGER   NOT NULL, -- 1 for the first
    as_of           TEXT      NOT NULL,
    made_on         TEXT      NOT NULL,
    final           BOOLEAN   NOT NULL,
    figures         {{bytes}} NOT NULL,
    PRIMARY KEY (organisation_id, survey_id, number)
);

CREATE TABLE release_memories (
    organisation_id TEXT      NOT NULL,
    survey_id       TEXT      NOT NULL,
    number          INTEGER   NOT NULL, -- of the newest release
    memory          {{bytes}} NOT NULL,
    PRIMARY KEY (organisation_id, survey_id)
);
