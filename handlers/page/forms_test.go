package page_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/handlers/page/pagetest"
)

type formPage struct {
	page.Base
	Name, Day, Why, Mode string
	Who                  []string
	Modes                []page.Option
}

// The labels are texts of the kit that mean nothing here: a form needs some.
const formHTML = `{{define "title"}}{{t "page.privacy"}}{{end}}
{{define "main"}}<h1>{{t "page.privacy"}}</h1>{{template "error-summary" .}}<form method="post" novalidate>
{{template "text-field" (field . "name" .Name "label" "page.help" "hint" "page.call" "autocomplete" "name")}}
{{template "date-field" (field . "day" .Day "label" "page.page")}}
{{template "textarea" (field . "why" .Why "label" "page.pages" "rows" 5)}}
{{template "select" (field . "select" .Mode "label" "page.staff" "options" .Modes)}}
{{template "radios" (field . "mode" .Mode "label" "page.visit" "options" .Modes)}}
{{template "checkboxes" (field . "who" .Who "label" "menu.people" "options" .Modes "columns" true)}}
</form>{{template "bar" (measure 0.151 0.119 0.189)}}{{template "loop" (loop 6)}}{{template "track" (track 4)}}
<p>{{number 1234.5}} {{percent 0.57}} {{euros 61000}} {{weekday .Today}} {{day .Today}}</p>
<p>{{t "promise.you_hear" "Date" .Name}}</p>{{end}}`

