package manage_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/manage"
	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/static/content"
	"weerklank.nl/weerklank/storage/aggregates"
	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/ledger"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

const org = surveys.OrgID("waterrijk")

// desk is the desk of a programme manager: the real pages over real HTTP on a real
// database, with somebody signed in.
type desk struct {
	t         *testing.T
	now       time.Time
	vault     *vault.Vault
	programme *programme.Programme
	answers   *answers.Answers
	ledger    *ledger.Ledger
	keys      *responses.Keys
	readings  readings
	kit       *page.Kit
	url       string
	client    *http.Client
	tried     []string // titles of questionnaires that were tried
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// givenDesk signs in somebody with the role; address is the public address of the
// organisation.
func givenDesk(t *testing.T, role surveys.Role, address string) *desk {
	t.Helper()
	return givenDeskOn(t, dbtest.Open(t, dbtest.SQLite(t)), role, address)
}

func givenDeskOn(t *testing.T, d *db.DB, role surveys.Role, address string) *desk {
	t.Helper()
	w := &desk{t: t, now: pagetest.Anchor, vault: vault.New(d), programme: programme.New(d)}
	o := pagetest.Waterrijk()
	o.Address = address
	must(t, w.vault.AddOrganisation(t.Context(), o))
	account := &surveys.Account{ID: "manager", Org: org, Email: "manager@waterrijk.example", Role: role, Active: true,
		Language: surveys.Dutch, Title: surveys.Text{NL: "Programmamanager", EN: "Programme manager"}}
	must(t, w.vault.AddAccount(t.Context(), account))
	w.ledger = ledger.New(d)
	w.answers = answers.New(d, w.programme).WithBallots(w.ledger, ledger.Ballots).WithThemes(aggregates.New(d, make([][32]byte, 1)))
	var err error
	w.keys, err = responses.NewKeys([]responses.Generation{{ID: 1}})
	must(t, err)
	w.kit, err = page.New(page.Options{Organisations: w.vault, Accounts: w.vault, Sessions: w.vault,
		Clock: func() time.Time { return w.now }, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	router := w.kit.Router()
	pages := w.kit.Pages(router)
	manage.Mount(pages, w.kit, manage.Deps{
		Ask: w.programme, Accounts: w.vault, Learn: w.programme, Releases: aggregates.New(d, make([][32]byte, 1)), Texts: w.answers, Counts: disclosure.NewEngine(w.answers, 0), NewID: page.NewID,
		Ledger: w.ledger, Ballots: w.keys, Mails: true, Named: w.answers, Readings: &w.readings, Mailings: w.vault,
		Try: func(c *gin.Context, _ *questionnaire.Form, title surveys.Text) error {
			w.tried = append(w.tried, title.NL)
			c.String(http.StatusOK, "proef")
			return nil
		},
	})
	w.kit.Staff(pages).GET("/beheer/binnen", "", func(c *gin.Context) error {
		must(t, w.kit.SignIn(c, account))
		return w.kit.SeeOther(c, "/beheer", "")
	})
	server := httptest.NewServer(router)
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	must(t, err)
	w.url, w.client = server.URL, &http.Client{Jar: jar}
	w.get("/beheer/binnen")
	return w
}

// seen is what a browser shows.
type seen struct {
	*goquery.Document
	w    *desk
	code int
	path string
	body []byte
	head http.Header
}

func (w *desk) get(path string) *seen {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.url+path, nil)
	must(w.t, err)
	return w.do(r)
}

func (w *desk) post(path string, form url.Values) *seen {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.url+path, strings.NewReader(form.Encode()))
	must(w.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.do(r)
}

// upload sends a file as the browser's file field does, with other fields and what was
// typed in them.
func (w *desk) upload(path, field, name string, file []byte, typed ...string) *seen {
	w.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	part, err := m.CreateFormFile(field, name)
	must(w.t, err)
	_, err = part.Write(file)
	must(w.t, err)
	for pair := range slices.Chunk(typed, 2) {
		must(w.t, m.WriteField(pair[0], pair[1]))
	}
	must(w.t, m.Close())
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.url+path, &body)
	must(w.t, err)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return w.do(r)
}

func (w *desk) do(r *http.Request) *seen {
	w.t.Helper()
	answer, err := w.client.Do(r)
	must(w.t, err)
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	must(w.t, err)
	if answer.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(bytes.NewReader(body))
		must(w.t, err)
		body, err = io.ReadAll(z)
		must(w.t, err)
	}
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(body))
	must(w.t, err)
	return &seen{doc, w, answer.StatusCode, answer.Request.URL.Path, body, answer.Header}
}

// form is what a browser would send of the form that posts to an address that ends
// in end, as its fields stand.
func (s *seen) form(end string) (string, url.Values) {
	s.w.t.Helper()
	f := s.Find(`form[method="post"]`).FilterFunction(func(_ int, f *goquery.Selection) bool {
		return strings.HasSuffix(f.AttrOr("action", ""), end)
	}).First()
	if f.Length() == 0 {
		s.w.t.Fatalf("no form to …%s on %s (%d): %s", end, s.path, s.code, s.heading())
	}
	values := url.Values{}
	f.Find("input, textarea, select").Each(func(_ int, in *goquery.Selection) {
		name := in.AttrOr("name", "")
		switch kind := in.AttrOr("type", ""); {
		case name == "":
		case kind == "radio" || kind == "checkbox":
			if _, on := in.Attr("checked"); on {
				values.Add(name, in.AttrOr("value", ""))
			}
		case goquery.NodeName(in) == "textarea":
			values.Add(name, strings.TrimPrefix(in.Text(), "\n"))
		case goquery.NodeName(in) == "select":
			values.Add(name, in.Find("option[selected]").AttrOr("value", ""))
		default:
			values.Add(name, in.AttrOr("value", ""))
		}
	})
	return f.AttrOr("action", ""), values
}

