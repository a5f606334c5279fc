-- +goose Up
-- What a survey declares before it opens, beside its breakdowns: pairs of them, which
-- one lies within which, and the name that surveys share which ask the same people.
ALTER TABLE surveys ADD COLUMN pairs TEXT NOT NULL DEFAULT '[]';
ALTER TABLE surveys ADD COLUMN hierarchies TEXT NOT NULL DEFAULT '[]';
ALTER TABLE surveys ADD COLUMN people TEXT NOT NULL DEFAULT '';
