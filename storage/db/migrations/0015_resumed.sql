-- +goose Up
-- Who let a survey make releases again after a restore, when, and how they knew that
-- nothing was shown in between. The row stays, so that this can be read back.
ALTER TABLE halted_releases ADD COLUMN resumed_on TEXT NOT NULL DEFAULT '';
ALTER TABLE halted_releases ADD COLUMN resumed_by TEXT NOT NULL DEFAULT ''; -- an account; '' for the command line
ALTER TABLE halted_releases ADD COLUMN reason     TEXT NOT NULL DEFAULT '';
