package respond_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/handlers/respond"
	"weerklank.nl/weerklank/static/content"
	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/keyfile"
	"weerklank.nl/weerklank/storage/ledger"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// town is Waterrijk on a real database, with the respondents' pages on a real
// router. Its clock stands still until a test moves it.
type town struct {
	t         testing.TB
	programme *programme.Programme
	answers   *answers.Answers
	ledger    *ledger.Ledger
	writer    *answers.Writer
	db        *db.DB
	keys      *responses.Keys
	kit       *page.Kit
	now       time.Time
	router    http.Handler
	try       respond.Try
	tried     *questionnaire.Form // what /proberen tries out
	log       bytes.Buffer
	vault     *vault.Vault
	noMail    bool // nothing can be mailed
	flood     int  // submissions an hour that are taken; 0 for the usual number
}

// contacts keeps addresses where something can be mailed.
func (w *town) contacts() respond.Contacts {
	if w.noMail {
		return nil
	}
	return w.vault
}

const org = surveys.OrgID("waterrijk")

func givenTown(t testing.TB, d *db.DB) *town {
	t.Helper()
	w := &town{t: t, now: pagetest.Anchor, db: d}
	w.programme, w.vault = programme.New(d), vault.New(d)
	w.ledger = ledger.New(d)
	w.answers = answers.New(d, w.programme).WithBallots(w.ledger, ledger.Ballots)
	writer, err := answers.NewWriter(t.Context(), w.answers)
	must(t, err)
	t.Cleanup(func() { must(t, writer.Close(context.Background())) })
	ring, err := keyfile.LoadOrMake(filepath.Join(t.TempDir(), "keys"), rand.Reader, w.now)
	must(t, err)
	w.keys, err = ring.Responses()
	must(t, err)
	w.writer = writer
	w.mount(writer)
	return w
}

// mount puts the pages on a fresh router, with this submitter behind them.
func (w *town) mount(s respond.Submitter) {
	w.t.Helper()
	waterrijk := pagetest.Waterrijk()
	waterrijk.Address = "https://stem.waterrijk.example"
	kit, err := page.New(page.Options{
		Organisations: pagetest.One{Organisation: waterrijk}, Clock: func() time.Time { return w.now }, Log: slog.New(slog.NewTextHandler(&w.log, nil)),
	})
	must(w.t, err)
	w.kit = kit
	router := kit.Router()
	w.try = respond.Mount(kit.Pages(router), kit, respond.Deps{
		Programme: w.programme, Answers: w.answers, Submitter: s, Ballots: w.ledger, Named: w.answers, Contacts: w.contacts(), Keys: w.keys, Flood: w.flood, Log: slog.New(slog.NewTextHandler(&w.log, nil)),
		Owners: pagetest.Accounts{"owner": {ID: "owner", Org: org, Title: surveys.Text{NL: "De teamleider Burgerbalie", EN: "The team leader Counter"}}},
	})
	w.tryOut(kit, kit.Pages(router))
	w.router = router
}

// tryOut serves a try-out of w.tried, as the pages of who writes it do.
func (w *town) tryOut(kit *page.Kit, pages *gin.RouterGroup) {
	handle := kit.Handle(func(c *gin.Context) error { return w.try(c, w.tried, words("Een concept")) })
	pages.GET("/terug/proberen", handle)
	pages.POST("/terug/proberen", handle)
}

// definition is one of our own questionnaires, through the real importer.
func definition(t testing.TB, form string) *questionnaire.Definition {
	t.Helper()
	raw, err := content.Files.ReadFile(form + ".xlsx")
	must(t, err)
	d, problems := interchange.ReadXLSForm(bytes.NewReader(raw), int64(len(raw)))
	for _, p := range problems {
		if p.Severity == questionnaire.Error {
			t.Fatalf("%s: %+v", form, p)
		}
	}
	return d
}

// survey puts a definition to the people of Waterrijk, open today, at /s/SLUG.
func (w *town) survey(slug string, d *questionnaire.Definition, change func(*surveys.Survey)) *surveys.Survey {
	w.t.Helper()
	raw, err := json.Marshal(d)
	must(w.t, err)
	q := surveys.ID("q-" + slug)
	must(w.t, w.programme.AddQuestionnaire(w.t.Context(), &surveys.Questionnaire{ID: q, Org: org, FormID: slug, Draft: raw}))
	must(w.t, w.programme.PublishVersion(w.t.Context(), org, q, func(q *surveys.Questionnaire) (*surveys.Version, error) {
		q.Published = 1
		return &surveys.Version{Questionnaire: q.ID, Number: 1, Definition: raw, PublishedAt: w.now}, nil
	}))
	s := &surveys.Survey{
		ID: surveys.ID("s-" + slug), Org: org, Slug: slug, Questionnaire: q, Version: 1, Mode: surveys.Open, Owner: "owner",
		Title:        surveys.Text{NL: "Hoe was uw bezoek aan de burgerbalie?", EN: "How was your visit to the counter?"},
		Purpose:      surveys.Text{NL: "Met uw antwoorden kiezen wij welke training onze medewerkers krijgen.", EN: "With your answers we choose training."},
		CanChange:    surveys.Text{NL: "hoe medewerkers u helpen\nde openingstijden", EN: "how staff help you\nthe opening hours"},
		CannotChange: surveys.Text{NL: "wat een paspoort kost", EN: "what a passport costs"},
		Opens:        "2026-11-01", Closes: "2026-12-13", Promise: surveys.Promise{On: "2027-01-15"}, SmallestGroup: 5,
		OpenedAt: time.Date(2026, 10, 28, 9, 0, 0, 0, time.UTC),
	}
	if change != nil {
		change(s)
	}
	must(w.t, w.programme.AddSurvey(w.t.Context(), s))
	return s
}

