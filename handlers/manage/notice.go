package manage

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
	"weerklank.nl/weerklank/surveys/notices"
)

// noticePages make, check and publish what is told to everybody.
type noticePages struct {
	*learner
	all  *page.Template[noticeListPage]
	one  *page.Template[noticePage]
	form *page.Template[noticeFormPage]
	late *page.Template[noticeLatePage]
}

func mountNotices(staff *page.StaffGroup, l *learner) {
	p := &noticePages{l, page.View[noticeListPage](l.kit, files, "notice_list.html"), page.View[noticePage](l.kit, files, "notice.html"),
		page.View[noticeFormPage](l.kit, files, "notice_form.html"), page.View[noticeLatePage](l.kit, files, "notice_late.html")}
	may := surveys.ManageDecisions
	staff.GET("/beheer/terugkoppelingen", surveys.ReadResults, p.showAll)
	staff.POST("/beheer/uitvragen/:id/terugkoppeling", may, p.draft)
	staff.GET("/beheer/uitvragen/:id/later", may, p.lateForm)
	staff.POST("/beheer/uitvragen/:id/later", may, p.publishLate)
	staff.GET("/beheer/terugkoppelingen/:id", surveys.ReadResults, p.show)
	staff.GET("/beheer/terugkoppelingen/:id/tekst", may, p.textForm)
	staff.POST("/beheer/terugkoppelingen/:id/tekst", may, p.keepText)
	staff.GET("/beheer/terugkoppelingen/:id/publiceren", may, p.askPublish)
	staff.POST("/beheer/terugkoppelingen/:id/publiceren", may, p.publish)
	staff.POST("/beheer/terugkoppelingen/:id/mail", may, p.steerMailing)
	staff.GET("/beheer/terugkoppelingen/:id/weg", may, p.askRemove)
	staff.POST("/beheer/terugkoppelingen/:id/weg", may, p.remove)
}

// noticePage is a notice to check before it goes out, and to read afterwards.
type noticePage struct {
	page.Base
	Crumbs    []page.Crumb
	ID        surveys.ID
	Kind      string // a key
	Survey    surveys.Text
	Slug      string
	Asked     surveys.Text
	Said      surveys.Text
	Decided   surveys.Text
	Next      surveys.Text
	Decisions []decisionRow
	Answer    bool // it answers: only then it has the four parts
	Concept   bool
	On        surveys.Date
	Checks    []noticeCheck
	MayChange bool
	Mailing   *mailingPart // of a published one
}

// noticeCheck is one line of what to check before publishing.
type noticeCheck struct {
	Head string // a key
	Text string
	OK   bool
}

// find finds the notice that the address names, with its survey.
func (p *noticePages) find(c *gin.Context) (*notices.Notice, *surveys.Survey, error) {
	n, err := p.Store.FindNotice(c.Request.Context(), page.Org(c).ID, surveys.ID(c.Param("id")))
	if err != nil {
		return nil, nil, err
	}
	s, err := p.Surveys.FindSurvey(c.Request.Context(), n.Org, n.Survey)
	return n, s, err
}

// show handles GET /beheer/terugkoppelingen/:id.
func (p *noticePages) show(c *gin.Context) error {
	n, s, err := p.find(c)
	if err != nil {
		return err
	}
	v := noticePage{Base: p.kit.StaffBase(c), ID: n.ID, Kind: "notice.kind." + string(n.Kind), Survey: s.Title, Slug: s.Slug,
		Answer: n.Kind == notices.FollowUp, Concept: n.PublishedAt.IsZero(), On: n.PublishedOn}
	v.Asked, v.Said, v.Decided, v.Next = n.Asked, n.Said, n.Decided, n.Next
	v.MayChange = v.Concept && v.Staff.May(surveys.ManageDecisions)
	if v.Concept && !v.MayChange {
		return surveys.ErrNotFound
	}
	all, err := p.Store.ListDecisions(c.Request.Context(), n.Org, "")
	if err != nil {
		return err
	}
	for _, id := range n.Decisions {
		for i := range all {
			if all[i].ID == id {
				v.Decisions = append(v.Decisions, decisionRowOf(&all[i]))
			}
		}
	}
	if v.Concept {
		open, err := p.undecided(c, s, all)
		if err != nil {
			return err
		}
		v.Checks = p.checks(v.Lang, n, s, open, v.Today)
	}
	if !v.Concept {
		if v.Mailing, err = p.mailingOf(c, n, v.Staff.May(surveys.ManageDecisions)); err != nil {
			return err
		}
	}
	v.Crumbs = []page.Crumb{{Text: p.kit.Text(v.Lang, "menu.notices", nil), Href: "/beheer/terugkoppelingen"},
		{Text: s.Title.In(v.Lang), Href: "/beheer/uitvragen/" + string(s.ID)}, {Text: p.kit.Text(v.Lang, "notice.one", nil)}}
	return p.one.Render(c, http.StatusOK, v)
}

