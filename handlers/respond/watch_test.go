package respond_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// flags are how many responses of a survey are stored, and how many of them flagged.
func (w *town) flags(survey surveys.ID) (stored, flagged int) {
	w.t.Helper()
	must(w.t, w.db.Reader().Get(w.t.Context(), &stored, `SELECT COUNT(*) FROM responses WHERE survey_id = ?`, survey))
	must(w.t, w.db.Reader().Get(w.t.Context(), &flagged, `SELECT COUNT(*) FROM responses WHERE survey_id = ? AND flagged`, survey))
	return stored, flagged
}

// short is a questionnaire of five questions of one scale on a page, and an open one.
func short() *questionnaire.Definition {
	d := &questionnaire.Definition{FormID: "kort", DefaultLanguage: "nl", Languages: []questionnaire.Language{{Tag: "nl", Code: "nl"}},
		Lists: []*questionnaire.List{{Name: "vijf"}}}
	for _, name := range []string{"1", "2", "3", "4", "5"} {
		d.Lists[0].Choices = append(d.Lists[0].Choices, &questionnaire.Choice{Name: name, Label: questionnaire.Texts{"nl": name}})
	}
	group := &questionnaire.Item{Kind: questionnaire.Group, Name: "alles", Appearance: "field-list", Label: questionnaire.Texts{"nl": "Alles"}}
	for _, name := range []string{"een", "twee", "drie", "vier", "vijf"} {
		group.Items = append(group.Items, &questionnaire.Item{Kind: questionnaire.Question, Name: name, Type: questionnaire.TypeSelectOne, List: "vijf",
			Label: questionnaire.Texts{"nl": name}})
	}
	group.Items = append(group.Items, &questionnaire.Item{Kind: questionnaire.Question, Name: "open", Type: questionnaire.TypeText, Label: questionnaire.Texts{"nl": "open"}})
	d.Items = append(d.Items, group)
	return d
}

const thanked = "Dank u wel, uw antwoorden zijn binnen"

// sender is somebody who answers the short survey.
type sender struct {
	*town
	from  string        // their address
	takes time.Duration // from the first page to the sending
	via   string
	trap  string // what they type in the field that nobody sees
	open  string // what they write
}

// sends answers the short survey and sends it.
func (s sender) sends() *answer {
	s.t.Helper()
	ask := func(a *answer, button string, fields ...string) *answer {
		form := url.Values{}
		if a != nil {
			form = a.form()
		}
		for i := 0; i < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		name, value, _ := strings.Cut(button, "=")
		form.Set(name, value)
		r := httptest.NewRequest(http.MethodPost, "/s/kort", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.RemoteAddr = s.from
		if s.from == "" {
			r.RemoteAddr = "192.0.2.1:1000"
		}
		return s.ask(r)
	}
	a := ask(nil, "ga=beginnen", "via", s.via).wants(200, "Alles")
	s.now = s.now.Add(s.takes)
	a = ask(a, "ga=volgende", "een", "1", "twee", "2", "drie", "3", "vier", "4", "vijf", "5", "open", s.open, "0-reactie", s.trap).wants(200, "Klopt alles?")
	return ask(a, "ga=versturen")
}

// calm is a sender who takes their time.
func (w *town) calm() sender { return sender{town: w, takes: time.Minute} }

func (w *town) shortSurvey() {
	w.survey("kort", short(), func(s *surveys.Survey) { s.Title = surveys.Text{NL: "Kort", EN: "Short"} })
}

func TestWhatIsUnlikeAPersonIsFlaggedAndLooksTheSameToWhoSentIt(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := givenTown(t, d)
		w.shortSurvey()
		want := 0
		same := func(a *answer) string { // the page without what is of this sending alone
			code, err := a.wants(200, thanked).Find("#ontvangstcode").Html()
			must(t, err)
			return strings.ReplaceAll(a.html, code, "")
		}
		calm := w.calm()
		calm.open = "Het is druk aan de balie in de ochtend"
		page := same(calm.sends())
		for name, change := range map[string]func(*sender){
			"who typed in the field that nobody sees": func(s *sender) { s.trap = "https://spam.example" },
			"who answered faster than anybody reads":  func(s *sender) { s.takes = 0 },
		} {
			s := calm
			s.open = "Iets anders van " + name
			change(&s)
			a := s.sends()
			want++
			if _, flagged := w.flags("s-kort"); flagged != want {
				t.Errorf("%s is not flagged", name)
			}
			if same(a) != page {
				t.Errorf("%s sees another page than others", name)
			}
			opened := w.get("/code").send("ontvangstcode", a.receipt()).wants(200, "Dit is er met uw antwoorden gedaan")
			if strings.Contains(opened.html, "gemarkeerd") {
				t.Error("the page behind the code tells of a flag")
			}
			opened.send("ga", "intrekken", "ontvangstcode", a.receipt(), "code-nogmaals", a.receipt())
			if _, flagged := w.flags("s-kort"); flagged != want-1 {
				t.Error("a flag is left of what was withdrawn")
			}
			want--
		}
		for range 5 { // the text of the calm one, five times more
			same(calm.sends())
		}
		if _, flagged := w.flags("s-kort"); flagged != 1 {
			t.Errorf("%d are flagged of six who wrote the same", flagged)
		}
		if stored, _ := w.flags("s-kort"); stored != 8 {
			t.Errorf("%d are stored of eight", stored)
		}
	})
}

