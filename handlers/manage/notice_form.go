package manage

import (
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
	"weerklank.nl/weerklank/surveys/notices"
)

// noticeFormPage is the text of a notice, as it was typed.
type noticeFormPage struct {
	page.Base
	Crumbs    []page.Crumb
	ID        surveys.ID
	Survey    surveys.Text
	Answer    bool // it answers: then all four parts are needed
	Revision  string
	Asked     string
	AskedEN   string
	Said      string
	SaidEN    string
	Decided   string
	DecidedEN string
	Next      string
	NextEN    string
	Chosen    []string
	Decisions []page.Option
}

func noticeFormOf(n *notices.Notice) noticeFormPage {
	v := noticeFormPage{Revision: strconv.Itoa(n.Revision), Asked: n.Asked.NL, AskedEN: n.Asked.EN, Said: n.Said.NL, SaidEN: n.Said.EN, Decided: n.Decided.NL, DecidedEN: n.Decided.EN,
		Next: n.Next.NL, NextEN: n.Next.EN}
	for _, id := range n.Decisions {
		v.Chosen = append(v.Chosen, string(id))
	}
	return v
}

// textForm handles GET /beheer/terugkoppelingen/:id/tekst.
func (p *noticePages) textForm(c *gin.Context) error {
	n, s, err := p.find(c)
	if err != nil {
		return err
	}
	if n.Change() != nil {
		return p.kit.SeeOther(c, "/beheer/terugkoppelingen/"+string(n.ID), "")
	}
	return p.showForm(c, http.StatusOK, noticeFormOf(n), n, s, nil)
}

// keepText handles POST /beheer/terugkoppelingen/:id/tekst.
func (p *noticePages) keepText(c *gin.Context) error {
	n, _, err := p.find(c)
	if err != nil {
		return err
	}
	known, err := p.decisionOptions(c, n)
	if err != nil {
		return err
	}
	err = p.Store.ChangeNotice(c.Request.Context(), n.Org, n.ID, func(n *notices.Notice) error {
		if n.Change() != nil || strconv.Itoa(n.Revision) != typed(c, "revision") {
			return surveys.ErrChangedMeanwhile
		}
		n.Asked, n.Said, n.Decided, n.Next = typedText(c, "asked"), typedText(c, "said"), typedText(c, "decided"), typedText(c, "next")
		n.Decisions = nil
		for _, id := range c.PostFormArray("decisions") {
			for _, o := range known {
				if o.Value == id {
					n.Decisions = append(n.Decisions, surveys.ID(id))
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.kit.SeeOther(c, "/beheer/terugkoppelingen/"+string(n.ID), "notice.kept")
}

// decisionOptions are the recorded decisions that the notice may tell of.
func (p *noticePages) decisionOptions(c *gin.Context, n *notices.Notice) ([]page.Option, error) {
	ctx := c.Request.Context()
	found, err := p.Store.ListFindings(ctx, n.Org, n.Survey)
	if err != nil {
		return nil, err
	}
	all, err := p.Store.ListDecisions(ctx, n.Org, "")
	if err != nil {
		return nil, err
	}
	return page.TextOptions(decisions.InForce(about(all, found, n.Survey)), func(d decisions.Decision) (string, string) {
		return string(d.ID), d.What.In(page.Language(c))
	}), nil
}

func (p *noticePages) showForm(c *gin.Context, status int, v noticeFormPage, n *notices.Notice, s *surveys.Survey, problems surveys.Invalid) error {
	v.Base = p.kit.StaffBase(c)
	v.Problems, v.ID, v.Survey, v.Answer = problems, n.ID, s.Title, n.Kind == notices.FollowUp
	var err error
	if v.Decisions, err = p.decisionOptions(c, n); err != nil {
		return err
	}
	v.Crumbs = []page.Crumb{{Text: p.kit.Text(v.Lang, "menu.notices", nil), Href: "/beheer/terugkoppelingen"},
		{Text: s.Title.In(v.Lang), Href: "/beheer/uitvragen/" + string(s.ID)}, {Text: p.kit.Text(v.Lang, "notice.one", nil)}}
	return p.form.Render(c, status, v)
}

// noticeLatePage tells that it takes longer, and until when.
type noticeLatePage struct {
	page.Base
	Crumbs []page.Crumb
	Survey surveys.ID
	Title  surveys.Text
	Due    surveys.Date
	Named  surveys.Date // a day that was named after Due had passed; "" otherwise
	Late   bool
	To     string
	Why    string
	WhyEN  string
}

// lateForm handles GET /beheer/uitvragen/:id/later.
func (p *noticePages) lateForm(c *gin.Context) error {
	s, err := p.survey(c)
	if err != nil {
		return err
	}
	return p.showLate(c, http.StatusOK, noticeLatePage{}, s, nil)
}

// publishLate handles POST /beheer/uitvragen/:id/later: it publishes the notice and
// moves the promise, in one transaction, or does neither.
func (p *noticePages) publishLate(c *gin.Context) error {
	ctx, now := c.Request.Context(), page.Now(c)
	s, err := p.survey(c)
	if err != nil {
		return err
	}
	v := noticeLatePage{To: typed(c, "to"), Why: typed(c, "why"), WhyEN: typed(c, "why_en")}
	var wrong surveys.Invalid
	to, readable := p.kit.ParseDate(v.To)
	wrong.Require(readable, "to", "notice.late.unreadable_day")
	wrong.Require(v.Why != "", "why", "notice.late.no_reason")
	n := &notices.Notice{ID: p.NewID(), Org: s.Org, Survey: s.ID, Kind: notices.Late, Asked: s.Purpose, Next: surveys.Text{NL: v.Why, EN: v.WhyEN}}
	if n.Asked.Empty() {
		n.Asked = s.Title
	}
	if len(wrong) == 0 {
		problems, err := refused(p.Store.AddPublished(ctx, n, func(n *notices.Notice, s *surveys.Survey) error {
			return notices.Publish(n, s, 0, to, now)
		}))
		if err != nil {
			return err
		}
		if len(problems) > 0 {
			wrong.Add("to", "notice.late.refused")
		}
	}
	if len(wrong) > 0 {
		return p.showLate(c, http.StatusUnprocessableEntity, v, s, wrong)
	}
	p.wake()
	return p.kit.SeeOther(c, "/beheer/terugkoppelingen/"+string(n.ID), "notice.late.told", "Date", to)
}

func (p *noticePages) showLate(c *gin.Context, status int, v noticeLatePage, s *surveys.Survey, problems surveys.Invalid) error {
	v.Base = p.kit.StaffBase(c)
	v.Problems, v.Survey, v.Title, v.Due = problems, s.ID, s.Title, s.Promise.Due()
	if named := s.Promise.Expected(); named != v.Due {
		v.Named = named
	}
	v.Late = s.Promise.State(v.Today) == surveys.PromiseLate
	v.Crumbs = []page.Crumb{{Text: p.kit.Text(v.Lang, "menu.notices", nil), Href: "/beheer/terugkoppelingen"},
		{Text: s.Title.In(v.Lang), Href: "/beheer/uitvragen/" + string(s.ID)}, {Text: p.kit.Text(v.Lang, "notice.late.crumb", nil)}}
	return p.late.Render(c, status, v)
}
