package demo

import (
	"context"
	"crypto/rand"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/aggregates"
	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/keyfile"
	"weerklank.nl/weerklank/storage/ledger"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
	"weerklank.nl/weerklank/surveys/notices"
	"weerklank.nl/weerklank/surveys/responses"
)

// anchor is the moment at which the story stands as it was written.
var anchor = time.Date(2026, time.November, 25, 9, 30, 0, 0, time.UTC)

const address = "http://127.0.0.1:8080"

func stores(t testing.TB, d *db.DB) Stores {
	t.Helper()
	ring, err := keyfile.LoadOrMake(filepath.Join(t.TempDir(), "weerklank.keys"), rand.Reader, anchor)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := ring.Responses()
	if err != nil {
		t.Fatal(err)
	}
	s := Stores{Vault: vault.New(d), Programme: programme.New(d), Aggregates: aggregates.New(d, ring.Memory()), Keys: keys}
	s.Answers = answers.New(d, s.Programme).WithThemes(s.Aggregates)
	if s.Writer, err = answers.NewWriter(t.Context(), s.Answers); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Writer.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestTheStoryIsLoadedAsItWasTold(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		s := stores(t, d)
		filled, err := Fill(t.Context(), s, anchor, address)
		if err != nil {
			t.Fatal(err)
		}
		told, err := tell(surveys.DateOf(anchor))
		if err != nil {
			t.Fatal(err)
		}
		t.Run("its surveys stand as it says", func(t *testing.T) { surveysStand(t, s, filled, told) })
		t.Run("its answers are all there", func(t *testing.T) { answersAreThere(t, s, filled, told) })
		t.Run("its evidence is what it says", func(t *testing.T) { evidenceStands(t, s, filled, told) })
		t.Run("every finding but the late ones is decided", func(t *testing.T) { findingsAreDecided(t, s, filled, told) })
		t.Run("every proposal has its answer, and keeps to what its resident allows", func(t *testing.T) { proposalsAreAnswered(t, s, filled, told) })
		t.Run("a second start keeps it", func(t *testing.T) {
			again, err := Fill(t.Context(), s, anchor.AddDate(0, 0, 9), "http://127.0.0.1:9090")
			if err != nil {
				t.Fatal(err)
			}
			orgs, err := s.Vault.ListOrganisations(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if again.Fresh || again.Org != filled.Org || len(orgs) != 1 || orgs[0].Address != "http://127.0.0.1:9090" {
				t.Errorf("second start: fresh %v, organisations %d, address %s", again.Fresh, len(orgs), orgs[0].Address)
			}
			if len(again.SignIns) != len(told.story.People) || again.Open != "balie-najaar-2026" || again.Late.NL == "" {
				t.Errorf("second start prints %d people, %q open, %q late", len(again.SignIns), again.Open, again.Late.NL)
			}
		})
	})
}

func surveysStand(t *testing.T, s Stores, filled *Filled, told *told) {
	for _, want := range told.story.Surveys {
		got, err := s.Programme.FindSurveyBySlug(t.Context(), filled.Org, want.Slug)
		if err != nil {
			t.Fatal(err)
		}
		state := string(got.Promise.State(told.story.Anchor))
		if state != want.Status || got.Promise.KeptOn != want.KeptOn || got.Promise.On != want.PromiseDate {
			t.Errorf("%s: promise %s, kept %q, first on %s; want %s, %q, %s", want.Key, state, got.Promise.KeptOn, got.Promise.On,
				want.Status, want.KeptOn, want.PromiseDate)
		}
		running := want.Opens <= told.story.Anchor && told.story.Anchor <= want.Closes
		if (got.Phase(told.story.Anchor) == surveys.Running) != running {
			t.Errorf("%s: phase %s", want.Key, got.Phase(told.story.Anchor))
		}
		if want.Key == told.story.LateNow.Survey && (got.Promise.DaysLate(told.story.Anchor) != 5 || got.Promise.Expected() != told.story.LateNow.NewDate) {
			t.Errorf("%s: %d days late, expected on %s", want.Key, got.Promise.DaysLate(told.story.Anchor), got.Promise.Expected())
		}
		if want.Key == told.story.LateBefore.Survey && got.Promise.DaysLate(told.story.Anchor) != 21 {
			t.Errorf("%s: was %d days late, want 21", want.Key, got.Promise.DaysLate(told.story.Anchor))
		}
	}
}

