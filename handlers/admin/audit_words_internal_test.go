package admin

import (
	"encoding/json"
	"slices"
	"testing"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

func TestEverySettingOfTheTrailHasAWord(t *testing.T) {
	text, err := page.Texts()
	if err != nil {
		t.Fatal(err)
	}
	for thing, of := range map[string]interface{ Shown() any }{"account": &surveys.Account{}, "organisation": &surveys.Organisation{}, "survey": &surveys.Survey{},
		"collector": &surveys.Collector{}, "questionnaire": &surveys.Questionnaire{}, "invitations": &responses.Invitations{}, "mailing": &responses.Mailing{}} {
		raw, err := json.Marshal(of.Shown())
		if err != nil {
			t.Fatal(err)
		}
		var shown map[string]any
		if err := json.Unmarshal(raw, &shown); err != nil {
			t.Fatal(err)
		}
		for name := range shown {
			if !slices.Contains(worded[thing], name) {
				t.Errorf("%s of a %s stands in the trail by the name of its column", name, thing)
			}
		}
		if len(shown) != len(worded[thing]) {
			t.Errorf("a %s shows %d settings, and %d have a word", thing, len(shown), len(worded[thing]))
		}
	}
	for key := range ours {
		for _, lang := range page.Languages {
			if said := text(lang, key, nil); said == key || said == "" {
				t.Errorf("%s has no text in %s", key, lang)
			}
		}
	}
	for thing, names := range worded {
		for _, name := range names {
			for _, lang := range page.Languages {
				if said := text(lang, settingKey+name, nil); said == settingKey+name || said == "" {
					t.Errorf("%s of a %s has no text in %s", name, thing, lang)
				}
			}
		}
	}
}

func TestASettingIsShownInWordsOfTheReader(t *testing.T) {
	tell := teller{lang: surveys.English, names: map[surveys.ID]string{"q7": "Front desk", "a1": "Team leader"}}
	for name, c := range map[string]struct{ raw, want string }{
		"owner_id":   {`"a1"`, "Team leader"},
		"readers":    {`["a1","somebody else"]`, "Team leader; somebody else"},
		"title":      {`{"nl":"Balie","en":"Front desk"}`, "Front desk"},
		"closes":     {`"2026-12-21"`, "21-12-2026"},
		"pairs":      {`[{"first":"afdeling","second":"rol"}]`, "afdeling, rol"},
		"prefill":    {`{"plek":"hal"}`, "plek: hal"},
		"invited":    {`12000000`, "12000000"},
		"hold":       {`null`, ""},
		"questions":  {`not JSON`, ""},
		"nothing":    {``, ""},
		"breakdowns": {`[]`, ""},
	} {
		if got := tell.value(name, json.RawMessage(c.raw)); got != c.want {
			t.Errorf("%s %s is shown as %q, want %q", name, c.raw, got, c.want)
		}
	}
}
