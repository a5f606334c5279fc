-- +goose Up
-- Texts get or lose a theme many at once. Until something else is done with its themes a text
-- keeps what it had before, so that undoing gives back exactly that.
ALTER TABLE text_reviews ADD COLUMN together TEXT NOT NULL DEFAULT 'null';
