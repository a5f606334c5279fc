package notices_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
	"weerklank.nl/weerklank/surveys/notices"
)

var now = time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)

func text(s string) surveys.Text { return surveys.Text{NL: s} }

func survey() *surveys.Survey {
	return &surveys.Survey{ID: "wijkteam", Title: text("Contact met het wijkteam"), Purpose: text("Wij willen het contact verbeteren."),
		OpenedAt: now.AddDate(0, -3, 0), Closes: "2026-10-02", Promise: surveys.Promise{On: "2026-12-01"}}
}

func decision() decisions.Decision {
	return decisions.Decision{ID: "d1", Survey: "wijkteam", Findings: []surveys.ID{"b1"}, Outcome: decisions.Adopted,
		What: text("Elk gesprek eindigt met een blaadje."), Reason: text("Dat kost weinig."), DecidedBy: text("Wethouder Zorg"),
		DecidedOn: "2026-11-17", Next: text("De training begint in februari."), NextOn: "2027-02-04", RecordedAt: now}
}

func draft() *notices.Notice {
	f := decisions.Finding{ID: "b1", Survey: "wijkteam", Statement: text("Veel mensen weten de volgende stap niet.")}
	return notices.Draft("n1", survey(), []decisions.Finding{f}, []decisions.Decision{decision()})
}

func TestADraftIsMadeOfWhatPeopleWrote(t *testing.T) {
	n := draft()
	if !n.Complete() {
		t.Fatal("not complete")
	}
	for part, want := range map[string]string{
		n.Asked.NL: "Wij willen het contact verbeteren.", n.Said.NL: "weten de volgende stap niet",
		n.Decided.NL: "Elk gesprek eindigt met een blaadje. Dat kost weinig.", n.Next.NL: "februari",
	} {
		if !strings.Contains(part, want) {
			t.Errorf("%q lacks %q", part, want)
		}
	}
	if words := n.LongestSentence(); words != 7 {
		t.Errorf("longest sentence %d words, want 7", words)
	}
}

func TestAnAnswerKeepsThePromise(t *testing.T) {
	n, s := draft(), survey()
	if err := notices.Publish(n, s, 0, "", now); err != nil {
		t.Fatal(err)
	}
	if s.Promise.State("2026-11-25") != surveys.PromiseKept || n.PublishedOn != "2026-11-25" {
		t.Errorf("promise %s, published on %s", s.Promise.State("2026-11-25"), n.PublishedOn)
	}
	if err := n.Change(); err == nil {
		t.Error("a published notice may be changed")
	}
	if err := notices.Publish(n, s, 0, "", now); err == nil {
		t.Error("published twice")
	}
}

func TestAnAnswerIsNotPublished(t *testing.T) {
	for name, spoil := range map[string]func(*notices.Notice) int{
		"while a finding has no decision": func(*notices.Notice) int { return 1 },
		"without a decision":              func(n *notices.Notice) int { n.Decisions = nil; return 0 },
		"without what people said":        func(n *notices.Notice) int { n.Said = text(""); return 0 },
		"without what happens next":       func(n *notices.Notice) int { n.Next = text(""); return 0 },
	} {
		t.Run(name, func(t *testing.T) {
			n, s := draft(), survey()
			if err := notices.Publish(n, s, spoil(n), "", now); !errors.As(err, new(surveys.Invalid)) {
				t.Errorf("Publish() = %v, want a refusal", err)
			}
			if s.Promise.KeptOn != "" {
				t.Error("the promise is kept all the same")
			}
		})
	}
}

func TestALateNoticeMovesThePromiseAndLeavesItLate(t *testing.T) {
	s := survey()
	s.Promise.On = "2026-11-20"
	n := &notices.Notice{Kind: notices.Late, Asked: text("Wij vroegen naar de afvalpas."), Next: text("De raad wil eerst de kosten weten.")}
	if err := notices.Publish(n, s, 2, "2026-12-11", now); err != nil {
		t.Fatal(err)
	}
	if s.Promise.State("2026-11-25") != surveys.PromiseLate || s.Promise.Expected() != "2026-12-11" || s.Promise.Moves[0].Reason != n.Next {
		t.Errorf("%+v", s.Promise)
	}
}

func TestAStoryTellsTheNewestAnswerAndTheDecisionsThatHoldInIt(t *testing.T) {
	s := survey()
	first, second, late := draft(), draft(), &notices.Notice{Survey: s.ID, Kind: notices.Late, PublishedAt: now.AddDate(0, 0, -7)}
	old, replacing := decision(), decision()
	replacing.ID, replacing.Replaces = "d2", old.ID
	first.PublishedAt, second.PublishedAt = now, now.AddDate(0, 1, 0)
	second.ID, second.Decisions = "n2", []surveys.ID{"d2"}
	story := notices.Tell(s, []notices.Notice{*first, *second, *late}, []decisions.Decision{old, replacing}, "2026-11-25")
	if len(story.Published) != 3 || story.Answer != &story.Published[0] || story.Answer.ID != "n2" || story.Published[2].Kind != notices.Late {
		t.Errorf("told, newest first: %+v", story.Published)
	}
	if len(story.Decisions) != 1 || story.Decisions[0].ID != "d2" {
		t.Errorf("it tells of %+v", story.Decisions)
	}
}

func TestAStoryKnowsWhereTheLoopStands(t *testing.T) {
	told := []notices.Notice{{Survey: survey().ID, Kind: notices.Interim, PublishedAt: now}}
	for name, c := range map[string]struct {
		step    int
		notices []notices.Notice
		change  func(*surveys.Survey)
	}{
		"answering while it runs":             {notices.Answering, nil, func(s *surveys.Survey) { s.Closes = "2026-12-31" }},
		"learning once it closed":             {notices.Learning, nil, func(*surveys.Survey) {}},
		"deciding once anything was told":     {notices.Deciding, told, func(*surveys.Survey) {}},
		"doing it once the promise is kept":   {notices.Training, told, func(s *surveys.Survey) { s.KeepPromise("2026-11-20") }},
		"answering, whatever was told of yet": {notices.Answering, told, func(s *surveys.Survey) { s.Closes = "2026-12-31" }},
	} {
		s := survey()
		s.Opens, s.Closes, s.OpenedAt, s.Promise.KeptOn = "2026-10-01", "2026-11-01", now.AddDate(0, -2, 0), ""
		c.change(s)
		if story := notices.Tell(s, c.notices, nil, "2026-11-25"); story.Step != c.step {
			t.Errorf("%s: step %d, want %d", name, story.Step, c.step)
		}
	}
}

func TestAStoryTellsWhatWasPublishedAndNothingElse(t *testing.T) {
	n, s := draft(), survey()
	concept := *n
	if story := notices.Tell(s, []notices.Notice{concept}, []decisions.Decision{decision()}, "2026-11-25"); story.Answer != nil {
		t.Error("a concept is told")
	}
	if err := notices.Publish(n, s, 0, "", now); err != nil {
		t.Fatal(err)
	}
	story := notices.Tell(s, []notices.Notice{concept, *n}, []decisions.Decision{decision()}, "2026-11-25")
	if story.Answer == nil || len(story.Decisions) != 1 || story.NextOn != "2027-02-04" || story.Promise != surveys.PromiseKept {
		t.Errorf("%+v", story)
	}
}
