package public_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/handlers/public"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
	"weerklank.nl/weerklank/surveys/notices"
	"weerklank.nl/weerklank/surveys/training"
)

// story is an organisation's loop, held as values: the pages only read.
type story struct {
	surveys   []surveys.Survey
	notices   []notices.Notice
	decisions []decisions.Decision
}

func (s story) ListSurveys(context.Context, surveys.OrgID) ([]surveys.Survey, error) {
	return s.surveys, nil
}
func (s story) ListNotices(context.Context, surveys.OrgID, surveys.ID) ([]notices.Notice, error) {
	return s.notices, nil
}
func (s story) ListDecisions(context.Context, surveys.OrgID, surveys.ID) ([]decisions.Decision, error) {
	return s.decisions, nil
}

// FindVersion is a questionnaire of two open questions: about a minute.
func (s story) FindVersion(context.Context, surveys.OrgID, surveys.ID, int) (*surveys.Version, error) {
	return &surveys.Version{Definition: []byte(`{"form_id":"kort","title":{"":"Kort"},"items":[{"kind":"question","name":"a","type":"text","label":{"":"A?"}},{"kind":"question","name":"b","type":"text","label":{"":"B?"}}]}`)}, nil
}

func (s story) FindDesignRevision(_ context.Context, _ surveys.OrgID, id surveys.ID, _ int) (*training.Design, error) {
	if id != "opleiding" {
		return nil, surveys.ErrNotFound
	}
	return &training.Design{ID: id, Title: text("Eerst luisteren"), Audience: text("Baliemedewerkers"), Sessions: 3, Participants: 14, Cost: 5600,
		Funding: "leerbudget", Aftercare: text("Na drie maanden een terugkomdag.")}, nil
}

func text(nl string) surveys.Text { return surveys.Text{NL: nl, EN: nl + " (en)"} }

func survey(slug, title string, opens, closes, promise surveys.Date) surveys.Survey {
	return surveys.Survey{ID: surveys.ID(slug), Slug: slug, Title: text(title), Mode: surveys.Open,
		Purpose: text("Waarom: " + title), Opens: opens, Closes: closes, OpenedAt: opens.Time(),
		Promise: surveys.Promise{On: promise}}
}

// waterrijk has a promise of each kind on the anchor date, 25 November 2026.
func waterrijk() story {
	balie := survey("balie", "Hoe was uw bezoek?", "2026-11-01", "2026-12-13", "2027-01-15")
	afval := survey("afvalpas", "De nieuwe afvalpas", "2026-09-01", "2026-10-02", "2026-11-20")
	afval.Promise.Moves = []surveys.Move{{From: "2026-11-20", To: "2026-12-11", On: "2026-11-23", Late: true, Reason: text("De raad wil eerst de kosten weten.")}}
	bus := survey("wijkbus", "De wijkbus", "2026-10-01", "2026-11-01", "2026-12-15")
	bus.Promise.Moves = []surveys.Move{{From: "2026-12-15", To: "2027-01-31", On: "2026-11-02", Reason: text("Wij willen eerst meerijden.")}}
	wijkteam := survey("wijkteam", "Contact met het wijkteam", "2026-06-01", "2026-07-01", "2026-12-01")
	wijkteam.Promise.KeptOn = "2026-11-17"
	telefoon := survey("telefoon", "Wachten aan de telefoon", "2026-04-01", "2026-05-01", "2026-09-09")
	telefoon.Promise.KeptOn = "2026-09-15"
	invited := survey("uitgenodigd", "Alleen met een briefje", "2026-11-01", "2026-12-01", "2027-02-01")
	invited.Mode = surveys.Invited
	draft := surveys.Survey{ID: "x", Slug: "concept", Title: text("Nog een concept")}
	notice := func(survey surveys.ID, on surveys.Date, d ...surveys.ID) notices.Notice {
		return notices.Notice{ID: "n-" + survey, Survey: survey, Kind: notices.FollowUp, Asked: text("Wij vroegen iets."),
			Said: text("Uitleg was onduidelijk."), Decided: text("Elk gesprek eindigt met een blaadje."), Next: text("Medewerkers leren dat."),
			Decisions: d, PublishedOn: on, PublishedAt: on.Time()}
	}
	decision := func(id surveys.ID, outcome decisions.Outcome, what, why string) decisions.Decision {
		return decisions.Decision{ID: id, Outcome: outcome, What: text(what), Reason: text(why), DecidedBy: text("Wethouder Zorg"),
			DecidedOn: "2026-11-16", Next: text("De training begint."), NextOn: "2027-02-04", RecordedAt: surveys.Date("2026-11-16").Time()}
	}
	trained := decision("d1", decisions.Adopted, "Een blaadje na elk gesprek.", "Het kost weinig.\n\nHet helpt veel.")
	trained.Design = "opleiding"
	concept := notice("afvalpas", "2026-11-24")
	concept.PublishedAt, concept.Decided = surveys.Date("").Time(), text("Geheim concept")
	return story{
		surveys: []surveys.Survey{draft, wijkteam, telefoon, balie, bus, afval, invited},
		notices: []notices.Notice{notice("wijkteam", "2026-11-17", "d1", "d2"), notice("telefoon", "2026-09-15"), concept},
		decisions: []decisions.Decision{
			trained,
			decision("d2", decisions.NotAdopted, "Een vaste medewerker.", "Daarvoor zijn er te weinig mensen."),
		},
	}
}