func answersAreThere(t *testing.T, s Stores, filled *Filled, told *told) {
	compiled := forms(t)
	for _, want := range told.story.Surveys {
		survey, err := s.Programme.FindSurveyBySlug(t.Context(), filled.Org, want.Slug)
		if err != nil {
			t.Fatal(err)
		}
		form, n := compiled[want.Questionnaire], 0
		err = s.Answers.EachResponse(t.Context(), filled.Org, survey.ID, func(r *responses.Response) error {
			n++
			switch {
			case survey.Mode == surveys.Invited || survey.Mode == surveys.Strong:
				if r.Day != "" {
					t.Errorf("%s: a day is kept: %s", want.Key, r.Day)
				}
			case survey.Phase(told.story.Anchor) == surveys.Closed && survey.Mode == surveys.Open && r.Day != r.Day.Week():
				t.Errorf("%s closed, and a response has more than its week: %s", want.Key, r.Day)
			}
			if n == 1 && len(form.Evaluate(r.Answers, envOn(told.story.Anchor)).Answers()) == 0 {
				t.Errorf("%s: a response without answers", want.Key)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if n != want.Responses {
			t.Errorf("%s: %d responses, want %d", want.Key, n, want.Responses)
		}
	}
}

// notShown are the figures of the story that the guard does not show: advice in
// words of a council of four.
var notShown = []string{
	"b10 clientenraad-2025 informatie_advies", "b20 clientenraad-2025 wachttijd_advies", "b21 clientenraad-2025 toegang_advies",
}

func evidenceStands(t *testing.T, s Stores, filled *Filled, told *told) {
	if !slices.Equal(filled.Left, notShown) {
		t.Errorf("left out %q, want %q", filled.Left, notShown)
	}
	all, err := s.Programme.ListFindings(t.Context(), filled.Org, "")
	if err != nil {
		t.Fatal(err)
	}
	byText := map[string]decisions.Finding{}
	for _, f := range all {
		byText[f.Statement.NL] = f
	}
	for _, want := range told.story.Findings {
		got, n := byText[want.Statement.NL], 0
		for _, e := range want.Evidence {
			if e.K == nil {
				continue
			}
			if n >= len(got.Evidence) {
				t.Errorf("%s: %d pieces of evidence, want more", want.ID, len(got.Evidence))
				break
			}
			share, ok := got.Evidence[n].Share()
			if !ok || share.Count != *e.K || share.Base != *e.N {
				t.Errorf("%s: %s: %d of %d, want %d of %d", want.ID, e.Question, share.Count, share.Base, *e.K, *e.N)
			}
			n++
		}
	}
}

func findingsAreDecided(t *testing.T, s Stores, filled *Filled, told *told) {
	findings, err := s.Programme.ListFindings(t.Context(), filled.Org, "")
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.Programme.ListDecisions(t.Context(), filled.Org, "")
	if err != nil {
		t.Fatal(err)
	}
	answered := len(told.story.Proposals)
	if len(findings) != len(told.story.Findings)+answered || len(all) != len(told.story.Decisions)+answered {
		t.Errorf("%d findings and %d decisions, want %d and %d, and %d proposals", len(findings), len(all), len(told.story.Findings), len(told.story.Decisions), answered)
	}
	late, err := s.Programme.FindSurveyBySlug(t.Context(), filled.Org, "afvalpas")
	if err != nil {
		t.Fatal(err)
	}
	open := decisions.Undecided(findings, all)
	for _, f := range open {
		if f.Survey != late.ID {
			t.Errorf("no decision on: %s", f.Statement.NL)
		}
	}
	if len(open) != 2 {
		t.Errorf("%d findings without a decision, want 2", len(open))
	}
}

func proposalsAreAnswered(t *testing.T, s Stores, filled *Filled, told *told) {
	survey, err := s.Programme.FindSurveyBySlug(t.Context(), filled.Org, "voorstel")
	if err != nil {
		t.Fatal(err)
	}
	list, err := s.Programme.ListNotices(t.Context(), filled.Org, survey.ID)
	if err != nil {
		t.Fatal(err)
	}
	said := map[surveys.Date]string{}
	for _, n := range list {
		if n.Kind != notices.Interim || n.PublishedAt.IsZero() {
			t.Errorf("a notice about proposals is %s, published %s", n.Kind, n.PublishedOn)
		}
		said[n.PublishedOn] += n.Said.NL + n.Decided.NL
		if n.LongestSentence() > notices.MostWords {
			t.Errorf("a sentence of %d words: %s", n.LongestSentence(), n.Decided.NL)
		}
	}
	for _, p := range told.story.Proposals {
		if !strings.Contains(said[p.AnsweredOn], p.Answer.NL) {
			t.Errorf("the answer of %s to %q is in no notice", p.AnsweredOn, p.Title)
		}
		answers := told.model.Explicit["voorstellen-2026"][p.Index].Answers
		if answers["titel"] != p.Title {
			t.Errorf("proposal %d is %q, the story says %q", p.Index, answers["titel"], p.Title)
		}
		for _, told := range said {
			if strings.Contains(told, answers["uitleg"]) || answers["openbaar"] == "nee" && strings.Contains(told, answers["titel"]) {
				t.Errorf("a notice holds words of proposal %d that may not be public", p.Index)
			}
		}
	}
	if survey.Promise.KeptOn != "" {
		t.Error("news in between kept the promise of a survey that still runs")
	}
}

// BenchmarkFill is how long the first start of the demo takes; the aim is 10 s.
func BenchmarkFill(b *testing.B) {
	for b.Loop() {
		s := stores(b, dbtest.Open(b, dbtest.SQLite(b)))
		if _, err := Fill(b.Context(), s, anchor, address); err != nil {
			b.Fatal(err)
		}
	}
}

func TestASurveyIsPreparedForPeopleOnAListAndNothingWasSent(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t))
	s := stores(t, d)
	s.Ledger = ledger.New(d)
	filled, err := Fill(t.Context(), s, anchor, address)
	if err != nil {
		t.Fatal(err)
	}
	asked, err := s.Programme.FindSurveyBySlug(t.Context(), filled.Org, "leren-komend-jaar")
	if err != nil {
		t.Fatal(err)
	}
	if phase := asked.Phase(surveys.DateOf(anchor)); phase != surveys.Planned || asked.Mode != surveys.Invited || asked.Invited != 47 {
		t.Errorf("it is %s, %s, with %d people", phase, asked.Mode, asked.Invited)
	}
	list, err := s.Ledger.FindInvitations(t.Context(), filled.Org, asked.ID)
	if err != nil || list.Round != 0 || list.Status != responses.Ready || list.Size() != asked.Invited {
		t.Fatalf("the invitations are %+v (%v)", list, err)
	}
	merged := false
	for _, g := range list.Groups {
		if g.Size() < asked.SmallestGroup {
			t.Errorf("a group has %d people", g.Size())
		}
		merged = merged || g.Values["rol"] == "" && g.Values["afdeling"] == "sociaal_domein"
	}
	if !merged {
		t.Errorf("no group shows how a role is left out: %+v", list.Groups)
	}
	people, err := s.Ledger.ListInvitees(t.Context(), filled.Org, asked.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range people {
		if !strings.HasSuffix(p.Email, "@waterrijk.example") {
			t.Errorf("%s may be somebody's address", p.Email)
		}
	}
}
