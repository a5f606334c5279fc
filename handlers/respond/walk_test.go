package respond_test

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"weerklank.nl/weerklank/static/content"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
)

// remount puts the pages on a fresh router, which remembers no survey.
func (w *town) remount() *town {
	w.mount(w.writer)
	return w
}

// check walks a survey to its check page without answering more than it must.
func (w *town) check(slug string, fields ...string) *answer {
	w.t.Helper()
	a := w.get("/s/" + slug).press("ga=beginnen")
	for a.Find(`button[value=versturen]`).Length() == 0 {
		a = a.press("ga=volgende", append(answering(a, false), fields...)...)
		if a.code != 200 {
			w.t.Fatalf("on the page %q: %d %s", a.heading(), a.code, squeeze(a.Find(".utrecht-alert").Text()))
		}
	}
	return a
}

// count is the number of responses of a survey that are stored.
func (w *town) count(survey surveys.ID) int {
	w.t.Helper()
	n := 0
	must(w.t, w.db.Reader().Get(w.t.Context(), &n, "SELECT count(*) FROM responses WHERE survey_id = ?", survey))
	return n
}

// answering answers what a page asks: the first choice of everything, or the last, and
// where something is typed what fits it.
func answering(a *answer, last bool) []string {
	var fields []string
	seen := map[string]bool{}
	a.Find("form").First().Find("input, select, textarea").Each(func(_ int, s *goquery.Selection) {
		name := s.AttrOr("name", "")
		if s.AttrOr("type", "") == "hidden" || s.AttrOr("tabindex", "") == "-1" || strings.HasSuffix(name, "_other") || seen[name] {
			return
		}
		seen[name] = true
		value := "Dit is een antwoord dat lang genoeg is."
		switch {
		case goquery.NodeName(s) == "select":
			options := s.Find("option")
			value = options.Eq(1).AttrOr("value", "")
			if last {
				value = options.Last().AttrOr("value", "")
			}
		case s.AttrOr("type", "") == "radio", s.AttrOr("type", "") == "checkbox":
			all := a.Find(`input[name="` + name + `"]`)
			value = all.First().AttrOr("value", "")
			if last {
				value = all.Last().AttrOr("value", "")
			}
		case s.AttrOr("inputmode", "") != "":
			value = "4"
		case name == "vergaderdatum":
			value = "24 november 2026"
		case strings.Contains(a.Find(`[id="`+name+`-uitleg"]`).Text(), "31-12-2026"):
			value = "31-12-2026"
		}
		fields = append(fields, name, value)
	})
	return fields
}

func TestEveryQuestionnaireOfOursCanBeAnswered(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	for _, form := range content.Questionnaires {
		d := definition(t, form)
		w.survey(form, d, nil)
		for name, last := range map[string]bool{"with the first choices": false, "with the last choices": true} {
			for _, lang := range []string{"nl", "en"} {
				t.Run(form+" "+name+" in "+lang, func(t *testing.T) {
					outer := w.t
					w.t = t
					defer func() { w.t = outer }()
					a := w.get("/s/" + form + "?taal=" + lang).press("ga=beginnen")
					for range 60 {
						if a.Find("html").AttrOr("lang", "") != lang {
							t.Fatalf("the page %q is not in %s", a.heading(), lang)
						}
						if a.Find(`button[value=versturen]`).Length() > 0 {
							break
						}
						next := a.press("ga=volgende", answering(a, last)...)
						if next.code != 200 {
							t.Fatalf("on the page %q with %q: %d %s", a.heading(), answering(a, last), next.code, squeeze(next.Find(".utrecht-alert").Text()))
						}
						a = next
					}
					a = a.press("ga=versturen")
					if a.code != 200 || len(a.receipt()) != 19 {
						t.Fatalf("sending gave %d %s", a.code, squeeze(a.Text()))
					}
				})
			}
		}
	}
}