func get(t *testing.T, s story, address string) (int, string) {
	t.Helper()
	k := pagetest.Kit(t, nil)
	r := k.Router()
	public.Mount(k.Pages(r), k, s)
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
	return w.Code, w.Body.String()
}

func inOrder(t *testing.T, body string, pieces ...string) {
	t.Helper()
	at := 0
	for _, piece := range pieces {
		i := strings.Index(body[at:], piece)
		if i < 0 {
			t.Fatalf("%q does not follow in the page:\n%s", piece, body)
		}
		at += i + len(piece)
	}
}

func TestEveryPublicTemplateFills(t *testing.T) {
	k := pagetest.Kit(t, nil)
	public.Mount(k.Pages(k.Router()), k, story{})
	pagetest.EveryViewFills(t, k, decisions.Adopted, notices.FollowUp)
}

func TestHomeLinksOnlyWhatEverybodyCanAnswerNow(t *testing.T) {
	status, body := get(t, waterrijk(), "/")
	if status != 200 {
		t.Fatalf("status %d", status)
	}
	if n := strings.Count(body, `href="/s/`); n != 1 || !strings.Contains(body, `href="/s/balie"`) {
		t.Errorf("%d links under /s/, want the one survey that is open to all:\n%s", n, body)
	}
	for _, absent := range []string{"Nog een concept", "Geheim concept"} {
		if strings.Contains(body, absent) {
			t.Errorf("the page shows %q", absent)
		}
	}
}

func TestHomeSaysThatAPromiseIsLateAndWhy(t *testing.T) {
	_, body := get(t, waterrijk(), "/")
	inOrder(t, body, "Wij zijn te laat: De nieuwe afvalpas", `datetime="2026-11-20"`, "De raad wil eerst de kosten weten.", `datetime="2026-12-11"`, `href="/beloften/afvalpas"`, "Doe mee")
}

func TestHomeSaysHowLongAnsweringTakes(t *testing.T) {
	_, body := get(t, waterrijk(), "/")
	inOrder(t, body, "Hoe was uw bezoek?", "Ongeveer 1 minuut, zonder naam.", "Meedoen kan tot en met")
}

func TestAStoryTellsOfTheCourseThatADecisionOrders(t *testing.T) {
	_, body := get(t, waterrijk(), "/beloften/wijkteam")
	inOrder(t, body, "Start van de opleiding ‘Eerst luisteren’", `datetime="2027-02-04"`, "Baliemedewerkers", ">3<", "€\u00a0400", "leerbudget", "terugkomdag")
}

func TestAStorySaysNothingTwice(t *testing.T) {
	s := waterrijk()
	s.notices[0].Next = text("Alle medewerkers leren dat met ‘Eerst luisteren’.")
	for i := range s.decisions {
		s.decisions[i].Next = s.notices[0].Next
	}
	_, body := get(t, s, "/beloften/wijkteam")
	if n := strings.Count(body, "Alle medewerkers leren dat"); n != 1 {
		t.Errorf("what happens next stands there %d times", n)
	}
	if strings.Contains(body, "Baliemedewerkers") {
		t.Error("the course stands there again beside the words of the notice")
	}
}

func TestWhatPeopleWroteKeepsItsParagraphs(t *testing.T) {
	s := waterrijk()
	s.notices[0].Said = text("Uitleg was onduidelijk.\n\nDat zei bijna de helft.")
	s.surveys[3].Purpose = text("Eerst dit.\r\n\r\nDan dat.")
	for address, want := range map[string]string{
		"/beloften/wijkteam": "<p>Uitleg was onduidelijk.</p><p>Dat zei bijna de helft.</p>",
		"/":                  "<p>Eerst dit.</p><p>Dan dat.</p>",
	} {
		if _, body := get(t, s, address); !strings.Contains(body, want) {
			t.Errorf("%s lacks %s:\n%s", address, want, body)
		}
	}
}

