package main

import (
	"fmt"
	"strings"
	"testing"

	"weerklank.nl/weerklank/storage/aggregates"
	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/keyfile"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/texts"
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

// themesCountAgain is the same of what the demo published of the themes in answers to
// an open question. In the database that it was restored to, a text is sorted anew, put
// back, and withdrawn.
func themesCountAgain(t *testing.T, from, to, keys string) {
	t.Helper()
	const question = "open_verbeteren"
	d, err := db.Open(t.Context(), to)
	fine(t, err)
	defer d.Close()
	ring, err := keyfile.Load(keys)
	fine(t, err)
	_, s := marksOf(t, from, keys, "balie")
	r, err := aggregates.New(d, ring.Memory()).FindRelease(t.Context(), s.Org, s.ID)
	fine(t, err)
	name := disclosure.ThemesName(question, 1)
	mark := r.Address(s.Slug, name, disclosure.Group{}).String()
	shown, reason := r.Figure(name, disclosure.Group{})
	if mark == "" || reason != disclosure.Shown {
		t.Fatal("the demo shows no themes")
	}
	digits := []string{fmt.Sprintf("%d mensen", shown.Base())}
	for _, one := range shown.Shares() {
		digits = append(digits, fmt.Sprintf("  %s: %d\n", one.Label.NL, one.Count))
	}
	same := func(address, after string) {
		t.Helper()
		status, said := runs(t, "recompute", "--database", address, "--keys", keys, mark)
		if status != 0 || !strings.Contains(said, "dezelfde cijfers") {
			t.Errorf("%s, with status %d:\n%s", after, status, said)
		}
		for _, one := range digits {
			if !strings.Contains(said, one) {
				t.Errorf("%s it says\n%s\nwithout %q", after, said, one)
			}
		}
	}
	changed := func(after string) {
		t.Helper()
		status, said := runs(t, "recompute", "--database", to, "--keys", keys, mark)
		if status != 1 || !strings.Contains(said, "teksten zijn veranderd sinds") || strings.Contains(said, "mensen") || strings.Contains(said, shown.Shares()[0].Label.NL) {
			t.Errorf("after %s, with status %d:\n%s", after, status, said)
		}
	}
	same(from, "in the demo")
	same(to, "after the restore")
	store := answers.New(d, programme.New(d))
	reviews, err := store.ListReviews(t.Context(), s.Org, s.ID, question)
	fine(t, err)
	sorted := func(codes ...string) {
		t.Helper()
		fine(t, store.ChangeReview(t.Context(), s.Org, s.ID, question, reviews[0].Key, func(_ string, list *texts.Themes, r *texts.Review) (bool, error) {
			return true, r.Code(list, codes, len(codes) == 0)
		}))
	}
	var others []string // no theme that the text has, and one that it has not
	for _, one := range shown.Shares() {
		if !strings.Contains(fmt.Sprint(reviews[0].Themes), one.Name) {
			others = []string{one.Name}
		}
	}
	sorted(others...)
	changed("a text was sorted anew")
	sorted(reviews[0].Themes...)
	same(to, "with the text as it was")
	fine(t, store.WithdrawResponse(t.Context(), s.Org, []responses.Key{reviews[0].Key}))
	changed("a withdrawal")
}
