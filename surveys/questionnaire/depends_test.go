package questionnaire_test

import (
	"slices"
	"testing"
)

func TestWhatDecidesWhetherAQuestionIsAsked(t *testing.T) {
	f := compiled(t, `type | name | relevant | calculation
select_one ja | wijk | |
text | los | |
calculate | ver | | if(${wijk} = 'ja', 1, 0)
text | zelf | ${wijk} = 'ja' |
text | via | ${ver} = 1 |
begin_group | g | ${wijk} = 'nee' |
text | binnen | ${los} != '' |
end_group`, "list_name | name\nja | ja\nja | nee")
	for name, want := range map[string][]string{
		"los":      nil,
		"zelf":     {"wijk"},
		"via":      {"ver", "wijk"},
		"binnen":   {"los", "wijk"},
		"onbekend": nil,
	} {
		got := f.AskedBy(name)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}
