-- +goose Up
-- One leader among instances: who may do a work, and until when (UTC).
CREATE TABLE leases (
    work       TEXT      NOT NULL PRIMARY KEY,
    holder     TEXT      NOT NULL, -- a random name of the instance
    held_until TIMESTAMP NOT NULL
);

-- Work that comes back with the clock, and the day on which it was last done.
CREATE TABLE clock (
    work    TEXT NOT NULL PRIMARY KEY,
    done_on TEXT NOT NULL -- a day, no moment
);

-- Which tables are being copied into fresh ones, in the order of their random keys,
-- and which rows came, changed or went meanwhile. Both are empty afterwards.
CREATE TABLE mixing (
    table_name TEXT    NOT NULL PRIMARY KEY,
    running    BOOLEAN NOT NULL
);
CREATE TABLE mixing_touched (
    table_name TEXT      NOT NULL,
    survey_id  TEXT      NOT NULL,
    row_key    {{bytes}} NOT NULL,
    PRIMARY KEY (table_name, survey_id, row_key)
) {{keyed}};
