-- +goose Up
-- Which responses were stored, changed or withdrawn in one transaction, so that an
-- instance that has a survey in memory reads those anew and no others. The name of
-- a batch is random and its keys stand in their own order. A mixing puts an empty
-- table in the place of this one and gives the table that it mixed another epoch,
-- which tells every instance to begin anew.
CREATE TABLE batches (
    survey_id TEXT      NOT NULL,
    batch     {{bytes}} NOT NULL, -- 8 random bytes
    keys      {{bytes}} NOT NULL, -- random keys of responses, 16 bytes each
    PRIMARY KEY (survey_id, batch)
) {{keyed}};
ALTER TABLE mixing ADD COLUMN epoch TEXT NOT NULL DEFAULT ''; -- random
