package admin

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

// keepingPage is how long what is kept, what goes soon, and what was deleted.
type keepingPage struct {
	page.Base
	Soon, Gone, Kept []page.KeptRow
	OfStaff          []goneRow // the newest first
	Periods          []page.PeriodRow
	MayManage        bool // the surveys
	MaySet           bool // the periods
}

// goneRow is a deletion of what is kept of staff: of the trail, or of accounts.
type goneRow struct{ surveys.Erasure }

// Key is its text.
func (r goneRow) Key() string {
	if r.Kind == surveys.KeptAccounts {
		return "keep.gone_of.accounts"
	}
	return "keep.gone_of.audit"
}

// periodsPage sets the organisation's periods and what its register says.
type periodsPage struct {
	page.Base
	Periods  []page.PeriodRow
	Register surveys.Register
}

func (p *pages) mountKeeping(s *page.StaffGroup) {
	s.GET("/beheer/bewaren", surveys.ReadKeeping, p.showKeeping)
	s.GET("/beheer/bewaren/register", surveys.ReadKeeping, p.showRegister)
	s.GET("/beheer/bewaren/dpia", surveys.ReadKeeping, p.showDPIA)
	s.GET("/beheer/bewaren/termijnen", surveys.ManageSettings, p.showPeriods)
	s.POST("/beheer/bewaren/termijnen", surveys.ManageSettings, p.changePeriods)
	s.GET("/beheer/account/gegevens", surveys.OwnAccount, p.ownData)
}

// showKeeping handles GET /beheer/bewaren.
func (p *pages) showKeeping(c *gin.Context) error {
	org := page.Org(c)
	all, err := p.surveys.ListSurveys(c.Request.Context(), org.ID)
	if err != nil {
		return fmt.Errorf("list surveys: %w", err)
	}
	v := keepingPage{Base: p.kit.StaffBase(c), Periods: page.PeriodRows(surveys.KeptKinds, org.Keeping.Periods)}
	v.MayManage, v.MaySet = v.Staff.May(surveys.ManageSurveys), v.Staff.May(surveys.ManageSettings)
	for i := range all {
		if all[i].OpenedAt.IsZero() {
			continue
		}
		for _, row := range page.KeptRows(&all[i], org.Keeping.Periods) {
			switch {
			case row.Announced():
				v.Soon = append(v.Soon, row)
			case row.Gone():
				v.Gone = append(v.Gone, row)
			default:
				v.Kept = append(v.Kept, row)
			}
		}
	}
	slices.SortStableFunc(v.Soon, func(a, b page.KeptRow) int { return cmp.Compare(a.On, b.On) })
	slices.SortStableFunc(v.Gone, func(a, b page.KeptRow) int { return cmp.Compare(b.On, a.On) })
	slices.SortStableFunc(v.Kept, func(a, b page.KeptRow) int { return cmp.Compare(a.Until, b.Until) })
	for _, e := range slices.Backward(org.Keeping.Erasures) {
		v.OfStaff = append(v.OfStaff, goneRow{e})
	}
	return p.keeping.Render(c, http.StatusOK, v)
}

// showPeriods handles GET /beheer/bewaren/termijnen.
func (p *pages) showPeriods(c *gin.Context) error {
	k := &page.Org(c).Keeping
	return p.periods.Render(c, http.StatusOK, periodsPage{p.kit.StaffBase(c), page.PeriodRows(surveys.KeptKinds, k.Periods), k.Register})
}

// changePeriods handles POST /beheer/bewaren/termijnen.
func (p *pages) changePeriods(c *gin.Context) error {
	typed := func(name string) string { return strings.TrimSpace(c.PostForm(name)) }
	v := periodsPage{Base: p.kit.StaffBase(c), Register: surveys.Register{
		Controller: typed("controller"), Contact: typed("contact"), Officer: typed("officer"), Processors: typed("processors"),
		Outside: typed("outside"), Measures: typed("measures"), AskedAdvice: typed("asked_advice"), Risks: typed("risks"),
	}}
	rows, periods, wrong := page.ReadPeriods(c, surveys.KeptKinds, nil)
	v.Periods = rows
	err := wrong.Err()
	if err == nil {
		err = p.store.ChangeOrganisation(c.Request.Context(), page.Org(c).ID, func(o *surveys.Organisation) error { return o.Keep(periods, v.Register) })
	}
	if errors.As(err, &v.Problems) {
		return p.periods.Render(c, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return fmt.Errorf("change periods: %w", err)
	}
	p.kit.OrganisationChanged()
	return p.kit.SeeOther(c, "/beheer/bewaren", "keep.periods_changed")
}