func TestHomeTellsWhatWasDoneAlsoWhenTheAnswerIsNo(t *testing.T) {
	_, body := get(t, waterrijk(), "/")
	inOrder(t, body, "Wat er met uw mening is gedaan", "Contact met het wijkteam", "Wij doen het<", "Een blaadje", "Wij doen het niet", "te weinig mensen")
}

func TestPromisesStandLateFirstThenRunningThenKept(t *testing.T) {
	_, body := get(t, waterrijk(), "/beloften")
	inOrder(t, body, "/beloften/afvalpas", "5 dagen te laat", "/beloften/balie", "/beloften/wijkbus", "/beloften/uitgenodigd",
		"/beloften/wijkteam", ">Nagekomen<", "/beloften/telefoon", "Nagekomen, 6 dagen te laat")
}

func TestTheOldDayOfAMovedPromiseStaysReadable(t *testing.T) {
	for _, address := range []string{"/beloften", "/beloften/wijkbus"} {
		_, body := get(t, waterrijk(), address)
		inOrder(t, body, `verplaatst van <time datetime="2026-12-15">15 december 2026</time> naar <time datetime="2027-01-31">`, "Wij willen eerst meerijden.")
	}
}

func TestWhoeverReadsAPromiseReadsWhyDataAreKeptLonger(t *testing.T) {
	s := waterrijk()
	_, body := get(t, s, "/beloften/telefoon")
	if strings.Contains(body, "Langer bewaard") {
		t.Error("it says so where nothing is kept longer")
	}
	for i := range s.surveys {
		s.surveys[i].Keeping.Hold = &surveys.Hold{Until: "2028-03-01", Reason: text("Er loopt een zaak.")}
	}
	_, body = get(t, s, "/beloften/telefoon")
	inOrder(t, body, "Langer bewaard", "maart 2028", "Er loopt een zaak.")
	for i := range s.surveys {
		s.surveys[i].Keeping.Hold.Until = surveys.DateOf(pagetest.Anchor).AddDays(-1)
	}
	if _, body = get(t, s, "/beloften/telefoon"); strings.Contains(body, "Langer bewaard") {
		t.Error("it says so when that is over")
	}
}

func TestAStoryTellsAskedSaidDecidedWhyAndNext(t *testing.T) {
	_, body := get(t, waterrijk(), "/beloften/wijkteam")
	inOrder(t, body, "Wat wij vroegen", "Wat mensen zeiden", "Uitleg was onduidelijk", "Wat wij besluiten", "Waarom", "Het kost weinig", "Wethouder Zorg", "Wat er nu gebeurt", `datetime="2027-02-04"`)
}

func TestWhatWasNeverOpenedHasNoStory(t *testing.T) {
	for _, address := range []string{"/beloften/concept", "/beloften/nergens"} {
		if status, _ := get(t, waterrijk(), address); status != 404 {
			t.Errorf("%s: status %d, want 404", address, status)
		}
	}
}

func TestAnOrganisationThatStartsSaysSo(t *testing.T) {
	_, body := get(t, story{}, "/")
	inOrder(t, body, "Er is nu geen vragenlijst open", "nog niets besloten", "Er loopt nog geen belofte")
	if _, body := get(t, story{}, "/beloften"); !strings.Contains(body, "Er is nog niets beloofd") {
		t.Error("the page with promises is empty without a word")
	}
}

func TestEnglishIsCarriedOnByTheLinks(t *testing.T) {
	_, body := get(t, waterrijk(), "/?taal=en")
	inOrder(t, body, `<html lang="en"`, `href="/beloften?taal=en"`, `href="/s/balie?taal=en"`, "Hoe was uw bezoek? (en)", `hreflang="nl"`)
}

func TestPrivacySaysWhatEachModeDoesNotHoldAgainst(t *testing.T) {
	_, body := get(t, story{}, "/privacy")
	if n := strings.Count(body, "Waar het niet tegen beschermt"); n != 4 {
		t.Errorf("%d modes say where protection ends, want 4", n)
	}
}

func TestEveryPublicRouteCarriesTheSecurityHeadersAndNoCookie(t *testing.T) {
	k := pagetest.Kit(t, nil)
	r := k.Router()
	public.Mount(k.Pages(r), k, waterrijk())
	public.Health(r, func(context.Context) error { return nil })
	pagetest.Headers(t, r, "/", "/beloften", "/beloften/wijkteam", "/privacy", "/toegankelijkheid", "/logo/x", "/nergens", "/healthz", "/readyz")
}

func TestPublicTemplatesHoldNoText(t *testing.T) { pagetest.NoText(t, os.DirFS(".")) }