func filled(t *testing.T) (*goquery.Document, string) {
	t.Helper()
	k := pagetest.Kit(t, nil)
	view := page.View[formPage](k, fstest.MapFS{"form.html": {Data: []byte(formHTML)}}, "form.html")
	r := k.Router()
	k.Pages(r).GET("/x", k.Handle(func(c *gin.Context) error {
		v := formPage{Base: k.PublicBase(c), Name: `O'Brien & <b>zoon</b>`, Day: "31 juni", Why: "\nregel\n\n  twee  ", Mode: "b", Who: []string{"a", "c"},
			Modes: []page.Option{{Value: "a", Text: "Eén & twee"}, {Value: "b", Key: "menu.code"}, {Value: "c", Text: "Drie", Help: "menu.overview"}}}
		v.Problems.Add("day", "menu.promises")
		v.Problems.Add("mode", "menu.surveys")
		return view.Render(c, http.StatusUnprocessableEntity, v)
	}))
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/x", nil))
	if w.Code != 422 {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return doc, w.Body.String()
}

func attr(doc *goquery.Document, selector, name string) string {
	return doc.Find(selector).AttrOr(name, "(none)")
}

func TestAFormKeepsWhatWasTypedToTheLetter(t *testing.T) {
	doc, _ := filled(t)
	for selector, want := range map[string]string{"#name": `O'Brien & <b>zoon</b>`, "#day": "31 juni"} {
		if got := attr(doc, selector, "value"); got != want {
			t.Errorf("%s holds %q, want %q", selector, got, want)
		}
	}
	if got := doc.Find("#why").Text(); got != "\nregel\n\n  twee  " {
		t.Errorf("the textarea holds %q", got)
	}
	for selector, want := range map[string]int{"#select option[selected][value=b]": 1, "input[name=mode]:checked, input[name=mode][checked]": 1, "input[name=who][checked]": 2} {
		if got := doc.Find(selector).Length(); got != want {
			t.Errorf("%d × %s, want %d", got, selector, want)
		}
	}
}

func TestAProblemIsSaidInTheSummaryAndAtItsField(t *testing.T) {
	doc, _ := filled(t)
	if got := doc.Find("title").Text(); !strings.HasPrefix(got, "Fout: ") {
		t.Errorf("title %q", got)
	}
	if doc.Find("h2#fouten[tabindex='-1'][autofocus]").Length() != 1 {
		t.Error("the heading of the summary does not take the focus")
	}
	for _, field := range []string{"day", "mode"} {
		link := doc.Find(".utrecht-alert--error a[href='#" + field + "']")
		target := doc.Find("input#" + field)
		said := doc.Find("#" + field + "-fout").Text()
		if link.Length() != 1 || target.Length() != 1 || said != link.Text() || said == "" {
			t.Errorf("%s: %d links, %d controls, the field says %q and the summary %q", field, link.Length(), target.Length(), said, link.Text())
		}
	}
	if got := attr(doc, "#day", "aria-describedby"); got != "day-fout" || attr(doc, "#day", "aria-invalid") != "true" {
		t.Errorf("the field is described by %q", got)
	}
	if got := attr(doc, "#name", "aria-describedby"); got != "name-uitleg" || doc.Find("#name-uitleg").Length() != 1 {
		t.Errorf("the hint is tied by %q", got)
	}
	if got := attr(doc, "fieldset[aria-describedby=mode-fout]", "class"); got != "utrecht-form-fieldset__fieldset" {
		t.Errorf("the group is not described by its problem: %s", got)
	}
}

func TestEveryControlHasALabelAndAnIdOfItsOwn(t *testing.T) {
	doc, _ := filled(t)
	seen := map[string]bool{}
	doc.Find("main input, main select, main textarea").Each(func(_ int, s *goquery.Selection) {
		id := s.AttrOr("id", "")
		if id == "" || seen[id] {
			t.Errorf("id %q lacks or stands twice", id)
		}
		seen[id] = true
		if doc.Find("label[for='"+id+"']").Length() != 1 {
			t.Errorf("%s has no label", id)
		}
	})
}

func TestNumbersDaysAndBarsAreWrittenAsOnTheScreens(t *testing.T) {
	doc, body := filled(t)
	for _, want := range []string{"1.234,5 57\u00a0% €\u00a061.000", `<time datetime="2026-11-25">woensdag 25 november 2026</time>`, `<time datetime="2026-11-25">25 november</time>`,
		`d="M0 3h15.1v12H0z"`, `d="M11.9 9H18.9M11.9 5v8M18.9 5v8"`, "<b>15\u00a0%</b>", "U hoort uiterlijk O&#39;Brien &amp; &lt;b&gt;zoon"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if done, now := doc.Find(".wk-loop__done").Length(), doc.Find(".wk-loop [aria-current=step]").Text(); done != 5 || now != "Trainen" {
		t.Errorf("the loop has %d steps done and stands at %q", done, now)
	}
}

func TestATemplateWithAMistakeStopsTheProgramAtStart(t *testing.T) {
	for name, source := range map[string]string{
		"a text that is not there":   `{{define "title"}}{{t "nergens.te_vinden"}}{{end}}{{define "main"}}{{end}}`,
		"a label that is not there":  `{{define "title"}}{{end}}{{define "main"}}{{template "text-field" (field . "x" "" "label" "nergens.te_vinden")}}{{end}}`,
		"an action that is not open": `{{define "title"}}{{end}}{{define "main"}}{{end}}{{end}}`,
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("nothing happened")
				}
			}()
			page.View[formPage](pagetest.Kit(t, nil), fstest.MapFS{"form.html": {Data: []byte(source)}}, "form.html")
		})
	}
}

func TestTheCheckFindsATextInATemplate(t *testing.T) {
	for name, source := range map[string]string{
		"between elements": `<p>Hallo</p>`, "in a label": `<nav aria-label="Menu"></nav>`, "in a placeholder": `<input placeholder="Naam">`,
		"as inline style": `<p style="color:red"></p>`, "as inline script": `<script>1</script>`, "in an if": `{{if .X}}Ja{{end}}`,
	} {
		r := &recorder{TB: t}
		pagetest.NoText(r, fstest.MapFS{"x.html": {Data: []byte(source)}})
		if !r.failed {
			t.Errorf("a word %s is not found", name)
		}
	}
	r := &recorder{TB: t}
	pagetest.NoText(r, fstest.MapFS{"x.html": {Data: []byte(`<p class="wk-meta">{{t "page.help"}} – <input type="hidden" value="ja"></p>`)}})
	if r.failed {
		t.Error("a template without text is refused")
	}
}

// recorder notes what a check found instead of failing.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Errorf(string, ...any) { r.failed = true }
func (r *recorder) Helper()               {}
