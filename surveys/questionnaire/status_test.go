package questionnaire_test

import (
	"testing"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

func TestWhyThereIsNoAnswerIsKeptToTheExport(t *testing.T) {
	d := form(t, `
		type              | name | relevant
		text              | a    |
		text              | b    | ${a} = 'x'
		select_one schaal | nvt  |
		select_one schaal | stil |
		select_one schaal | weet |
		select_one schaal | goed |
		begin_repeat      | r    |
		text              | in_r |
		end_repeat        |      |
	`, "list_name | name\nschaal | 1\nschaal | niet\nschaal | liever\nschaal | geen_idee")
	for i, missing := range []string{"", "nvt", "liever_niet", "weet_niet"} {
		d.Lists[0].Choices[i].Missing = missing
	}
	f, _ := questionnaire.Compile(d)
	stored := f.Evaluate(questionnaire.Answers{"nvt": "niet", "stil": "liever", "weet": "geen_idee", "goed": "1", "r": "2", "r[1]/in_r": "ja"}, env()).Record()
	for key, want := range map[string]string{
		"a": "skipped", "b": "not_shown", "nvt": "does_not_apply", "stil": "does_not_want_to_say", "weet": "does_not_know", "goed": "", "r[1]/in_r": "", "r[2]/in_r": "skipped", "r[3]/in_r": "not_shown",
	} {
		if got := f.StatusIn(stored, key).Code(); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
}