func TestAFloodWaitsWithItsAnswersAndIsLetGoLater(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := givenTown(t, d)
		w.flood = 6
		w.mount(w.writer)
		w.shortSurvey()
		must(t, w.programme.AddCollector(t.Context(), &surveys.Collector{ID: "hal", Org: org, Survey: "s-kort", Code: "hal", Kind: surveys.QR, Budget: 4}))
		quick := func(from string) *answer {
			s := w.calm()
			s.takes, s.from, s.via, s.open = 6*time.Second, from, "hal", "Meer licht bij de ingang graag"
			return s.sends()
		}
		for i := range 6 {
			quick("192.0.2."+strconv.Itoa(i)+":1000").wants(200, thanked)
		}
		stopped := quick("192.0.2.7:1000").wants(http.StatusTooManyRequests, "Er komt nu heel veel tegelijk binnen")
		if got := stopped.Find("dl, .utrecht-alert").Length(); got != 0 || stopped.Find(`input[name="tot-nu-toe"]`).AttrOr("value", "") == "" {
			t.Error("the answers are not on the page")
		}
		after, err := strconv.Atoi(stopped.header.Get("Retry-After"))
		if err != nil || after <= 0 || after > 3600 {
			t.Fatalf("Retry-After is %q", stopped.header.Get("Retry-After"))
		}
		if seen := stopped.press("ga=bekijken"); !strings.Contains(seen.Text(), "Meer licht bij de ingang graag") {
			t.Error("the answers cannot be looked at")
		}
		quick("198.51.100.7:1000").wants(200, thanked)                             // another part of the network
		quick("[2001:db8:1:2::1]:1000").wants(200, thanked)                        // and another
		quick("192.0.2.8:1000").wants(429, "Er komt nu heel veel tegelijk binnen") // still too many
		w.now = w.now.Add(time.Duration(after) * time.Second)                      // as long as it said
		again := stopped.press("ga=versturen").wants(200, thanked)                 // with the answers of then
		if r := w.stored(again.receipt()); r.Answers["open"] != "Meer licht bij de ingang graag" {
			t.Errorf("what was kept on the page came in as %v", r.Answers)
		}
		if strings.Contains(w.log.String(), "192.0.2") || !strings.Contains(w.log.String(), "flood") {
			t.Error("the log has an address, or nothing of a flood")
		}
		// The way in had more than its four: that is kept, without a number, and told tomorrow.
		for day, want := range map[surveys.Date]int{surveys.DateOf(w.now): 0, surveys.DateOf(w.now).AddDays(1): 1} {
			list, err := w.programme.ListUnusual(t.Context(), org, "", "", day)
			must(t, err)
			if len(list) != want || want == 1 && list[0] != (surveys.Unusual{Survey: "s-kort", Collector: "hal", Day: surveys.DateOf(w.now)}) {
				t.Errorf("told on %s: %v", day, list)
			}
		}
	})
}

func TestTheFieldThatNobodySeesIsOutOfReachOfPeople(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	w.shortSurvey()
	question := w.get("/s/kort?ga=beginnen").wants(200, "Alles")
	for _, a := range []*answer{question, question.press("ga=volgende", "een", "1").wants(200, "Klopt alles?")} {
		trap := a.Find(`form .wk-empty[aria-hidden="true"] label input[name="0-reactie"][tabindex="-1"][autocomplete="off"]`)
		if trap.Length() != 1 || squeeze(trap.Closest("label").Text()) != "Laat dit veld leeg." {
			t.Errorf("on %q it can be reached, or does not say what to do where there is no style sheet", a.heading())
		}
	}
	css := w.get(question.Find(`link[rel="stylesheet"]`).AttrOr("href", ""))
	if _, rule, found := strings.Cut(css.html, ".wk-empty{"); !found || !strings.HasPrefix(rule, "display:none") {
		t.Error("the style sheet does not hide it")
	}
}