// undecided is the number of findings of the survey without a decision.
func (p *noticePages) undecided(c *gin.Context, s *surveys.Survey, all []decisions.Decision) (int, error) {
	found, err := p.Store.ListFindings(c.Request.Context(), s.Org, s.ID)
	return len(decisions.Undecided(found, all)), err
}

func (p *noticePages) checks(lang surveys.Lang, n *notices.Notice, s *surveys.Survey, open int, today surveys.Date) []noticeCheck {
	say := func(ok bool, head, key string, args map[string]any) noticeCheck {
		return noticeCheck{Head: "notice.check." + head, Text: p.kit.Text(lang, "notice.check."+key, args), OK: ok}
	}
	words := n.LongestSentence()
	list := []noticeCheck{say(words <= notices.MostWords, "level", "level_text", map[string]any{"Count": words})}
	if n.Kind == notices.FollowUp {
		key := "complete_yes"
		switch {
		case open > 0:
			key = "complete_open"
		case !n.Complete() || len(n.Decisions) == 0:
			key = "complete_no"
		}
		list = append(list, say(key == "complete_yes", "complete", key, map[string]any{"Count": open}))
	}
	list = append(list, say(n.Asked.EN != "" && n.Next.EN != "", "english", englishKey(n), nil), say(true, "safe", "safe_text", map[string]any{"Count": s.SmallestGroup}))
	switch due := s.Promise.Due(); s.Promise.State(today) {
	case surveys.PromiseRunning:
		list = append(list, say(true, "in_time", "in_time_text", map[string]any{"Count": today.Days(due), "Date": due}))
	case surveys.PromiseLate:
		list = append(list, say(false, "in_time", "late_text", map[string]any{"Count": s.Promise.DaysLate(today), "Date": due}))
	default:
		list = append(list, say(true, "in_time", "kept_text", map[string]any{"Date": s.Promise.KeptOn}))
	}
	return list
}

func englishKey(n *notices.Notice) string {
	if n.Asked.EN != "" && n.Next.EN != "" {
		return "english_yes"
	}
	return "english_no"
}

// draft handles POST /beheer/uitvragen/:id/terugkoppeling: a concept from what was
// found and decided; with soort=interim news in between.
func (p *noticePages) draft(c *gin.Context) error {
	ctx := c.Request.Context()
	s, err := p.survey(c)
	if err != nil {
		return err
	}
	found, err := p.Store.ListFindings(ctx, s.Org, s.ID)
	if err != nil {
		return err
	}
	all, err := p.Store.ListDecisions(ctx, s.Org, "")
	if err != nil {
		return err
	}
	decided := about(all, found, s.ID)
	n := notices.Draft(p.NewID(), s, found, decided)
	for _, d := range decisions.InForce(decided) {
		if err := p.tellCourse(c, n, d.Design); err != nil {
			return err
		}
	}
	if typed(c, "soort") == string(notices.Interim) {
		n.Kind = notices.Interim
	}
	if err := p.Store.AddNotice(ctx, n); err != nil {
		return err
	}
	return p.kit.SeeOther(c, "/beheer/terugkoppelingen/"+string(n.ID)+"/tekst", "notice.drafted")
}

