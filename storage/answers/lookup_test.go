package answers_test

import (
	"regexp"
	"strings"
	"testing"

	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
)

// TestAReceiptCodeIsLookedUpByTheIndexOfItsHash: no row is read whose hash is another one,
// so how long a look-up takes does not depend on which code was typed or how near it is to
// one that exists. (TestTheHashOfACodeTellsNothingOfHowNearItIs has the other half.)
func TestAReceiptCodeIsLookedUpByTheIndexOfItsHash(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		g := givenSurvey(t, d)
		submitAll(t, startWriter(t, g), 21, 0, 1200)
		explain := `EXPLAIN QUERY PLAN `
		if d.Name() == "postgres" {
			must(t, d.Transact(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), `ANALYZE responses`); return err }))
			explain = `EXPLAIN `
		}
		rows, err := d.Reader().Query(t.Context(), explain+answers.ByReceipt, make([]byte, 16), "waterrijk", make([]byte, 16))
		must(t, err)
		defer rows.Close()
		var plan []string
		for rows.Next() {
			cells, err := rows.SliceScan()
			must(t, err)
			switch said := cells[len(cells)-1].(type) {
			case string:
				plan = append(plan, said)
			case []byte:
				plan = append(plan, string(said))
			}
		}
		must(t, rows.Err())
		whole := strings.Join(plan, "\n")
		byKey := regexp.MustCompile(`SEARCH responses USING PRIMARY KEY \(survey_id=\? AND response_key=\?\)|Index Cond: \(.*survey_id = .* AND \(?response_key = `)
		if !byKey.MatchString(whole) || strings.Contains(whole, "Seq Scan on responses") || regexp.MustCompile(`(?m)^SCAN responses$`).MatchString(whole) {
			t.Errorf("a code is not looked up by the key alone:\n%s", whole)
		}
	})
}
