-- +goose Up
-- The organisations of the installation, and what their pages say about them.
CREATE TABLE organisations (
    organisation_id TEXT      NOT NULL PRIMARY KEY,
    name            TEXT      NOT NULL,
    phone           TEXT      NOT NULL,
    email           TEXT      NOT NULL,
    hours           TEXT      NOT NULL,
    zone            TEXT      NOT NULL,
    address         TEXT      NOT NULL, -- the public address; '' until it is set
    host            TEXT      NOT NULL, -- of the address, lower case, without port
    logo_type       TEXT      NOT NULL,
    logo            {{bytes}} NOT NULL,
    logo_hash       TEXT      NOT NULL,
    structure       TEXT      NOT NULL,
    revision        INTEGER   NOT NULL
);

-- The identity vault: who can sign in. Nothing here leads to an answer.
CREATE TABLE accounts (
    organisation_id TEXT    NOT NULL,
    account_id      TEXT    NOT NULL,
    email           TEXT    NOT NULL, -- lower case
    title           TEXT    NOT NULL, -- the function, {nl, en}
    role            TEXT    NOT NULL,
    password_hash   TEXT    NOT NULL, -- argon2id; '' until a first password is chosen
    language        TEXT    NOT NULL,
    active          BOOLEAN NOT NULL,
    revision        INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, account_id),
    UNIQUE (organisation_id, email)
);

-- Links that let somebody choose a password once. Only the hash of the token is kept.
CREATE TABLE setup_links (
    token_hash      {{bytes}} NOT NULL PRIMARY KEY,
    organisation_id TEXT      NOT NULL,
    account_id      TEXT      NOT NULL, -- '' for the first administrator
    expires_at      TIMESTAMP NOT NULL
) {{keyed}};

-- Sessions of staff, under the hash of the token in their cookie.
CREATE TABLE sessions (
    token_hash TEXT      NOT NULL PRIMARY KEY,
    data       {{bytes}} NOT NULL,
    expires_at TIMESTAMP NOT NULL
) {{keyed}};
