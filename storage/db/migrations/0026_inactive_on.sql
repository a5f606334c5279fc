-- +goose Up
-- Since when an account is switched off: after its period nothing is kept of it but its key,
-- role and function. '' while it is on; of one that is off the night writes down the day.
ALTER TABLE accounts ADD COLUMN inactive_on TEXT NOT NULL DEFAULT '';
