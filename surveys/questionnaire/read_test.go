package questionnaire_test

import (
	"testing"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

func TestWhatIsTypedIsReadAsMeant(t *testing.T) {
	f := compiled(t, "type | name\ninteger | integer\ndecimal | decimal\ndate | date\ntime | time\ngeopoint | geopoint\ntext | text\ndateTime | dateTime", "")
	for _, c := range []struct{ kind, typed, value, key string }{
		{"decimal", "7,5", "7.5", ""},
		{"decimal", "7.5", "7.5", ""},
		{"decimal", " 7,50 ", "7.5", ""},
		{"decimal", "€ 1.250,50", "1250.5", ""},
		{"decimal", "1,250.50", "1250.5", ""},
		{"decimal", "1 250", "1250", ""},
		{"decimal", "1.250.000", "1250000", ""},
		{"decimal", "1.000", "", "form.answer.thousands"},
		{"decimal", "12,500", "", "form.answer.thousands"},
		{"decimal", "0,125", "0.125", ""},
		{"decimal", "1000,125", "1000.125", ""},
		{"decimal", "-3", "-3", ""},
		{"decimal", "1,2,3", "", "form.answer.not_a_number"},
		{"decimal", "1e3", "", "form.answer.not_a_number"},
		{"decimal", "veel", "", "form.answer.not_a_number"},
		{"decimal", ".", "", "form.answer.not_a_number"},
		{"decimal", "0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827", ""},
		{"integer", "12", "12", ""},
		{"integer", "007", "7", ""},
		{"integer", "7,0", "7", ""},
		{"integer", "7,5", "", "form.answer.not_whole"},
		{"integer", "1.000", "", "form.answer.thousands"},
		{"integer", "twaalf", "", "form.answer.not_whole"},
		{"integer", "", "", ""},
		{"date", "31-12-2026", "2026-12-31", ""},
		{"date", "31/12/2026", "2026-12-31", ""},
		{"date", "1.2.2026", "2026-02-01", ""},
		{"date", "31 december 2026", "2026-12-31", ""},
		{"date", "31 Mrt 2026", "2026-03-31", ""},
		{"date", "31 March 2026", "2026-03-31", ""},
		{"date", "2026-12-31", "2026-12-31", ""},
		{"date", "31-06-2026", "", "form.answer.no_such_date"},
		{"date", "31 juni", "", "form.answer.not_a_date"},
		{"date", "1-2-26", "", "form.answer.short_year"},
		{"date", "morgen", "", "form.answer.not_a_date"},
		{"time", "7:30", "07:30:00", ""},
		{"time", "14.30 uur", "14:30:00", ""},
		{"time", "25:00", "", "form.answer.not_a_time"},
		{"dateTime", "31-12-2026 14:30", "2026-12-31T14:30:00", ""},
		{"geopoint", "52,37 4,89", "52.37 4.89 0 0", ""},
		{"geopoint", "52.37, 4.89", "52.37 4.89 0 0", ""},
		{"geopoint", "95 4", "", "form.answer.not_a_place"},
		{"text", "  dag\r\nmensen\x00 ", "dag\nmensen", ""},
	} {
		v, _, p := f.Read(f.Field(c.kind), questionnaire.Typed{Values: []string{c.typed}})
		key := ""
		if p != nil {
			key = p.Key
		}
		if v != c.value || key != c.key {
			t.Errorf("%s %q = %q %s, want %q %s", c.kind, c.typed, v, key, c.value, c.key)
		}
	}
}

func TestAReadAnswerReadsAsItself(t *testing.T) {
	f := compiled(t, "type | name\ninteger | integer\ndecimal | decimal\ndate | date\ntext | text", "")
	rapid.Check(t, func(t *rapid.T) {
		fl := f.Field(rapid.SampledFrom([]string{"integer", "decimal", "date", "text"}).Draw(t, "type"))
		typed := rapid.OneOf(rapid.StringMatching(`-?[0-9]{1,4}([.,][0-9]{0,4})?`), rapid.StringMatching(`[0-9]{1,2}[-/][0-9]{1,2}[-/][0-9]{4}`), rapid.String()).Draw(t, "typed")
		v, _, p := f.Read(fl, questionnaire.Typed{Values: []string{typed}})
		if p != nil {
			return
		}
		s := f.Evaluate(questionnaire.Answers{fl.Name: v}, env())
		if problems := s.CheckAll("nl"); len(problems) > 0 {
			t.Fatalf("%q was read as %q, which is then refused: %v", typed, v, problems)
		}
		if fl.Type == questionnaire.TypeDecimal || fl.Type == questionnaire.TypeInteger {
			return // 1,0005 is stored as 1.0005; a respondent sees it with a comma again
		}
		if again, _, p := f.Read(fl, questionnaire.Typed{Values: []string{v}}); p != nil || again != v {
			t.Fatalf("%q was read as %q, and that as %q (%v)", typed, v, again, p)
		}
	})
}
