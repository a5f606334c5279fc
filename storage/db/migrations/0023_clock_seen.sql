-- +goose Up
-- The hour (UTC) in which the clock was last looked at and believed. One row, with 1, written once
-- an hour: no moment of anything that somebody does lies near it.
CREATE TABLE clock_seen (
    one  INTEGER   NOT NULL PRIMARY KEY,
    hour TIMESTAMP NOT NULL
);
