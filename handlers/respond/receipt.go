package respond

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/notices"
	"weerklank.nl/weerklank/surveys/responses"
)

// receiptPage is the respondent's own page: what was asked, said, decided and why,
// what happens next and when, for the holder of a receipt code.
type receiptPage struct {
	page.Base
	Survey  string
	State   surveys.PromiseState
	Promise surveys.Date // the day that counts
	Kept    surveys.Date // the day on which it was kept
	Newer   surveys.Date // the day to expect it now, when it is late
	Reason  string       // of the last move
	Days    int          // late
	Notices []receiptNotice
	Mine    []receiptDecision // about questions that this respondent answered, where the survey lets the code show that
	Others  []receiptDecision
	Step    int // of the loop
	Answers bool
	Rows    []answerRow
	Code    string // to withdraw; it stands in the page only
	Typed   string // the code typed once more
}

// receiptNotice is one published notice.
type receiptNotice struct {
	Kind                       notices.Kind
	On                         surveys.Date
	Asked, Said, Decided, Next []string
}

// storyPart is one part of a notice's story; Key is its heading.
type storyPart struct {
	Key   string
	Lines []string
}

// Title is the key of the heading over the notice.
func (n receiptNotice) Title() string { return "respond.notice." + string(n.Kind) }

// Parts are the parts of the story that the notice tells.
func (n receiptNotice) Parts() []storyPart {
	var parts []storyPart
	for _, part := range []storyPart{
		{"respond.receipt.asked", n.Asked}, {"respond.receipt.said", n.Said},
		{"respond.receipt.decided", n.Decided}, {"respond.receipt.next", n.Next},
	} {
		if len(part.Lines) > 0 {
			parts = append(parts, part)
		}
	}
	return parts
}

// receiptDecision is one recorded decision, with its reason.
type receiptDecision struct {
	Tone, Outcome string // of the badge; Outcome is a key
	What          string
	Reason        []string
	By            string
	On            surveys.Date
	Next          string
	NextOn        surveys.Date
}

var outcomeTones = map[decisions.Outcome]string{
	decisions.Adopted: "success", decisions.Adapted: "success", decisions.AlreadyDone: "success",
	decisions.NotAdopted: "neutral", decisions.Parked: "neutral",
}

// Changes says that answers that were sent cannot be changed.
func (receiptPage) Changes() bool { return false }

// showReceipt answers with the page of the response. typed and wrong are of the
// form that withdraws.
func (p *pages) showReceipt(c *gin.Context, r *responses.Response, code responses.ReceiptCode, typed string, wrong surveys.Invalid) error {
	ctx, org, lang, today := c.Request.Context(), page.Org(c).ID, page.Language(c), page.Today(c)
	s, err := p.programme.FindSurvey(ctx, org, r.Survey)
	if err != nil {
		return fmt.Errorf("find survey of a response: %w", err)
	}
	groups := code.Groups()
	filled := receiptPage{
		Base: p.codeBase(c), Survey: s.Title.In(lang), State: s.Promise.State(today), Promise: s.Promise.Due(), Kept: s.Promise.KeptOn,
		Days: s.Promise.DaysLate(today), Code: strings.Join(groups[:], " "), Typed: typed,
	}
	filled.Problems = wrong
	if expected := s.Promise.Expected(); expected != filled.Promise {
		filled.Newer = expected
	}
	if n := len(s.Promise.Moves); n > 0 {
		filled.Reason = s.Promise.Moves[n-1].Reason.In(lang)
	}
	if err := p.readLoop(ctx, &filled, s, r, today); err != nil {
		return err
	}
	if s.OwnAnswers {
		if err := p.ownAnswers(c, &filled, s, r); err != nil {
			return err
		}
	}
	return p.receiptView.Render(c, filled.FormStatus(), filled)
}

// readLoop fills in what was done with the response, as everybody may read it. Which of
// the decisions are about what this respondent answered is told only where the survey
// shows own answers: a question may have been asked of those alone who answered another
// one in some way, and whoever asks a colleague for their code would learn how.
func (p *pages) readLoop(ctx context.Context, filled *receiptPage, s *surveys.Survey, r *responses.Response, today surveys.Date) error {
	found, err := p.programme.ListFindings(ctx, s.Org, s.ID)
	if err != nil {
		return fmt.Errorf("list findings: %w", err)
	}
	decided, err := p.programme.ListDecisions(ctx, s.Org, "") // one decision may answer several surveys
	if err != nil {
		return fmt.Errorf("list decisions: %w", err)
	}
	all, err := p.programme.ListNotices(ctx, s.Org, s.ID)
	if err != nil {
		return fmt.Errorf("list notices: %w", err)
	}
	story := notices.Tell(s, all, decided, today)
	for _, n := range story.Published {
		filled.Notices = append(filled.Notices, receiptNotice{
			Kind: n.Kind, On: n.PublishedOn,
			Asked: lines(n.Asked, filled.Lang), Said: lines(n.Said, filled.Lang), Decided: lines(n.Decided, filled.Lang), Next: lines(n.Next, filled.Lang),
		})
	}
	for i := range story.Decisions {
		d := &story.Decisions[i]
		row := receiptDecision{
			Tone: outcomeTones[d.Outcome], Outcome: "respond.outcome." + string(d.Outcome), What: d.What.In(filled.Lang), Reason: lines(d.Reason, filled.Lang),
			By: d.DecidedBy.In(filled.Lang), On: d.DecidedOn, Next: d.Next.In(filled.Lang), NextOn: d.NextOn,
		}
		if s.OwnAnswers && answers(r, found, d) {
			filled.Mine = append(filled.Mine, row)
		} else {
			filled.Others = append(filled.Others, row)
		}
	}
	filled.Step = story.Step
	return nil
}

// answers tells whether a decision answers a finding about a question that was
// answered in the response.
func answers(r *responses.Response, found []decisions.Finding, d *decisions.Decision) bool {
	return slices.ContainsFunc(found, func(f decisions.Finding) bool {
		return slices.Contains(d.Findings, f.ID) && slices.ContainsFunc(f.Evidence, func(e disclosure.Evidence) bool { return r.Answers[e.Question] != "" })
	})
}

// ownAnswers shows what was sent, where the survey allows it.
func (p *pages) ownAnswers(c *gin.Context, filled *receiptPage, s *surveys.Survey, r *responses.Response) error {
	v := &visit{survey: s, key: versionKey{s.Org, s.Questionnaire, r.Version}, sitting: &responses.Sitting{Version: r.Version, Lang: filled.Lang, Answers: maps.Clone(r.Answers)}}
	var err error
	if v.form, err = p.formOf(c.Request.Context(), v.key); err != nil {
		return err
	}
	v.evaluate(c)
	for _, row := range p.rowsOf(v) {
		if row.Value != "" {
			filled.Rows = append(filled.Rows, row)
		}
	}
	filled.Answers = true
	return nil
}
