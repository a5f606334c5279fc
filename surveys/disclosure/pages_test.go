package disclosure_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/manage"
	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/storage/aggregates"
	stored "weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/responses/responsestest"
)

// town is the real results page on a real database, with somebody signed in who
// may read it.
type town struct {
	t        *testing.T
	url      string
	client   *http.Client
	releases *aggregates.Aggregates
	surveys  *programme.Programme
	form     *questionnaire.Form
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const council = surveys.OrgID("waterrijk")

func givenTown(t *testing.T) *town {
	t.Helper()
	d := dbtest.Open(t, dbtest.SQLite(t))
	w := &town{t: t, releases: aggregates.New(d, make([][32]byte, 1)), surveys: programme.New(d)}
	v, a := vault.New(d), stored.New(d, w.surveys)
	must(t, v.AddOrganisation(t.Context(), pagetest.Waterrijk()))
	account := &surveys.Account{ID: "manager", Org: council, Email: "manager@waterrijk.example", Role: surveys.ProgrammeManager, Active: true, Language: surveys.Dutch}
	must(t, v.AddAccount(t.Context(), account))
	kit, err := page.New(page.Options{Organisations: v, Accounts: v, Sessions: v, Clock: func() time.Time { return pagetest.Anchor }, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	router := kit.Router()
	pages := kit.Pages(router)
	manage.Mount(pages, kit, manage.Deps{Ask: w.surveys, Accounts: v, Learn: w.surveys, Releases: w.releases, Responses: a, Counts: disclosure.NewEngine(a, 0), NewID: page.NewID})
	kit.Staff(pages).GET("/beheer/binnen", "", func(c *gin.Context) error {
		must(t, kit.SignIn(c, account))
		return kit.SeeOther(c, "/beheer", "")
	})
	server := httptest.NewServer(router)
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	must(t, err)
	w.url, w.client = server.URL, &http.Client{Jar: jar}
	w.get("/beheer/binnen")

	def := questionnaire.Definition{FormID: "f", Title: questionnaire.Texts{"": "F"}, Items: []*questionnaire.Item{
		{Kind: questionnaire.Question, Name: "wijk", Type: questionnaire.TypeSelectOne, List: "wijken", Breakdown: true, Label: questionnaire.Texts{"": "Wijk"}},
		{Kind: questionnaire.Question, Name: "cijfer", Type: questionnaire.TypeSelectOne, List: "vijf", Label: questionnaire.Texts{"": "Hoe gaat het?"}}},
		Lists: []*questionnaire.List{{Name: "wijken"}, {Name: "vijf"}}}
	for i := range 5 {
		score := float64(i + 1)
		def.Lists[0].Choices = append(def.Lists[0].Choices, &questionnaire.Choice{Name: fmt.Sprint("w", i), Label: questionnaire.Texts{"": fmt.Sprint("Wijk ", string(rune('A'+i)))}})
		def.Lists[1].Choices = append(def.Lists[1].Choices, &questionnaire.Choice{Name: fmt.Sprint(i + 1), Score: &score, Label: questionnaire.Texts{"": fmt.Sprint("antwoord ", string(rune('a'+i)))}})
	}
	body, err := json.Marshal(def)
	must(t, err)
	w.form, err = questionnaire.Published(body)
	must(t, err)
	must(t, w.surveys.AddQuestionnaire(t.Context(), &surveys.Questionnaire{ID: "q", Org: council, FormID: "f", Draft: body}))
	must(t, w.surveys.PublishVersion(t.Context(), council, "q", func(q *surveys.Questionnaire) (*surveys.Version, error) { return q.Publish(pagetest.Anchor, "manager") }))
	return w
}

func (w *town) get(path string) *goquery.Document {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.url+path, nil)
	must(w.t, err)
	answer, err := w.client.Do(r)
	must(w.t, err)
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	must(w.t, err)
	if answer.StatusCode != http.StatusOK {
		w.t.Fatalf("%s: %s", path, answer.Status)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(body)))
	must(w.t, err)
	return doc
}

// read reads how many people stand beside each group of the page's breakdown
// table, and beside everybody. Nothing but the page is looked at.
func (w *town) read(id surveys.ID) map[string]int {
	doc, people := w.get("/beheer/uitvragen/"+string(id)+"/resultaten"), map[string]int{}
	number := func(text string) (int, bool) {
		n, err := strconv.Atoi(strings.ReplaceAll(strings.TrimSpace(text), ".", ""))
		return n, err == nil
	}
	caption := strings.Fields(doc.Find(`section[aria-labelledby="v-cijfer"] caption`).First().Text())
	for _, word := range caption {
		if n, ok := number(word); ok {
			people[""] = n
			break
		}
	}
	doc.Find(`section[aria-labelledby="uit"] tbody tr`).Each(func(_ int, row *goquery.Selection) {
		row.Find("td").Each(func(_ int, cell *goquery.Selection) {
			if n, ok := number(cell.Text()); ok {
				people[strings.TrimSpace(row.Find("th").Text())] = n
			}
		})
	})
	return people
}

// play lets people answer in two rounds and attacks what the pages show after each:
// numbers that are too small, what is left of everybody without the groups, and
// what changed between the rounds. It gives the smallest number below k.
func (w *town) play(seed uint64, seen *int) int {
	const k = 5
	r := rand.New(rand.NewPCG(seed, 5))
	s := &surveys.Survey{ID: surveys.ID(fmt.Sprint("s", seed)), Org: council, Slug: fmt.Sprint("s", seed), Title: surveys.Text{NL: "U"}, Questionnaire: "q", Version: 1,
		Mode: surveys.Open, Owner: "manager", Opens: "2026-11-02", Closes: "2026-12-13", SmallestGroup: k, Breakdowns: []string{"wijk"}, OpenedAt: pagetest.Anchor}
	must(w.t, w.surveys.AddSurvey(w.t.Context(), s))
	store, smallest := responsestest.New(), 0
	engine := disclosure.NewEngine(store, 0)
	found := func(n int) {
		if n > 0 && n < k && (smallest == 0 || n < smallest) {
			smallest = n
		}
	}
	var before map[string]int
	key := byte(0)
	for _, arrive := range []int{20 + r.IntN(60), r.IntN(12)} {
		for range arrive {
			key++
			store.Put(responses.Response{Org: council, Survey: s.ID, Version: 1, Key: responses.Key{key, byte(seed)}, Answers: questionnaire.Answers{
				"wijk": fmt.Sprint("w", min(r.IntN(5), r.IntN(5))), "cijfer": fmt.Sprint(1 + r.IntN(5))}})
		}
		_, err := disclosure.Update(w.t.Context(), engine, w.releases, s, []*questionnaire.Form{w.form}, "2026-11-25", "2026-11-25")
		must(w.t, err)
		now := w.read(s.ID)
		*seen += len(now)
		rest := now[""]
		for group, n := range now {
			found(n)
			if was := before[group]; was > 0 {
				found(n - was)
			}
			if group != "" {
				rest -= n
			}
		}
		if len(now) > 1 {
			found(rest)
		}
		before = now
	}
	return smallest
}

func TestNobodyDerivesASmallGroupFromThePages(t *testing.T) {
	w, seen := givenTown(t), 0
	for seed := range *disclosure.Populations {
		if n := w.play(seed, &seen); n > 0 {
			t.Errorf("survey %d: %d people can be told apart", seed, n)
		}
	}
	if seen < 3*int(*disclosure.Populations) {
		t.Errorf("the pages show %d numbers: the attack proves nothing", seen)
	}
}

func TestTheAttackerOfThePagesWins(t *testing.T) {
	for name, by := range map[string]disclosure.Rules{
		"when the guard is switched off": disclosure.SwitchedOff,
		"when only a threshold is left":  disclosure.ThresholdOnly,
		"when it has no memory":          disclosure.WithoutMemory,
	} {
		t.Run(name, func(t *testing.T) {
			defer disclosure.Guarded(by)()
			w, seen, wins := givenTown(t), 0, 0
			for seed := range *disclosure.Populations {
				if w.play(seed, &seen) > 0 {
					wins++
				}
			}
			if wins == 0 {
				t.Error("the attacker never wins: the attack proves nothing")
			}
			t.Logf("the attacker wins in %d of %d surveys", wins, *disclosure.Populations)
		})
	}
}
