package manage

import (
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/notices"
)

// noticeListPage is every survey with its promise and what was told: late first.
type noticeListPage struct {
	page.Base
	Surveys   []noticeSurvey
	MayChange bool
}

type noticeSurvey struct {
	ID       surveys.ID
	Title    surveys.Text
	StateKey string
	Tone     string
	Days     int // late
	Due      surveys.Date
	Expected surveys.Date // when it differs from Due
	KeptOn   surveys.Date
	Notices  []noticeRow
	CanTell  bool // the promise is not kept yet
	Closed   bool
	rank     int
}

type noticeRow struct {
	ID      surveys.ID
	Kind    string // a key
	On      surveys.Date
	Concept bool
	Text    surveys.Text
}

// showAll handles GET /beheer/terugkoppelingen.
func (p *noticePages) showAll(c *gin.Context) error {
	ctx, org := c.Request.Context(), page.Org(c).ID
	asked, err := p.Surveys.ListSurveys(ctx, org)
	if err != nil {
		return err
	}
	told, err := p.Store.ListNotices(ctx, org, "")
	if err != nil {
		return err
	}
	v := noticeListPage{Base: p.kit.StaffBase(c)}
	v.MayChange = v.Staff.May(surveys.ManageDecisions)
	for i := range asked {
		if !asked[i].OpenedAt.IsZero() {
			v.Surveys = append(v.Surveys, noticeSurveyOf(&asked[i], told, v.Today, v.MayChange))
		}
	}
	slices.SortStableFunc(v.Surveys, func(a, b noticeSurvey) int {
		switch {
		case a.rank != b.rank:
			return a.rank - b.rank
		case a.rank == 2 && a.KeptOn != b.KeptOn:
			if a.KeptOn > b.KeptOn {
				return -1
			}
			return 1
		case a.Due < b.Due:
			return -1
		case a.Due > b.Due:
			return 1
		}
		return 0
	})
	return p.all.Render(c, http.StatusOK, v)
}

func noticeSurveyOf(s *surveys.Survey, told []notices.Notice, today surveys.Date, concepts bool) noticeSurvey {
	state := s.Promise.State(today)
	v := noticeSurvey{ID: s.ID, Title: s.Title, StateKey: "notice.state." + string(state), Due: s.Promise.Due(), KeptOn: s.Promise.KeptOn,
		Days: s.Promise.DaysLate(today), CanTell: s.Promise.KeptOn == "", Closed: s.Phase(today) == surveys.Closed}
	if e := s.Promise.Expected(); e != v.Due {
		v.Expected = e
	}
	switch state {
	case surveys.PromiseLate:
		v.Tone, v.rank = "danger", 0
	case surveys.PromiseRunning:
		v.Tone, v.rank = "neutral", 1
	default:
		v.Tone, v.rank = "success", 2
	}
	for _, n := range told {
		concept := n.PublishedAt.IsZero()
		if n.Survey == s.ID && (concepts || !concept) {
			text := n.Decided
			if text.Empty() {
				text = n.Next
			}
			v.Notices = append(v.Notices, noticeRow{n.ID, "notice.kind." + string(n.Kind), n.PublishedOn, concept, text})
		}
	}
	return v
}
