-- +goose Up
-- How long what is kept, on which ground, and what was deleted, as JSON: of a survey, and
-- what an organisation says where a survey says nothing.
ALTER TABLE surveys ADD COLUMN keeping TEXT NOT NULL DEFAULT '{}';
ALTER TABLE organisations ADD COLUMN keeping TEXT NOT NULL DEFAULT '{}';

-- From when the trail of what staff did is kept. What is older may be deleted, and
-- nothing else of it: the database sees to that.
ALTER TABLE organisations ADD COLUMN audit_from TIMESTAMP;
{{kept from: audit}}
