package disclosure_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/admin"
	"weerklank.nl/weerklank/handlers/manage"
	"weerklank.nl/weerklank/handlers/metrics"
	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/handlers/public"
	"weerklank.nl/weerklank/handlers/respond"
	"weerklank.nl/weerklank/storage/aggregates"
	stored "weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/ledger"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/training"
)

const council = surveys.OrgID("waterrijk")

// The roles as which a town is looked at, and nobody.
const visitor = surveys.Role("")

var lookers = []surveys.Role{surveys.ProgrammeManager, surveys.CouncilMember, surveys.Administrator, visitor}

// town is every page of the product over HTTP on a real database: those of
// staff, of respondents and of the public, and the metrics. What would be random
// in it counts up instead, so that two towns in which the same happened are the same.
type town struct {
	t        testing.TB
	url      string
	as       map[surveys.Role]*http.Client
	now      time.Time
	database *db.DB
	releases *aggregates.Aggregates
	surveys  *programme.Programme
	answers  *stored.Answers
	writer   *stored.Writer
	metrics  string // their address

	readings map[string]*reading   // what was last read of each survey, by title
	beyond   map[string]int        // how many numbers were read beyond the results of each, by where
	found    map[surveys.ID][]kept // the findings that were made of it
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func givenTown(t *testing.T) *town {
	t.Helper()
	d := dbtest.Open(t, dbtest.SQLite(t))
	w := &town{t: t, readings: map[string]*reading{}, beyond: map[string]int{}, found: map[surveys.ID][]kept{}, now: pagetest.Anchor, database: d, as: map[surveys.Role]*http.Client{}, releases: aggregates.New(d, make([][32]byte, 1)), surveys: programme.New(d)}
	v, l := vault.New(d), ledger.New(d)
	w.answers = stored.New(d, w.surveys).WithBallots(l, ledger.Ballots)
	o := pagetest.Waterrijk()
	o.Address = "https://stem.waterrijk.example"
	margin := map[string]int{}
	for i := range values {
		margin[valueOf(0, i)] = 100 * (values - i)
	}
	o.Structure.Margins = []surveys.Margin{{Attribute: axes[0], Counts: margin}}
	must(t, v.AddOrganisation(t.Context(), o))
	must(t, w.surveys.AddCompetences(t.Context(), council, []training.Competence{{ID: "c", Name: surveys.Text{NL: "Luisteren", EN: "Listening"}}}))
	var err error
	w.writer, err = stored.NewWriter(t.Context(), w.answers)
	must(t, err)
	t.Cleanup(func() { must(t, w.writer.Close(context.WithoutCancel(t.Context()))) })
	keys, err := responses.NewKeys([]responses.Generation{{ID: 1}})
	must(t, err)
	meter := metrics.New(w.writer.Waiting)
	quiet := slog.New(slog.DiscardHandler)
	kit, err := page.New(page.Options{Organisations: v, Accounts: v, Sessions: v, Clock: func() time.Time { return w.now }, Log: quiet, Answered: meter.Request})
	must(t, err)
	router := kit.Router()
	public.Health(router, func(context.Context) error { return nil })
	pages := kit.Pages(router)
	public.Mount(pages, kit, w.surveys)
	try := respond.Mount(pages, kit, respond.Deps{Programme: w.surveys, Owners: v, Answers: w.answers, Submitter: w.writer, Contacts: v, Keys: keys, Log: quiet})
	admin.Mount(pages, kit, admin.Deps{Store: v, Surveys: w.surveys, Keys: make([][32]byte, 1)})
	ids := 0
	manage.Mount(pages, kit, manage.Deps{Ask: w.surveys, Accounts: v, Learn: w.surveys, Releases: w.releases, Texts: w.answers,
		Counts: disclosure.NewEngine(w.answers, 0), Try: try, Ledger: l, Ballots: keys, Named: w.answers, Readings: v, Mailings: v, Mails: true,
		NewID: func() surveys.ID { ids++; return surveys.ID(fmt.Sprintf("nieuw-%06d", ids)) }})
	mounted := kit.Staff(pages)
	server := httptest.NewServer(router)
	t.Cleanup(server.Close)
	w.url = server.URL
	for _, role := range lookers {
		jar, err := cookiejar.New(nil)
		must(t, err)
		w.as[role] = &http.Client{Jar: jar}
		if role == visitor {
			continue
		}
		account := &surveys.Account{ID: surveys.ID(role), Org: council, Email: string(role) + "@waterrijk.example", Role: role, Active: true, Language: surveys.Dutch,
			Council: surveys.AllCouncils, Title: surveys.Text{NL: string(role)}}
		must(t, v.AddAccount(t.Context(), account))
		mounted.GET("/beheer/binnen/"+string(role), "", func(c *gin.Context) error {
			must(t, kit.SignIn(c, account))
			return kit.SeeOther(c, "/beheer/account", "")
		})
		w.get(role, "/beheer/binnen/"+string(role))
	}
	metered := httptest.NewServer(meter.Handler())
	t.Cleanup(metered.Close)
	w.metrics = metered.URL + "/metrics"
	w.publish()
	return w
}

// axes are what surveys of the town may be split by; each has so many values.
var axes = []string{"wijk", "rol", "leeftijd"}

const values = 6

// valueOf is a value of an axis, by its number.
func valueOf(axis, n int) string { return fmt.Sprint(axes[axis][:1], n) }

// publish publishes what every survey of the town asks: the axes, a scale of five,
// several of three, importance and level of a competence, and words.
func (w *town) publish() {
	w.t.Helper()
	nl := func(s string) questionnaire.Texts { return questionnaire.Texts{"": s} }
	def := questionnaire.Definition{FormID: "f", Title: nl("Vragen")}
	for a, name := range axes {
		list := &questionnaire.List{Name: "lijst_" + name}
		for i := range values {
			list.Choices = append(list.Choices, &questionnaire.Choice{Name: valueOf(a, i), Label: nl(fmt.Sprintf("%s %c", name, rune('A'+i)))})
		}
		def.Lists = append(def.Lists, list)
		def.Items = append(def.Items, &questionnaire.Item{Kind: questionnaire.Question, Name: name, Type: questionnaire.TypeSelectOne, List: list.Name, Breakdown: true, Label: nl("Uw " + name)})
	}
	scale, ways := &questionnaire.List{Name: "vijf"}, &questionnaire.List{Name: "wegen"}
	for i := range 5 {
		score := float64(i + 1)
		scale.Choices = append(scale.Choices, &questionnaire.Choice{Name: fmt.Sprint(i + 1), Score: &score, Label: nl(fmt.Sprintf("antwoord %c", rune('a'+i)))})
	}
	for _, name := range []string{"balie", "brief", "bel"} {
		ways.Choices = append(ways.Choices, &questionnaire.Choice{Name: name, Label: nl("per " + name)})
	}
	def.Lists = append(def.Lists, scale, ways)
	add := func(name string, kind questionnaire.Type, list, measure string) *questionnaire.Item {
		i := &questionnaire.Item{Kind: questionnaire.Question, Name: name, Type: kind, List: list, Measure: measure, Label: nl("Vraag over " + name)}
		if measure != "" {
			i.Competence = "c"
		}
		def.Items = append(def.Items, i)
		return i
	}
	add("cijfer", questionnaire.TypeSelectOne, "vijf", "")
	add("manier", questionnaire.TypeSelectMultiple, "wegen", "")
	add("belang", questionnaire.TypeSelectOne, "vijf", "importance")
	add("niveau", questionnaire.TypeSelectOne, "vijf", "level")
	add("kloof", questionnaire.TypeCalculate, "", "gap").Calculation = "${belang} - ${niveau}"
	add("woorden", questionnaire.TypeText, "", "")
	body, err := json.Marshal(def)
	must(w.t, err)
	must(w.t, w.surveys.AddQuestionnaire(w.t.Context(), &surveys.Questionnaire{ID: "q", Org: council, FormID: "f", Title: surveys.Text{NL: "Vragen"}, Draft: body}))
	must(w.t, w.surveys.PublishVersion(w.t.Context(), council, "q", func(q *surveys.Questionnaire) (*surveys.Version, error) {
		return q.Publish(pagetest.Anchor, surveys.ID(surveys.ProgrammeManager))
	}))
}

// survey opens a survey of the town; split declares by what it may be split.
func (w *town) survey(name string, split func(*surveys.Survey)) *surveys.Survey {
	w.t.Helper()
	s := &surveys.Survey{ID: surveys.ID(name), Org: council, Slug: name, Title: surveys.Text{NL: "Uitvraag " + name}, Questionnaire: "q", Version: 1,
		Mode: surveys.Open, Owner: surveys.ID(surveys.ProgrammeManager), Purpose: surveys.Text{NL: "Leren."}, CanChange: surveys.Text{NL: "Alles."}, CannotChange: surveys.Text{NL: "Niets."},
		Opens: "2026-11-02", Closes: "2026-12-13", SmallestGroup: 5, Councils: []string{"clientenraad"}}
	s.Promise.On = "2027-01-15"
	if split != nil {
		split(s)
	}
	must(w.t, s.OpenAsHistory(s.Opens.Time(), nil))
	must(w.t, w.surveys.AddSurvey(w.t.Context(), s))
	return s
}

// somebody is one of the people of a town: what they answer, from which release on
// the answer is there, and from which on it is withdrawn; 0 for never.
type somebody struct {
	answers     questionnaire.Answers
	comes, goes int
	key         responses.Key
}

// keyed gives everybody a key of their own.
func keyed(survey int, all []somebody) []somebody {
	for i := range all {
		binary.BigEndian.PutUint64(all[i].key[:], uint64(i+1)*0x9e3779b97f4a7c15) //nolint:gosec // a few thousand
		binary.BigEndian.PutUint64(all[i].key[8:], uint64(survey))                //nolint:gosec // a number of a test
	}
	return all
}

// arrive stores the answers of who comes, and takes back those of who goes.
func (w *town) arrive(s *surveys.Survey, all []somebody, release int) {
	w.t.Helper()
	var list []responses.Response
	for _, one := range all {
		if one.comes == release && (one.goes == 0 || one.goes > release) {
			list = append(list, responses.Response{Org: council, Survey: s.ID, Version: 1, Key: one.key, Day: s.Opens, Answers: one.answers})
		}
	}
	must(w.t, w.writer.LoadHistory(w.t.Context(), list))
	for _, one := range all {
		if one.goes == release && one.comes < release {
			must(w.t, w.answers.WithdrawResponse(w.t.Context(), council, []responses.Key{one.key}))
		}
	}
}

// release presses the button that makes a stand.
func (w *town) release(s *surveys.Survey) {
	w.t.Helper()
	w.post(surveys.ProgrammeManager, at(s, "/stand"), nil)
}

func at(s *surveys.Survey, page string) string { return "/beheer/uitvragen/" + string(s.ID) + page }

// got is what came back.
type got struct {
	status int
	path   string // after redirects
	body   []byte
}

func (w *town) get(role surveys.Role, path string) got {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.url+path, nil)
	must(w.t, err)
	return w.do(role, r)
}

// post sends a form, and fails the test where that is refused.
func (w *town) post(role surveys.Role, path string, form url.Values) got {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.url+path, strings.NewReader(form.Encode()))
	must(w.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	g := w.do(role, r)
	if g.status != http.StatusOK {
		w.t.Fatalf("POST %s: status %d at %s: %.3000s", path, g.status, g.path, g.body)
	}
	return g
}

func (w *town) do(role surveys.Role, r *http.Request) got {
	w.t.Helper()
	answer, err := w.as[role].Do(r)
	must(w.t, err)
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	must(w.t, err)
	return got{answer.StatusCode, answer.Request.URL.RequestURI(), body}
}

func (g got) page(t testing.TB) *goquery.Document {
	t.Helper()
	if g.status != http.StatusOK {
		t.Fatalf("%s: status %d", g.path, g.status)
	}
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(g.body))
	must(t, err)
	return doc
}
