package main

import (
	"strings"
	"testing"

	"weerklank.nl/weerklank/storage/aggregates"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/keyfile"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
)

// marksOf are marks of figures of a survey of the demo: of its first questions that are
// shown, for everybody and by a breakdown.
func marksOf(t *testing.T, address, keys, slug string) (marks []string, s *surveys.Survey) {
	t.Helper()
	d, err := db.Open(t.Context(), address)
	fine(t, err)
	defer d.Close()
	ring, err := keyfile.Load(keys)
	fine(t, err)
	orgs, err := vault.New(d).ListOrganisations(t.Context())
	fine(t, err)
	s, err = programme.New(d).FindSurveyBySlug(t.Context(), orgs[0].ID, slug)
	fine(t, err)
	r, err := aggregates.New(d, ring.Memory()).FindRelease(t.Context(), s.Org, s.ID)
	fine(t, err)
	groups := []disclosure.Group{{}}
	for _, b := range r.Breakdowns() {
		for _, v := range b.Values {
			groups = append(groups, disclosure.Group{Breakdown: b.Name, Value: v.Name})
		}
	}
	for _, q := range append([]disclosure.Question{{}}, r.Questions()...) {
		for _, g := range groups {
			if mark := r.Address(slug, q.Name, g).String(); mark != "" && len(marks) < 12 {
				marks = append(marks, mark)
			}
		}
	}
	if len(marks) < 3 {
		t.Fatalf("the demo shows %d figures of %s", len(marks), slug)
	}
	return marks, s
}

// countsAgain holds that recompute gives the digits of figures of the demo in the
// database that it was restored to, and in neither where the answers are gone.
func countsAgain(t *testing.T, from, to, keys string) {
	t.Helper()
	again := func(address, mark string) (int, string) {
		return runs(t, "recompute", "--database", address, "--keys", keys, mark)
	}
	for _, slug := range []string{"balie-2026", "balie-najaar-2026"} { // the first made its last release
		marks, _ := marksOf(t, from, keys, slug)
		for _, mark := range marks {
			if status, said := again(from, mark); status != 0 || !strings.Contains(said, "dezelfde cijfers") || !strings.Contains(said, "mensen") {
				t.Errorf("%s, with status %d:\n%s", mark, status, said)
			}
		}
	}
	marks, s := marksOf(t, from, keys, "balie-najaar-2026")
	_, before := again(from, marks[0])
	if status, said := again(to, marks[0]); status != 0 || said != before {
		t.Errorf("after the restore, with status %d:\n%s\nand before:\n%s", status, said, before)
	}
	d, err := db.Open(t.Context(), to)
	fine(t, err)
	fine(t, d.Transact(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `DELETE FROM responses WHERE survey_id = ?`, s.ID)
		return err
	}))
	fine(t, d.Close())
	status, said := again(to, marks[0])
	if status != 1 || !strings.Contains(said, "veranderd sinds") || strings.Contains(said, "mensen") {
		t.Errorf("of answers that are gone, with status %d:\n%s", status, said)
	}
	for name, mark := range map[string]string{
		"of a text that is no mark":         "balie",
		"of a survey that is not there":     "nergens" + strings.TrimPrefix(marks[0], "balie-najaar-2026"),
		"of a fingerprint that is not ours": marks[0][:len(marks[0])-12] + "aaaaaaaaaaaa",
	} {
		if status, said := again(from, mark); status != 1 || strings.Contains(said, "dezelfde") || strings.Contains(said, "mensen") {
			t.Errorf("%s, with status %d:\n%s", name, status, said)
		}
	}
}
