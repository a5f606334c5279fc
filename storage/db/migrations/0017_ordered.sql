-- +goose Up
-- Which revision of its course design a decision ordered: what was decided stays to be
-- read after the design goes on. Set while it is a concept, fixed once it is recorded.
ALTER TABLE decisions ADD COLUMN design_revision INTEGER NOT NULL DEFAULT 0;
UPDATE decisions SET design_revision = COALESCE((SELECT d.revision FROM designs d
    WHERE d.organisation_id = decisions.organisation_id AND d.design_id = decisions.design_id), 0)
WHERE design_id <> '';