// send fills fields in ("name", "value" in pairs) and sends the form.
func (s *seen) send(end string, fields ...string) *seen {
	s.w.t.Helper()
	action, values := s.form(end)
	for n := 0; n < len(fields); n += 2 {
		values.Set(fields[n], fields[n+1])
	}
	return s.w.post(action, values)
}

func (s *seen) heading() string { return squeeze(s.Find("h1").First().Text()) }

func (s *seen) text(selector string) string { return squeeze(s.Find(selector).Text()) }

func (s *seen) wants(code int) *seen {
	s.w.t.Helper()
	if s.code != code {
		s.w.t.Fatalf("%s: status %d, want %d: %s %s", s.path, s.code, code, s.heading(), s.text(".utrecht-alert"))
	}
	return s
}

// complains checks that the summary above the form leads to the fields, and that
// each field says what to do.
func (s *seen) complains(fields ...string) *seen {
	s.w.t.Helper()
	s.wants(http.StatusUnprocessableEntity)
	for _, field := range fields {
		if s.Find(`.utrecht-alert--error a[href="#`+field+`"]`).Length() != 1 {
			s.w.t.Errorf("%s: the summary does not lead to %s: %s", s.path, field, s.text(".utrecht-alert--error"))
		}
		if s.Find("#"+field).Length() != 1 {
			s.w.t.Errorf("%s: there is no %s to lead to", s.path, field)
		}
	}
	if n := s.Find(".utrecht-alert--error li").Length(); n != len(fields) {
		s.w.t.Errorf("%s: %d problems, want %d: %s", s.path, n, len(fields), s.text(".utrecht-alert--error"))
	}
	return s
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// ours is one of our questionnaires as its file.
func ours(t testing.TB, id string) []byte {
	t.Helper()
	raw, err := content.Files.ReadFile(id + ".xlsx")
	must(t, err)
	return raw
}

// published is one of our questionnaires, published in the organisation.
func (w *desk) published(id string) surveys.ID {
	w.t.Helper()
	raw := ours(w.t, id)
	d, problems := interchange.ReadXLSForm(bytes.NewReader(raw), int64(len(raw)))
	if d == nil {
		w.t.Fatal(problems)
	}
	data, err := json.Marshal(d)
	must(w.t, err)
	q := &surveys.Questionnaire{ID: page.NewID(), Org: org, FormID: id, Title: surveys.Text{NL: d.In(d.Title, "nl"), EN: d.In(d.Title, "en")}, Draft: data}
	must(w.t, w.programme.AddQuestionnaire(w.t.Context(), q))
	must(w.t, w.programme.PublishVersion(w.t.Context(), org, q.ID, func(q *surveys.Questionnaire) (*surveys.Version, error) {
		return q.Publish(w.now, "manager")
	}))
	return q.ID
}

// survey is a survey of the questionnaire that is open since the start of the month.
func (w *desk) survey(q surveys.ID, change func(*surveys.Survey)) *surveys.Survey {
	w.t.Helper()
	s := &surveys.Survey{ID: page.NewID(), Org: org, Slug: "balie", Title: surveys.Text{NL: "Hoe was uw bezoek?", EN: "How was your visit?"},
		Questionnaire: q, Version: 1, Mode: surveys.Open, Owner: "manager", Purpose: surveys.Text{NL: "Beter worden."},
		CanChange: surveys.Text{NL: "Hoe wij luisteren."}, CannotChange: surveys.Text{NL: "De prijs van een paspoort."},
		Opens: "2026-11-02", Closes: "2026-12-13", SmallestGroup: 5}
	s.Promise.On = "2027-01-15"
	if change != nil {
		change(s)
	}
	must(w.t, s.OpenAsHistory(s.Opens.Time(), nil))
	must(w.t, w.programme.AddSurvey(w.t.Context(), s))
	return s
}

// sendButton presses the button with this value of "ga" in the form that has it.
func (s *seen) sendButton(value string) *seen {
	s.w.t.Helper()
	f := s.Find(`button[name="ga"][value="` + value + `"]`).Closest("form")
	if f.Length() == 0 {
		s.w.t.Fatalf("no button %s on %s", value, s.path)
	}
	values := url.Values{"ga": {value}}
	f.Find(`input[type="hidden"]`).Each(func(_ int, in *goquery.Selection) { values.Add(in.AttrOr("name", ""), in.AttrOr("value", "")) })
	return s.w.post(f.AttrOr("action", ""), values)
}

// complainsNot checks that the page names nothing that is wrong with what was sent.
func (s *seen) complainsNot() *seen {
	s.w.t.Helper()
	if s.path != "" && s.code == http.StatusUnprocessableEntity {
		s.w.t.Errorf("%s: refused: %s", s.path, s.text(".utrecht-alert--error"))
	}
	return s
}

// draft is the stored draft of the questionnaire at the address.
func (w *desk) draft(at string) *questionnaire.Definition {
	w.t.Helper()
	q, err := w.programme.FindQuestionnaire(w.t.Context(), org, surveys.ID(at[strings.LastIndex(at, "/")+1:]))
	must(w.t, err)
	d := new(questionnaire.Definition)
	must(w.t, json.Unmarshal(q.Draft, d))
	return d
}

// readings keeps what was read on name; broken refuses to.
type readings struct {
	kept   []surveys.Entry
	broken error
}

func (r *readings) RecordReading(_ context.Context, one surveys.Entry) error {
	if r.broken == nil {
		r.kept = append(r.kept, one)
	}
	return r.broken
}
