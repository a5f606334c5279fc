package answers_test

import (
	"bytes"
	"path/filepath"
	"testing"

	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// Responses that were stored with two keys (schema 8) keep the one that the holder of
// the receipt code finds them by.
func TestResponsesOfTwoKeysAreFoundByTheirReceipt(t *testing.T) {
	for name, address := range map[string]func(testing.TB) string{
		"sqlite":   func(t testing.TB) string { return "sqlite://" + filepath.Join(t.TempDir(), "old.db") },
		"postgres": dbtest.EmptyPostgres,
	} {
		t.Run(name, func(t *testing.T) {
			d := dbtest.Open(t, address(t))
			must(t, d.MigrateTo(t.Context(), 8))
			hash := bytes.Repeat([]byte{1, 2, 3, 4}, 8)
			must(t, d.Ingest(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), `INSERT INTO responses (organisation_id, survey_id, response_key, receipt_hash, withdrawn, version, collector_id, day, answers)
					VALUES (?, ?, ?, ?, FALSE, 1, 'c', '2026-11-25', ?), (?, ?, ?, ?, TRUE, 0, '', '', ?)`,
					org, survey, []byte("sixteen at random"), hash, []byte{1}, org, survey, []byte("sixteen as well"), bytes.Repeat([]byte{9}, 32), []byte{})
				return err
			}))
			must(t, d.Transact(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), `INSERT INTO release_memories (organisation_id, survey_id, number, memory) VALUES (?, ?, 1, ?)`, org, survey, []byte{1})
				return err
			}))
			_, err := d.Migrate(t.Context())
			must(t, err)
			p := programme.New(d)
			g := givenSurvey(t, d)
			found, err := answers.New(d, p).FindResponseByReceipt(t.Context(), org, []responses.Key{{9}, responses.Key(hash)})
			must(t, err)
			if found.Survey != survey || found.Key != responses.Key(hash) || found.Collector != "c" {
				t.Errorf("found %+v", found)
			}
			again := response(13, 0)
			again.Key = responses.Key(bytes.Repeat([]byte{9}, 16))
			if outcome, err := startWriter(t, g).Submit(t.Context(), again, today); outcome != responses.Already || err != nil {
				t.Errorf("sending a withdrawn one again = %v, %v; want Already", outcome, err)
			}
			var halted []surveys.ID
			must(t, d.Reader().Select(t.Context(), &halted, `SELECT survey_id FROM halted_releases`))
			if len(halted) != 1 {
				t.Errorf("the guard goes on with keys that are gone: %v", halted)
			}
		})
	}
}
