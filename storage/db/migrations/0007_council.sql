-- +goose Up
-- A council member reads the surveys of their own council. An account without one
-- reads those of every council, as all did before this column.
ALTER TABLE accounts ADD COLUMN council TEXT NOT NULL DEFAULT '';
