-- +goose Up
-- How many people the owner expects in each group of a breakdown. It is known before
-- the survey opens, comes from no answer, and only serves to say which groups are
-- large enough to show.
ALTER TABLE surveys ADD COLUMN heads TEXT NOT NULL DEFAULT '[]';
