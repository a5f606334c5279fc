package db_test

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
)

// What comes while a table is copied is brought over last and lies apart until the next
// mixing. A response and the ballot that it spent would each be the only one of their
// survey there, and so be paired.
func TestWhoAnswersWhileATableIsMixedDoesNotLieAlone(t *testing.T) {
	for name, c := range map[string]struct{ rows, apart int }{
		"in a small survey": {40, 41}, "in a larger one": {400, 24}, // 32 drawn at random, some of them twice
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
				table := db.Mixed{Table: "contacts", Key: "contact_key"}
				key := func(i int) []byte { // spread over the whole range, as random keys are
					return binary.BigEndian.AppendUint64(make([]byte, 0, 16), uint64(i)*0x9E3779B97F4A7C15)
				}
				add := func(survey surveys.ID, from, to int) {
					t.Helper()
					must(t, d.Ingest(t.Context(), func(tx *db.Tx) error {
						for i := from; i < to; i++ {
							if _, err := tx.Exec(t.Context(), `INSERT INTO contacts (organisation_id, survey_id, contact_key, sealed) VALUES ('o', ?, ?, ?)`,
								survey, key(i), key(i)); err != nil {
								return err
							}
							if err := tx.Touch(t.Context(), table, survey, key(i)); err != nil {
								return err
							}
						}
						return nil
					}))
				}
				add("een", 0, c.rows)
				add("twee", 0, c.rows)
				must(t, d.MixWhile(t.Context(), table, func() { add("een", c.rows, c.rows+1) }))
				var stored [][]byte
				must(t, d.Reader().Select(t.Context(), &stored, `SELECT contact_key FROM contacts WHERE survey_id = 'een'`))
				if len(stored) != c.rows+1 {
					t.Errorf("%d rows are stored, want %d", len(stored), c.rows+1)
				}
				if d.Name() != "postgres" { // SQLite shows no transaction of a row
					return
				}
				var apart [][]byte
				must(t, d.Reader().Select(t.Context(), &apart, `SELECT contact_key FROM contacts WHERE survey_id = 'een'
					AND xmin = (SELECT xmin FROM contacts WHERE survey_id = 'een' AND contact_key = ?) ORDER BY ctid`, key(c.rows)))
				if len(apart) < c.apart {
					t.Errorf("who came late lies apart with %d others, want at least %d", len(apart)-1, c.apart-1)
				}
				if !slices.IsSortedFunc(apart, bytes.Compare) {
					t.Error("those that lie apart are not in the order of their keys")
				}
			})
		})
	}
}

// TestPostgreSQLSamplesNoAnswerAndTwoKeysAtMost: what PostgreSQL gathers for its plans tells
// which rows were there when it last looked, and stays in its files for long.
func TestPostgreSQLSamplesNoAnswerAndTwoKeysAtMost(t *testing.T) {
	d := dbtest.Open(t, dbtest.Postgres(t))
	table := db.Mixed{Table: "contacts", Key: "contact_key"}
	for range 2 { // a fresh table is as the one before
		_, err := d.Mix(t.Context(), table)
		must(t, err)
	}
	must(t, d.Ingest(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO contacts (organisation_id, survey_id, contact_key, sealed)
			SELECT 'o', 'een', decode(md5(n::text), 'hex'), decode(md5(n::text), 'hex') FROM generate_series(1, 500) AS n`)
		return err
	}))
	must(t, d.Transact(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), `ANALYZE`); return err }))
	var found []struct {
		Name   string `db:"name"`
		Values int    `db:"values"`
	}
	must(t, d.Reader().Select(t.Context(), &found, `SELECT s.tablename || '.' || s.attname AS name, COALESCE(cardinality(s.histogram_bounds::text::text[]), 0)
			+ COALESCE(cardinality(s.most_common_vals::text::text[]), 0) AS values
		FROM pg_stats s JOIN pg_attribute a ON a.attrelid = s.tablename::regclass AND a.attname = s.attname
		WHERE s.schemaname = current_schema() AND a.atttypid = 'bytea'::regtype`))
	if len(found) != 1 || found[0].Name != "contacts.contact_key" || found[0].Values > 2 {
		t.Errorf("PostgreSQL keeps values of %+v, want two of the key at most", found)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