// answer is what a browser got.
type answer struct {
	*goquery.Document
	town   *town
	code   int
	header http.Header
	html   string
	path   string
}

func (w *town) get(path string) *answer {
	w.t.Helper()
	return w.ask(httptest.NewRequest(http.MethodGet, path, nil))
}

func (w *town) post(path string, form url.Values) *answer {
	w.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.ask(r)
}

func (w *town) ask(r *http.Request) *answer {
	w.t.Helper()
	rec := httptest.NewRecorder()
	w.router.ServeHTTP(rec, r)
	body := rec.Body.String()
	if rec.Header().Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(rec.Body)
		must(w.t, err)
		plain, err := io.ReadAll(z)
		must(w.t, err)
		body = string(plain)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	must(w.t, err)
	return &answer{doc, w, rec.Code, rec.Header(), body, r.URL.Path}
}

// form is what a browser would send of the page's form with the button, as the
// fields stand.
func (a *answer) form() url.Values {
	form := url.Values{}
	a.Find("form").First().Find("input, textarea, select").Each(func(_ int, s *goquery.Selection) {
		name, _ := s.Attr("name")
		switch kind, _ := s.Attr("type"); {
		case kind == "radio" || kind == "checkbox":
			if _, checked := s.Attr("checked"); checked {
				form.Add(name, s.AttrOr("value", ""))
			}
		case goquery.NodeName(s) == "textarea":
			form.Add(name, strings.TrimPrefix(s.Text(), "\n"))
		case goquery.NodeName(s) == "select":
			form.Add(name, s.Find("option[selected]").AttrOr("value", ""))
		default:
			form.Add(name, s.AttrOr("value", ""))
		}
	})
	return form
}

// press fills fields in ("name", "value" in pairs) and presses a button, given as
// "name=value".
func (a *answer) press(button string, fields ...string) *answer {
	a.town.t.Helper()
	form := a.form()
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	name, value, _ := strings.Cut(button, "=")
	if a.Find(`button[name="`+name+`"][value="`+value+`"]`).Length() == 0 {
		a.town.t.Fatalf("no button %s on the page %q", button, a.heading())
	}
	form.Set(name, value)
	return a.town.post(a.Find("form").First().AttrOr("action", a.path), form)
}

// jump sends the page's form with a button that is not on it, as who goes back in
// the browser may.
func (a *answer) jump(button string) *answer {
	a.town.t.Helper()
	name, value, _ := strings.Cut(button, "=")
	form := a.form()
	form.Set(name, value)
	return a.town.post(a.Find("form").First().AttrOr("action", a.path), form)
}

func (a *answer) heading() string { return squeeze(a.Find("h1").First().Text()) }

func (a *answer) receipt() string { return squeeze(a.Find(".wk-code code").Text()) }

// squeeze makes one line of the text of an element.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

func (a *answer) wants(code int, heading string) *answer {
	a.town.t.Helper()
	if a.code != code || a.heading() != heading {
		a.town.t.Fatalf("answer is %d %q, want %d %q", a.code, a.heading(), code, heading)
	}
	return a
}

// stored are the answers behind a receipt code.
func (w *town) stored(code string) *responses.Response {
	w.t.Helper()
	read, err := responses.ParseReceiptCode(code)
	must(w.t, err)
	r, err := w.answers.FindResponseByReceipt(w.t.Context(), org, w.keys.KeysOf(read, org))
	must(w.t, err)
	return r
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// send fills fields in and presses the form's one button.
func (a *answer) send(fields ...string) *answer {
	a.town.t.Helper()
	form := a.form()
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return a.town.post(a.Find("form").First().AttrOr("action", a.path), form)
}

// serveAll serves the pages as they were answered, and everything else as the town does.
func serveAll(w *town, pages map[string]string) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if html, ok := pages[strings.TrimPrefix(r.URL.Path, "/look/")]; ok {
			rw.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = io.WriteString(rw, html)
			return
		}
		w.router.ServeHTTP(rw, r)
	})
}
