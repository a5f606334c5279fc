package respond_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"weerklank.nl/weerklank/static"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// twenty is a page of twenty five-point questions.
func twenty() *questionnaire.Definition {
	list := &questionnaire.List{Name: "vijf"}
	for i, label := range []string{"Helemaal niet mee eens", "Niet mee eens", "Niet eens, niet oneens", "Mee eens", "Helemaal mee eens"} {
		score := float64(i + 1)
		list.Choices = append(list.Choices, &questionnaire.Choice{Name: fmt.Sprint(i + 1), Label: questionnaire.Texts{"": label}, Score: &score})
	}
	group := &questionnaire.Item{Kind: questionnaire.Group, Name: "alles", Appearance: "field-list", Label: questionnaire.Texts{"": "De medewerker"}}
	for i, what := range []string{
		"luisterde naar mij", "legde het duidelijk uit", "nam genoeg tijd", "wist waar het over ging", "deed wat was beloofd", "was vriendelijk", "stelde goede vragen",
		"gebruikte gewone woorden", "hielp mij verder", "bleef rustig", "keek wat er kon", "vertelde wat er daarna gebeurt", "schreef het op", "belde terug",
		"kende de regels", "vroeg of ik het begreep", "dacht met mij mee", "nam mij serieus", "hield zich aan de afspraak", "zei wat niet kon en waarom",
	} {
		group.Items = append(group.Items, &questionnaire.Item{Kind: questionnaire.Question, Name: fmt.Sprintf("vraag_%d", i+1), Type: questionnaire.TypeSelectOne,
			List: "vijf", Appearance: "likert", Required: "yes", Label: questionnaire.Texts{"": "De medewerker " + what}})
	}
	return &questionnaire.Definition{FormID: "twintig", Items: []*questionnaire.Item{group}, Lists: []*questionnaire.List{list}}
}

type stored struct{}

func (stored) Submit(context.Context, responses.Response, surveys.Date) (responses.Outcome, error) {
	return responses.Accepted, nil
}

func twentyAnswers() url.Values {
	form := url.Values{"ga": {"versturen"}}
	for i := range 20 {
		form.Set(fmt.Sprintf("vraag_%d", i+1), fmt.Sprint(i%5+1))
	}
	return form
}

func TestPageOfTwentyQuestionsIsSentFromThatPage(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("twintig", twenty(), nil)
	a := w.get("/s/twintig?ga=beginnen").wants(200, "De medewerker")
	form := twentyAnswers()
	form.Set("tot-nu-toe", a.Find("input[name=tot-nu-toe]").AttrOr("value", ""))
	r := w.stored(w.post("/s/twintig", form).wants(200, "Dank u wel, uw antwoorden zijn binnen").receipt())
	if len(r.Answers) != 20 || r.Answers["vraag_7"] != "2" {
		t.Errorf("stored is %v", r.Answers)
	}
	form.Del("vraag_3")
	if a := w.post("/s/twintig", form); a.code != 422 || a.Find(".utrecht-alert a").AttrOr("href", "") != "#vraag_3-1" {
		t.Errorf("a question left out: %d %s", a.code, squeeze(a.Find(".utrecht-alert").Text()))
	}
}

func TestPagesAreLight(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.survey("balie", definition(t, balie), nil)
	w.survey("twintig", twenty(), nil)
	css, err := static.Assets.ReadFile("weerklank.css")
	must(t, err)
	for name, c := range map[string]struct {
		html string
		most int
	}{
		"the start page":                {w.get("/s/balie").html, 8 << 10},
		"the page of twenty questions":  {w.get("/s/twintig?ga=beginnen").html, 10 << 10},
		"the first page of a question":  {w.get("/s/balie?ga=beginnen").html, 8 << 10},
		"the start page in English too": {w.get("/s/balie?taal=en").html, 8 << 10},
	} {
		if n := zipped(t, css) + zipped(t, []byte(c.html)); n > c.most {
			t.Errorf("%s weighs %d bytes with its stylesheet, at most %d", name, n, c.most)
		} else {
			t.Logf("%s weighs %d bytes with its stylesheet", name, n)
		}
	}
}

func zipped(t *testing.T, content []byte) int {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err := z.Write(content)
	must(t, err)
	must(t, z.Close())
	return out.Len()
}

func BenchmarkQuestionPage(b *testing.B) {
	w := givenTown(b, dbtest.Open(b, dbtest.SQLite(b)))
	w.survey("twintig", twenty(), nil)
	r := httptest.NewRequest(http.MethodGet, "/s/twintig?ga=beginnen", nil)
	b.ReportAllocs()
	for b.Loop() {
		w.router.ServeHTTP(&nowhere{header: http.Header{}}, r)
	}
}

func BenchmarkSending(b *testing.B) {
	w := givenTown(b, dbtest.Open(b, dbtest.SQLite(b)))
	w.survey("twintig", twenty(), nil)
	w.mount(stored{})
	form := twentyAnswers()
	form.Set("tot-nu-toe", w.get("/s/twintig?ga=beginnen").Find("input[name=tot-nu-toe]").AttrOr("value", ""))
	body := form.Encode()
	b.ReportAllocs()
	for b.Loop() {
		r, err := http.NewRequest(http.MethodPost, "/s/twintig", io.NopCloser(strings.NewReader(body)))
		must(b, err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w.router.ServeHTTP(&nowhere{header: http.Header{}}, r)
	}
}

// nowhere takes an answer and forgets it.
type nowhere struct{ header http.Header }

func (n *nowhere) Header() http.Header         { return n.header }
func (n *nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (n *nowhere) WriteHeader(int)             {}

func BenchmarkVisitStored(b *testing.B) {
	w := givenTown(b, dbtest.Open(b, dbtest.SQLite(b)))
	w.survey("twintig", twenty(), nil)
	form := twentyAnswers().Encode()
	b.SetParallelism(32) // times the processors: as many connections
	b.ReportAllocs()
	b.RunParallel(func(each *testing.PB) {
		for each.Next() {
			page := &heard{nowhere: nowhere{header: http.Header{}}}
			w.router.ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/s/twintig?ga=beginnen", nil))
			_, after, _ := strings.Cut(page.String(), `name="tot-nu-toe" value="`)
			field, _, _ := strings.Cut(after, `"`)
			r, err := http.NewRequest(http.MethodPost, "/s/twintig", io.NopCloser(strings.NewReader("tot-nu-toe="+field+"&"+form)))
			must(b, err)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			thanks := &heard{nowhere: nowhere{header: http.Header{}}}
			w.router.ServeHTTP(thanks, r)
			if !strings.Contains(thanks.String(), "wk-code") {
				b.Error("a visit ended in another page than the thank-you page")
				return
			}
		}
	})
}

// heard takes an answer and keeps it.
type heard struct {
	nowhere
	bytes.Buffer
}

func (h *heard) Write(b []byte) (int, error) { return h.Buffer.Write(b) }
