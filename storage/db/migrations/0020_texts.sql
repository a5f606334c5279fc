-- +goose Up
-- What was made of what people wrote: whether others may see a text, what of it is
-- masked, and its themes. No text, no moment, nobody who reviewed it, and no key but
-- that of the response, with which a withdrawal takes it away.
CREATE TABLE text_reviews (
    organisation_id TEXT      NOT NULL,
    survey_id       TEXT      NOT NULL,
    response_key    {{bytes}} NOT NULL,
    question        TEXT      NOT NULL,
    state           TEXT      NOT NULL, -- '' while nobody decided
    reason          TEXT      NOT NULL,
    masks           TEXT      NOT NULL, -- from, to and kind of each piece, as JSON
    coded           BOOLEAN   NOT NULL,
    themes          TEXT      NOT NULL, -- codes, as JSON
    shown           TEXT      NOT NULL, -- in which publications it was counted with which themes, as JSON
    revision        INTEGER   NOT NULL,
    PRIMARY KEY (survey_id, response_key, question)
) {{keyed}};

-- The themes of a question.
CREATE TABLE theme_lists (
    organisation_id TEXT    NOT NULL,
    survey_id       TEXT    NOT NULL,
    question        TEXT    NOT NULL,
    themes          TEXT    NOT NULL, -- as JSON
    revision        INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, survey_id, question)
);

-- Protected aggregates beside the releases: what the guard let through of the themes of
-- a question, and what it remembers in order to make the next one, sealed.
CREATE TABLE theme_figures (
    organisation_id TEXT      NOT NULL,
    survey_id       TEXT      NOT NULL,
    question        TEXT      NOT NULL,
    number          INTEGER   NOT NULL, -- 1 for the first
    made_on         TEXT      NOT NULL,
    figure          {{bytes}} NOT NULL,
    PRIMARY KEY (organisation_id, survey_id, question, number)
);

CREATE TABLE theme_memories (
    organisation_id TEXT      NOT NULL,
    survey_id       TEXT      NOT NULL,
    question        TEXT      NOT NULL,
    number          INTEGER   NOT NULL, -- of the newest publication
    memory          {{bytes}} NOT NULL,
    PRIMARY KEY (organisation_id, survey_id, question)
);
