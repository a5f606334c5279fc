package respond_test

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"flag"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

var simulated = flag.Int("respondents", 3, "how many simulated respondents fill in each form of the corpus")

// corpusForms are the valid forms of others, which are no part of this repository:
// WEERKLANK_CORPUS names their folder, else it is looked for beside the checkout.
func corpusForms(t *testing.T) map[string]*questionnaire.Definition {
	t.Helper()
	dir := os.Getenv("WEERKLANK_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "corpus")
	}
	dir = filepath.Join(dir, "xlsforms")
	manifest, err := os.Open(filepath.Join(dir, "manifest.jsonl"))
	if err != nil {
		t.Skipf("the corpus is not here: %v", err)
	}
	defer manifest.Close()
	forms := map[string]*questionnaire.Definition{}
	lines := bufio.NewScanner(manifest)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var line struct {
			File  string
			Valid any
		}
		must(t, json.Unmarshal(lines.Bytes(), &line))
		if line.Valid != true {
			continue
		}
		file, err := os.Open(filepath.Join(dir, line.File))
		must(t, err)
		info, err := file.Stat()
		must(t, err)
		d, _ := interchange.ReadXLSForm(file, info.Size())
		must(t, file.Close())
		if d != nil {
			if f, _ := questionnaire.Compile(d); f != nil && len(f.Pages) > 0 {
				forms[strings.TrimSuffix(line.File, ".xlsx")] = d
			}
		}
	}
	must(t, lines.Err())
	return forms
}

// wishes are answers without which nobody comes to the end of a form whose rules tie
// answers together more tightly than chance finds: an age that is asked three times.
var wishes = map[string]questionnaire.Answers{
	"pma-2020--et-crvs-kap-questionnaire-v11-1-jef": {"available": "no", "kap_available": "no", "begin_interview_kap": "no", "CGQ_result": "not_at_home"},
}

// TestFormsOfOthersCanBeFilledInToTheEnd lets simulated respondents fill in every
// valid form of the corpus on its real pages. What is stored must equal what they
// answered.
func TestFormsOfOthersCanBeFilledInToTheEnd(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	filled, lost, fewer, stuck := 0, 0, 0, 0
	forms := corpusForms(t)
	for name, d := range forms {
		slug := strings.ToLower(name)
		w.survey(slug, d, nil)
		t.Run(name, func(t *testing.T) {
			outer := w.t
			w.t = t
			defer func() { w.t = outer }()
			f, _ := questionnaire.Compile(d)
			here, seed := 0, uint64(0)
			for ; here < *simulated && seed < 5*uint64(*simulated) && !t.Failed(); seed++ {
				if w.fill(slug, f, seed, wishes[name]) {
					here++
				}
			}
			filled += here
			lost += int(seed) - here
			if here < *simulated {
				fewer++
			}
			if here == 0 {
				stuck++
				t.Logf("no respondent came to the end")
			}
		})
	}
	t.Logf("measure: on the pages of %d forms of others %d simulated respondents came to the end, and what is stored is what they answered; %d found no answer that a rule lets through, %d forms had fewer than %d at the end, %d none", len(forms), filled, lost, fewer, *simulated, stuck)
}

// fill lets one respondent go through a survey. It tells whether the end was reached:
// a form may ask what chance does not find.
func (w *town) fill(slug string, f *questionnaire.Form, seed uint64, wishes questionnaire.Answers) bool {
	w.t.Helper()
	a := w.get("/s/" + slug).press("ga=beginnen")
	field := func() string { return a.Find("input[name=tot-nu-toe]").AttrOr("value", "") }
	names := make([]string, len(f.Fields))
	for i, fl := range f.Fields {
		names[i] = fl.Name
	}
	opened := func() *responses.Sitting {
		s, err := w.keys.Open(field(), org, surveys.ID("s-"+slug), w.now, func(int) ([]string, error) { return names, nil })
		must(w.t, err)
		return s
	}
	s := opened()
	env := questionnaire.Env{Now: w.now.In(pagetest.Waterrijk().Location()), Seed: binary.BigEndian.Uint64(s.Key[:8])}
	r := questionnaire.Respondent{Seed: seed, Wishes: wishes, Skips: seed%2 == 1, Lang: "nl"}
	route := r.Fill(f, env)
	for n, sent := range route.Sent {
		if s := opened(); (questionnaire.Place{Page: s.At, Within: s.Within}) != sent.Place {
			w.t.Errorf("after %d pages the respondent stands at %d %q (%s), expected %+v with %v", n, s.At, s.Within, a.heading(), sent.Place, sent.Answers)
			return false
		}
		form := a.form()
		form.Set("ga", "volgende")
		switch {
		case sent.Add:
			form.Set("ga", "nog-een")
		case sent.Remove > 0:
			form.Del("ga")
			form.Set("weg", a.Find("button[name=weg]").Last().AttrOr("value", ""))
		}
		given(form, f, sent)
		a = w.post("/s/"+slug, form)
		if a.code >= 500 || a.code != 200 {
			w.t.Errorf("page %+v with %v: %d %s", sent.Place, sent.Answers, a.code, squeeze(a.Find(".utrecht-alert").Text()))
			return false
		}
	}
	if route.Stuck != "" {
		w.t.Logf("seed %d does not know what to answer to %s after %d pages", seed, route.Stuck, len(route.Sent))
		return false
	}
	if a.Find("button[value=versturen]").Length() == 0 {
		w.t.Errorf("the end is %q", a.heading())
		return false
	}
	a = a.press("ga=versturen")
	if a.code != 200 || len(a.receipt()) != 19 {
		w.t.Errorf("sending gave %d %s", a.code, squeeze(a.Find("main").Text()))
		return false
	}
	if stored := w.stored(a.receipt()).Answers; !maps.Equal(stored, route.Stored) {
		for k, v := range route.Stored {
			if got, ok := stored[k]; !ok || got != v {
				w.t.Errorf("%s is stored as %q (%v), want %q", k, got, ok, v)
			}
		}
		for k, v := range stored {
			if _, ok := route.Stored[k]; !ok {
				w.t.Errorf("%s is stored as %q, want nothing", k, v)
			}
		}
	}
	return true
}

// given puts the answers of a page in its form as a browser would send them.
func given(form url.Values, f *questionnaire.Form, sent questionnaire.Sent) {
	for name, value := range sent.Answers {
		form.Del(name)
		fl := f.Field(name)
		switch {
		case value == "":
		case fl != nil && (fl.Type.ChoosesSeveral() || fl.Type == questionnaire.TypeRank):
			form[name] = strings.Fields(value)
		case fl != nil && fl.Type == questionnaire.TypeDateTime:
			form.Set(name, strings.Replace(value, "T", " ", 1))
		default:
			form.Set(name, value)
		}
	}
	for _, fl := range f.Pages[sent.Page].Fields { // what "other" held before
		if _, typed := sent.Answers[fl.Name+questionnaire.OtherSuffix]; fl.OrOther && !typed {
			form.Del(fl.Name + questionnaire.OtherSuffix)
		}
	}
}
