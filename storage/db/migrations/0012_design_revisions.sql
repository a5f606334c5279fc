-- +goose Up
-- What a course design was before it was changed: a design is versioned, and can be
-- put back. The newest stands in designs. A row never changes.
CREATE TABLE design_revisions (
    organisation_id TEXT    NOT NULL,
    design_id       TEXT    NOT NULL,
    revision        INTEGER NOT NULL,
    course_id       TEXT    NOT NULL,
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
    PRIMARY KEY (organisation_id, design_id, revision)
);
