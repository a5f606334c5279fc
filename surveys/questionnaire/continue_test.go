package questionnaire_test

import (
	"testing"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

func TestAChoiceThatWentIsNotUsedForSomethingElse(t *testing.T) {
	const survey = "type | name\nselect_one kleur | a"
	with := func(rows string) *questionnaire.Definition {
		return form(t, survey, "list_name | name | label::nl\nkleur | rood | Rood\n"+rows)
	}
	first, second := with("kleur | w | Wit"), with("")
	for name, c := range map[string]struct {
		next *questionnaire.Definition
		want int
	}{
		"comes back as it was":    {with("kleur | w | Wit"), 0},
		"comes back as another":   {with("kleur | w | Zwart"), 1},
		"stays away":              {with("kleur | z | Zwart"), 0},
		"another has other words": {form(t, survey, "list_name | name | label::nl\nkleur | rood | Vuurrood"), 0},
	} {
		t.Run(name, func(t *testing.T) {
			problems := questionnaire.Continues(c.next, first, second)
			if len(problems) != c.want {
				t.Errorf("problems = %v, want %d", problems, c.want)
			}
		})
	}
}
