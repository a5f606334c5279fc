-- +goose Up
-- The programme: what is asked, learnt, decided and told. Texts are JSON with nl and
-- en, lists are JSON too, days are ISO 8601 text ('' for none). Every change counts the
-- revision, so that nobody overwrites what they did not see.
CREATE TABLE questionnaires (
    organisation_id  TEXT    NOT NULL,
    questionnaire_id TEXT    NOT NULL,
    form_id          TEXT    NOT NULL,
    title            TEXT    NOT NULL,
    template         BOOLEAN NOT NULL,
    draft            {{bytes}},         -- a definition as JSON; NULL when there is none
    published        INTEGER NOT NULL,  -- the newest version; 0 when there is none
    revision         INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, questionnaire_id),
    UNIQUE (organisation_id, form_id)
);

-- Published versions. Nothing ever updates this table.
CREATE TABLE versions (
    organisation_id  TEXT      NOT NULL,
    questionnaire_id TEXT      NOT NULL,
    number           INTEGER   NOT NULL,
    definition       {{bytes}} NOT NULL,
    published_at     TIMESTAMP NOT NULL,
    published_by     TEXT      NOT NULL,
    PRIMARY KEY (organisation_id, questionnaire_id, number),
    FOREIGN KEY (organisation_id, questionnaire_id) REFERENCES questionnaires (organisation_id, questionnaire_id)
);

CREATE TABLE surveys (
    organisation_id  TEXT    NOT NULL,
    survey_id        TEXT    NOT NULL,
    slug             TEXT    NOT NULL,
    title            TEXT    NOT NULL,
    questionnaire_id TEXT    NOT NULL,
    version          INTEGER NOT NULL, -- asked now; 0 while none is published
    mode             TEXT    NOT NULL,
    owner_id         TEXT    NOT NULL, -- an account; '' in a draft. No key: the vault stands apart
    audience         TEXT    NOT NULL,
    purpose          TEXT    NOT NULL,
    can_change       TEXT    NOT NULL,
    cannot_change    TEXT    NOT NULL,
    opens            TEXT    NOT NULL,
    closes           TEXT    NOT NULL,
    promised_on      TEXT    NOT NULL,
    promise_moves    TEXT    NOT NULL, -- every earlier day, with its reason
    promise_kept_on  TEXT    NOT NULL,
    breakdowns       TEXT    NOT NULL,
    merged           TEXT    NOT NULL,
    smallest_group   INTEGER NOT NULL,
    invited          INTEGER NOT NULL,
    councils         TEXT    NOT NULL,
    own_answers      BOOLEAN NOT NULL,
    opened_at        TIMESTAMP,
    closed_at        TIMESTAMP,
    mixed_closed     BOOLEAN NOT NULL, -- its answers were coarsened and mixed after it closed
    revision         INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, survey_id),
    UNIQUE (survey_id),
    UNIQUE (organisation_id, slug)
);

CREATE TABLE collectors (
    organisation_id TEXT    NOT NULL,
    survey_id       TEXT    NOT NULL,
    collector_id    TEXT    NOT NULL,
    code            TEXT    NOT NULL, -- '' for the plain link
    kind            TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    prefill         TEXT    NOT NULL,
    revision        INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, collector_id),
    UNIQUE (organisation_id, survey_id, code)
);

-- Evidence is frozen when the finding is made.
CREATE TABLE findings (
    organisation_id TEXT      NOT NULL,
    survey_id       TEXT      NOT NULL,
    finding_id      TEXT      NOT NULL,
    statement       TEXT      NOT NULL,
    evidence        {{bytes}} NOT NULL,
    made_on         TEXT      NOT NULL,
    made_by         TEXT      NOT NULL,
    revision        INTEGER   NOT NULL,
    PRIMARY KEY (organisation_id, finding_id)
);
CREATE INDEX findings_of_survey ON findings (organisation_id, survey_id);

CREATE TABLE decisions (
    organisation_id TEXT    NOT NULL,
    survey_id       TEXT    NOT NULL,
    decision_id     TEXT    NOT NULL,
    findings        TEXT    NOT NULL,
    outcome         TEXT    NOT NULL,
    what            TEXT    NOT NULL,
    reason          TEXT    NOT NULL,
    decided_by      TEXT    NOT NULL,
    decided_on      TEXT    NOT NULL,
    next            TEXT    NOT NULL,
    next_on         TEXT    NOT NULL,
    design_id       TEXT    NOT NULL,
    budget          INTEGER NOT NULL, -- whole euros
    replaces_id     TEXT    NOT NULL,
    recorded_at     TIMESTAMP,        -- NULL while it is a concept
    revision        INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, decision_id)
);
CREATE INDEX decisions_of_survey ON decisions (organisation_id, survey_id);

