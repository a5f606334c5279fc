-- +goose Up
-- A second step at signing in, roles for one survey, and whether the organisation
-- asks its staff for a second step.
ALTER TABLE accounts ADD COLUMN grants TEXT NOT NULL DEFAULT '{}';       -- role by survey
ALTER TABLE accounts ADD COLUMN second_step TEXT NOT NULL DEFAULT '{}';  -- the secret sealed, recovery codes hashed
ALTER TABLE organisations ADD COLUMN second_step BOOLEAN NOT NULL DEFAULT FALSE;

-- Where staff are signed in. A session whose row is gone is over, wherever its cookie is.
CREATE TABLE sign_ins (
    organisation_id TEXT      NOT NULL,
    account_id      TEXT      NOT NULL,
    sign_in_id      TEXT      NOT NULL,
    device          TEXT      NOT NULL, -- browser and system, coarse; no address
    began_at        TIMESTAMP NOT NULL,
    expires_at      TIMESTAMP NOT NULL,
    PRIMARY KEY (organisation_id, account_id, sign_in_id)
) {{keyed}};

-- Messages about accounts that have to go out. No token: the link is made when it is sent.
CREATE TABLE account_mails (
    organisation_id TEXT      NOT NULL,
    mail_id         TEXT      NOT NULL,
    email           TEXT      NOT NULL, -- as typed; perhaps of nobody
    kind            TEXT      NOT NULL,
    asked_at        TIMESTAMP NOT NULL,
    next_at         TIMESTAMP NOT NULL,
    tries           INTEGER   NOT NULL,
    PRIMARY KEY (organisation_id, mail_id)
) {{keyed}};

-- What staff did, written in the transaction of the change itself. Rows are added and
-- never changed or removed; nothing in it is about a respondent.
CREATE TABLE audit (
    organisation_id TEXT      NOT NULL,
    at              TIMESTAMP NOT NULL,
    entry_id        TEXT      NOT NULL,
    part            INTEGER   NOT NULL,
    account_id      TEXT      NOT NULL,
    act             TEXT      NOT NULL,
    subject_id      TEXT      NOT NULL,
    survey_id       TEXT      NOT NULL,
    changes         TEXT      NOT NULL, -- settings before and after
    PRIMARY KEY (organisation_id, at, entry_id, part)
) {{keyed}};
{{append only: audit}}
