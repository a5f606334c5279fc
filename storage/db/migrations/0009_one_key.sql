-- +goose Up
-- A response has one key instead of two: the keyed hash of its receipt code, cut off at
-- 128 bits, which is as random as the key that it had besides. The index on that hash
-- went through the whole table at every insert; the primary key stays within a survey.
CREATE TABLE responses_one_key (
    organisation_id TEXT      NOT NULL,
    survey_id       TEXT      NOT NULL,
    response_key    {{bytes}} NOT NULL, -- keyed hash of the receipt code; makes a retry harmless
    withdrawn       BOOLEAN   NOT NULL, -- then nothing but the key is left of it
    version         INTEGER   NOT NULL, -- 0 when withdrawn
    collector_id    TEXT      NOT NULL, -- '' for none
    day             TEXT      NOT NULL, -- '' where the mode keeps none
    answers         {{bytes}} NOT NULL, -- see docs/decisions/answers-in-one-row.md
    PRIMARY KEY (survey_id, response_key),
    CHECK (NOT withdrawn OR (version = 0 AND collector_id = '' AND day = ''))
) {{keyed}};

INSERT INTO responses_one_key (organisation_id, survey_id, response_key, withdrawn, version, collector_id, day, answers)
SELECT organisation_id, survey_id, substr(receipt_hash, 1, 16), withdrawn, version, collector_id, day, answers
FROM responses ORDER BY survey_id, substr(receipt_hash, 1, 16);

DROP TABLE responses;
ALTER TABLE responses_one_key RENAME TO responses;

-- What the guard remembers of a survey goes by the old keys. It shows nothing new of it.
INSERT INTO halted_releases (organisation_id, survey_id, since)
SELECT organisation_id, survey_id, CAST(CURRENT_DATE AS TEXT) FROM release_memories WHERE TRUE
ON CONFLICT DO NOTHING;
