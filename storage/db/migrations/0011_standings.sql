-- +goose Up
-- How many took part, as the release shows it, beside its figures: the overview tells
-- it of every survey and need not read every figure for that.
ALTER TABLE releases ADD COLUMN responses INTEGER NOT NULL DEFAULT -2; -- -1: too few to say; -2: made before this column
