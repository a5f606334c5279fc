-- +goose Up
-- Which versions a survey asked, and until when, before it went over to one that asks
-- the same in other words, as JSON.
ALTER TABLE surveys ADD COLUMN wordings TEXT NOT NULL DEFAULT '[]';
