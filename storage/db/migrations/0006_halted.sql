-- +goose Up
-- Surveys that make no release any more. After a restore the guard cannot know what
-- was shown since the backup was taken, so it shows nothing new until an
-- administrator, who can know, says that nothing was.
CREATE TABLE halted_releases (
    organisation_id TEXT NOT NULL,
    survey_id       TEXT NOT NULL,
    since           TEXT NOT NULL, -- the day of the restore
    PRIMARY KEY (organisation_id, survey_id)
);
