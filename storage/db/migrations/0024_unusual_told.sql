-- +goose Up
-- The last unusual day of a way in that was told in the log and by mail; '' while none was.
ALTER TABLE unusual_days ADD COLUMN told TEXT NOT NULL DEFAULT '';
UPDATE unusual_days SET told = day; -- the pages told of those