// bare is a text without the full stop at its end, to stand inside a sentence of ours.
func bare(text string) string { return strings.TrimRight(strings.TrimSpace(text), ".") }

// tellCourse adds the course that a decision orders to what happens next, with
// who it is for, what it costs a participant and who pays.
func (p *noticePages) tellCourse(c *gin.Context, n *notices.Notice, id surveys.ID) error {
	if id == "" {
		return nil
	}
	d, err := p.Store.FindDesign(c.Request.Context(), n.Org, id)
	if err != nil {
		return err
	}
	say := func(before string, lang surveys.Lang) string {
		text := p.kit.Text(lang, "notice.course", map[string]any{"Title": bare(d.Title.In(lang)), "Audience": bare(d.Audience.In(lang)),
			"Cost": d.CostPerParticipant(), "Funding": bare(fundingName(c, lang, d.Funding)), "Aftercare": bare(d.Aftercare.In(lang))})
		return strings.TrimSpace(before + "\n\n" + text)
	}
	n.Next.NL = say(n.Next.NL, surveys.Dutch)
	if n.Next.EN != "" {
		n.Next.EN = say(n.Next.EN, surveys.English)
	}
	return nil
}

// about are the decisions that belong to a survey or answer one of its findings.
func about(all []decisions.Decision, found []decisions.Finding, survey surveys.ID) []decisions.Decision {
	var about []decisions.Decision
	for _, d := range all {
		belongs := d.Survey == survey
		for _, f := range found {
			for _, id := range d.Findings {
				belongs = belongs || id == f.ID
			}
		}
		if belongs {
			about = append(about, d)
		}
	}
	return about
}

// askPublish handles GET /beheer/terugkoppelingen/:id/publiceren.
func (p *noticePages) askPublish(c *gin.Context) error {
	n, s, err := p.find(c)
	if err != nil {
		return err
	}
	key := "notice.publish"
	if n.Kind == notices.FollowUp && s.Promise.KeptOn == "" {
		key = "notice.publish_keeps"
	}
	return p.ask(c, key, "/beheer/terugkoppelingen/"+string(n.ID), false, map[string]any{"Title": s.Title})
}

// publish handles POST /beheer/terugkoppelingen/:id/publiceren: from here on the
// notice does not change, and an answer keeps the promise.
func (p *noticePages) publish(c *gin.Context) error {
	ctx := c.Request.Context()
	n, s, err := p.find(c)
	if err != nil {
		return err
	}
	all, err := p.Store.ListDecisions(ctx, n.Org, "")
	if err != nil {
		return err
	}
	open, err := p.undecided(c, s, all)
	if err != nil {
		return err
	}
	err = p.Store.PublishNotice(ctx, n.Org, n.ID, func(n *notices.Notice, s *surveys.Survey) error {
		return notices.Publish(n, s, open, "", page.Now(c))
	})
	problems, err := refused(err)
	if err != nil {
		return err
	}
	p.wake()
	here := "/beheer/terugkoppelingen/" + string(n.ID)
	if len(problems) > 0 {
		return p.showForm(c, http.StatusUnprocessableEntity, noticeFormOf(n), n, s, problems)
	}
	return p.kit.SeeOther(c, here, "notice.published_now")
}

// askRemove handles GET /beheer/terugkoppelingen/:id/weg.
func (p *noticePages) askRemove(c *gin.Context) error {
	n, s, err := p.find(c)
	if err != nil {
		return err
	}
	return p.ask(c, "notice.remove", "/beheer/terugkoppelingen/"+string(n.ID), true, map[string]any{"Title": s.Title})
}

// remove handles POST /beheer/terugkoppelingen/:id/weg.
func (p *noticePages) remove(c *gin.Context) error {
	n, _, err := p.find(c)
	if err != nil {
		return err
	}
	if n.Change() != nil {
		return p.kit.SeeOther(c, "/beheer/terugkoppelingen/"+string(n.ID), "notice.published")
	}
	if err := p.Store.RemoveNotice(c.Request.Context(), n.Org, n.ID); err != nil {
		return err
	}
	return p.kit.SeeOther(c, "/beheer/terugkoppelingen", "notice.removed")
}
