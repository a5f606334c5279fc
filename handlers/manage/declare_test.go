package manage_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys"
)

// officials is what is typed to split the self-assessment of 23 officials.
var officials = []string{
	"breakdown", "afdeling", "breakdown-2", "rol", "pairs", "1-2", "smallest_group", "10",
	"heads-afdeling-publiekszaken", "12", "heads-afdeling-sociaal_domein", "11",
	"heads-rol-baliemedewerker", "9", "heads-rol-beleidsadviseur", "8", "heads-rol-leidinggevende", "6",
}

// emptied are the head counts of the organisation taken out, so that only what a test
// types counts.
func emptied(s *seen) *seen {
	_, form := s.form("/bewerken")
	var fields []string
	for name := range form {
		if strings.HasPrefix(name, "heads-") {
			fields = append(fields, name, "")
		}
	}
	return s.send("/bewerken", append(fields, "ga", "kan")...)
}

func TestBeforeASurveyOpensItSaysWhatCanBeSplit(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	form := emptied(w.drafted("zelfbeoordeling-ambtenaar").send("/bewerken", append(slices.Clone(officials), "ga", "kan")...).wants(http.StatusOK))
	looked := form.send("/bewerken", append(slices.Clone(officials), "ga", "kan")...).wants(http.StatusOK)
	said := looked.text("#kan")
	for _, want := range []string{"Met 23 mensen kunt u niet uitsplitsen naar", "kan voor alle groepen"} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q: %s", want, said)
		}
	}
	_, typed := looked.form("/bewerken")
	for i := 0; i < len(officials); i += 2 {
		if got := typed.Get(officials[i]); got != officials[i+1] {
			t.Errorf("%s came back as %q, want %q", officials[i], got, officials[i+1])
		}
	}
	list, err := w.programme.ListSurveys(t.Context(), org)
	must(t, err)
	if len(list[0].Breakdowns) != 0 || len(list[0].Heads) != 0 {
		t.Errorf("looking stored %v", list[0].Declared())
	}
}

func TestADeclarationIsKeptShownAndTakenBack(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	form := w.drafted("zelfbeoordeling-ambtenaar").send("/bewerken", append(slices.Clone(officials), "ga", "kan")...).wants(http.StatusOK)
	merged := []string{"group-rol-baliemedewerker", "2", "group-rol-leidinggevende", "2", "ga", "bewaren"}
	kept := form.send("/bewerken", append(slices.Clone(officials), merged...)...).wants(http.StatusOK)
	find := func() surveys.Survey {
		list, err := w.programme.ListSurveys(t.Context(), org)
		must(t, err)
		return list[0]
	}
	s := find()
	if !slices.Equal(s.Breakdowns, []string{"afdeling", "rol"}) || !slices.Equal(s.Pairs, []surveys.Pair{{First: "afdeling", Second: "rol"}}) {
		t.Errorf("declared %v %v", s.Breakdowns, s.Pairs)
	}
	if len(s.Merged) != 1 || !slices.Equal(s.Merged[0].Values, []string{"baliemedewerker", "leidinggevende"}) || s.Merged[0].Label.Empty() {
		t.Errorf("merged %+v", s.Merged)
	}
	name := kept.Find(`input[name="named-rol-1"]`)
	if name.AttrOr("value", "") != s.Merged[0].Label.NL {
		t.Errorf("the merged group is called %q", name.AttrOr("value", ""))
	}
	about := w.get("/beheer/uitvragen/" + string(s.ID)).text("main")
	if !strings.Contains(about, "Samen getoond: "+s.Merged[0].Label.NL) {
		t.Errorf("the page of the survey does not say what is shown together: %s", about)
	}
	kept.send("/bewerken", "breakdown", "afdeling", "breakdown-2", "", "pairs", "", "ga", "bewaren").wants(http.StatusOK)
	if s = find(); len(s.Breakdowns) != 1 || len(s.Pairs)+len(s.Merged) != 0 {
		t.Errorf("after taking it back: %+v", s.Declared())
	}
}

func TestADeclarationThatCannotBeIsExplainedAtItsField(t *testing.T) {
	w := givenDesk(t, surveys.ProgrammeManager, "https://stem.waterrijk.example")
	form := w.drafted("dienstverlening-uitgebreid").send("/bewerken", "breakdown", "gebied", "breakdown-2", "leeftijd", "ga", "kan").wants(http.StatusOK)
	for name, c := range map[string]struct {
		fields []string
		at     string
	}{
		"the same twice":                 {[]string{"breakdown-2", "gebied"}, "breakdown"},
		"each within the other":          {[]string{"hierarchy", "2", "hierarchy-2", "1"}, "hierarchy"},
		"within one that is not there":   {[]string{"hierarchy", "3"}, "hierarchy"},
		"a pair of which one lacks":      {[]string{"pairs", "2-3"}, "pairs"},
		"a pair within each other":       {[]string{"hierarchy", "2", "pairs", "1-2"}, "pairs"},
		"a merged group of one":          {[]string{"group-gebied-noord", "1"}, "merged"},
		"a head count that is no number": {[]string{"heads-gebied-noord", "veel"}, "heads-gebied-noord"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, button := range []string{"kan", "bewaren"} {
				wrong := form.send("/bewerken", append(slices.Clone(c.fields), "ga", button)...).complains(c.at)
				_, typed := wrong.form("/bewerken")
				if got := typed.Get(c.fields[0]); got != c.fields[1] {
					t.Errorf("%s came back as %q", c.fields[0], got)
				}
			}
		})
	}
}