CREATE TABLE notices (
    organisation_id TEXT    NOT NULL,
    survey_id       TEXT    NOT NULL,
    notice_id       TEXT    NOT NULL,
    kind            TEXT    NOT NULL,
    asked           TEXT    NOT NULL,
    said            TEXT    NOT NULL,
    decided         TEXT    NOT NULL,
    next            TEXT    NOT NULL,
    decisions       TEXT    NOT NULL,
    published_on    TEXT    NOT NULL,
    published_at    TIMESTAMP,        -- NULL while it is a concept
    revision        INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, notice_id)
);
CREATE INDEX notices_of_survey ON notices (organisation_id, survey_id);

-- What questions and courses share. A competence is its id for good.
CREATE TABLE competences (
    organisation_id TEXT    NOT NULL,
    competence_id   TEXT    NOT NULL,
    position        INTEGER NOT NULL, -- in the list that people see
    name            TEXT    NOT NULL,
    description     TEXT    NOT NULL,
    levels          TEXT    NOT NULL,
    targets         TEXT    NOT NULL,
    PRIMARY KEY (organisation_id, competence_id)
);

-- The catalogue. Prices are whole euros without VAT.
CREATE TABLE courses (
    organisation_id TEXT             NOT NULL,
    course_id       TEXT             NOT NULL,
    title           TEXT             NOT NULL,
    summary         TEXT             NOT NULL,
    provider        TEXT             NOT NULL,
    roles           TEXT             NOT NULL,
    goals           TEXT             NOT NULL,
    form            TEXT             NOT NULL,
    form_name       TEXT             NOT NULL,
    sessions        INTEGER          NOT NULL,
    hours           DOUBLE PRECISION NOT NULL, -- of contact, in all
    self_study      DOUBLE PRECISION NOT NULL, -- hours, in all
    weeks           INTEGER          NOT NULL,
    least           INTEGER          NOT NULL, -- participants
    most            INTEGER          NOT NULL,
    fixed           INTEGER          NOT NULL, -- price of an edition
    per_person      INTEGER          NOT NULL, -- price of a participant
    funding         TEXT             NOT NULL,
    funding_text    TEXT             NOT NULL,
    aftercare       BOOLEAN          NOT NULL,
    aftercare_text  TEXT             NOT NULL,
    after_weeks     INTEGER          NOT NULL,
    co_design       BOOLEAN          NOT NULL,
    co_design_text  TEXT             NOT NULL,
    compensation    DOUBLE PRECISION NOT NULL, -- euros an hour
    venue           TEXT             NOT NULL,
    travel_paid     BOOLEAN          NOT NULL,
    travel_text     TEXT             NOT NULL,
    evidence        TEXT             NOT NULL,
    evidence_text   TEXT             NOT NULL,
    PRIMARY KEY (organisation_id, course_id)
);

CREATE TABLE designs (
    organisation_id TEXT    NOT NULL,
    design_id       TEXT    NOT NULL,
    course_id       TEXT    NOT NULL, -- '' for a new one
    title           TEXT    NOT NULL,
    goals           TEXT    NOT NULL,
    audience        TEXT    NOT NULL,
    for_groups      TEXT    NOT NULL,
    sessions        INTEGER NOT NULL,
    hours           DOUBLE PRECISION NOT NULL,
    participants    INTEGER NOT NULL,
    funding         TEXT    NOT NULL,
    cost            INTEGER NOT NULL, -- whole euros
    aftercare       TEXT    NOT NULL,
    co_design       TEXT    NOT NULL,
    result          TEXT    NOT NULL,
    revision        INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, design_id)
);

CREATE TABLE editions (
    organisation_id TEXT    NOT NULL,
    edition_id      TEXT    NOT NULL,
    design_id       TEXT    NOT NULL,
    dates           TEXT    NOT NULL,
    places          INTEGER NOT NULL,
    participants    INTEGER NOT NULL,
    area            TEXT    NOT NULL,
    status          TEXT    NOT NULL,
    revision        INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, edition_id)
);
