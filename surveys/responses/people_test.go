package responses_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

var byDepartment = []responses.Attribute{{Name: "afdeling", Label: surveys.Text{NL: "Afdeling", EN: "Department"}, Choices: []surveys.Unit{
	{ID: "burgerzaken", Name: surveys.Text{NL: "Burgerzaken", EN: "Civil affairs"}}, {ID: "zorg", Name: surveys.Text{NL: "Zorg & werk", EN: "Care"}}}}}

func table(lines ...string) [][]string {
	var rows [][]string
	for _, line := range lines {
		rows = append(rows, strings.Split(line, ";"))
	}
	return rows
}

func TestAListOfPeople(t *testing.T) {
	l := responses.ReadList(table("Voornaam;tussenvoegsel;Achternaam;E-mailadres;Afdeling;Kamer;Taal",
		"Anna;de;Boer;A.deBoer@Waterrijk.example;burgerzaken;1.2;nl",
		";;;;;;",
		"Ben;;Smit;ben@waterrijk.example;Care;;Engels",
		"Anna;;Boer;a.deboer@waterrijk.example;zorg;;",
		"Cor;;Vis;;Zorg & Werk;;"), byDepartment, nil)
	if len(l.Faults) > 0 || len(l.People) != 3 || l.Repeated != 1 || !slices.Equal(l.Ignored, []string{"Kamer"}) {
		t.Fatalf("read as %+v", l)
	}
	anna, ben, cor := l.People[0], l.People[1], l.People[2]
	if anna.Name != "Anna de Boer" || anna.Email != "a.deboer@waterrijk.example" || anna.Values[0] != "burgerzaken" {
		t.Errorf("Anna is %+v", anna)
	}
	if ben.Lang != surveys.English || ben.Values[0] != "zorg" || ben.Row != 4 {
		t.Errorf("Ben is %+v", ben)
	}
	if cor.Email != "" || cor.Values[0] != "zorg" {
		t.Errorf("Cor, who has no mail, is %+v", cor)
	}
}

func TestWhatIsWrongInAListSaysInWhichRow(t *testing.T) {
	heading := "naam;email;afdeling"
	for name, c := range map[string]struct {
		rows string
		row  int
		key  string
	}{
		"no address in it":             {"naam;afdeling\nAn;zorg", 1, "invite.list.no_email"},
		"nobody in it":                 {heading, 2, "invite.list.nobody"},
		"an address that is none":      {heading + "\nAn;an@nergens;zorg", 2, "invite.list.bad_email"},
		"two addresses in one cell":    {heading + "\nAn;an@x.example, bo@x.example;zorg", 2, "invite.list.bad_email"},
		"a header in an address":       {heading + "\nAn;an@x.example\rBcc:b@x.example;zorg", 2, "invite.list.bad_email"},
		"a department that is unknown": {heading + "\nAn;an@x.example;zorg\nBo;bo@x.example;keuken", 3, "invite.list.unknown_value"},
		"a formula":                    {heading + "\n=HYPERLINK(\"x\");an@x.example;zorg", 2, "invite.list.formula"},
		"a command":                    {heading + "\nAn;an@x.example;@SUM(1)", 2, "invite.list.formula"},
		"three columns too few":        {"naam;afdeling;kamer;email\nAn", 2, "invite.list.too_few_columns"},
		"somebody without a name":      {heading + "\n;;zorg", 2, "invite.list.nobody_here"},
		"a count that is no number":    {"afdeling;aantal\nzorg;veel", 2, "invite.list.bad_count"},
	} {
		t.Run(name, func(t *testing.T) {
			l := responses.ReadList(table(strings.Split(c.rows, "\n")...), byDepartment, nil)
			if len(l.Faults) == 0 || l.Faults[0].Row != c.row || l.Faults[0].Key != c.key {
				t.Errorf("faults are %+v, want %s in row %d", l.Faults, c.key, c.row)
			}
		})
	}
}

func TestAListOfHeadsHoldsNoPerson(t *testing.T) {
	l := responses.ReadList(table("Afdeling;Aantal", "zorg;12", "burgerzaken;8"), byDepartment, nil)
	all, _ := responses.Combinations(l.People)
	if !l.Counted || len(all) != 2 || all[0].Cards != 12 || all[1].Cards != 8 || all[0].People != 0 {
		t.Errorf("counted as %+v from %+v", all, l)
	}
}

func TestMergedGroups(t *testing.T) {
	anyList := func(t *rapid.T) ([]responses.Combination, int) {
		var all []responses.Combination
		seen := map[string]bool{}
		for _, draw := range rapid.SliceOfN(rapid.Custom(func(t *rapid.T) responses.Combination {
			return responses.Combination{Values: []string{rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "afdeling"), rapid.SampledFrom([]string{"", "x", "y", "z"}).Draw(t, "rol")},
				People: rapid.IntRange(0, 14).Draw(t, "people"), Cards: rapid.IntRange(0, 4).Draw(t, "cards")}
		}), 1, 14).Draw(t, "list") {
			if key := strings.Join(draw.Values, "/"); !seen[key] {
				seen[key] = true
				all = append(all, draw)
			}
		}
		return all, rapid.IntRange(2, 12).Draw(t, "least")
	}
	names := []string{"afdeling", "rol"}
	rapid.Check(t, func(t *rapid.T) {
		all, least := anyList(t)
		total := 0
		for _, c := range all {
			total += c.People + c.Cards
		}
		groups, into, err := responses.MergeGroups(names, all, least)
		if total < least {
			if err == nil {
				t.Fatalf("%d people made groups of %d", total, least)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		sum := 0
		for i := range groups {
			sum += groups[i].Size()
			if n := groups[i].Size(); n > 0 && n < least {
				t.Fatalf("group %v holds %d, want at least %d", groups[i].Values, n, least)
			}
		}
		if sum != total {
			t.Fatalf("%d people became %d", total, sum)
		}
		for i, c := range all {
			for b, name := range names {
				if got := groups[into[i]].Values[name]; got != "" && got != c.Values[b] {
					t.Fatalf("%v became %v: a value may be left out and never changed", c.Values, groups[into[i]].Values)
				}
			}
		}
	})
}

func TestLotIsFairAndCanBeDrawnAgain(t *testing.T) {
	rows := make([]int, 40)
	for i := range rows {
		rows[i] = i + 2
	}
	times := make([]int, len(rows))
	const draws = 4000
	for n := range draws {
		seed := "lot " + strings.Repeat("x", n%7) + string(rune('a'+n%26)) + string(rune('a'+n/26%26)) + string(rune('a'+n/676))
		drawn := responses.Draw(seed, rows, 10)
		if len(drawn) != 10 || !slices.Equal(drawn, responses.Draw(seed, rows, 10)) {
			t.Fatalf("drew %v", drawn)
		}
		for _, at := range drawn {
			times[at]++
		}
	}
	for at, n := range times {
		if n < draws/4-200 || n > draws/4+200 { // about seven standard deviations
			t.Errorf("row %d was drawn %d times of %d, want about %d", rows[at], n, draws, draws/4)
		}
	}
}
