package manage

import (
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

// unusualRow says that unusually many submissions came on a day: by a way in to the
// survey of the page, or to a survey. How many nobody knows.
type unusualRow struct {
	Way       string
	Href      string
	Title     surveys.Text
	Day       surveys.Date
	Yesterday bool
}

// unusualFor is for how many days the overview tells of an unusual day.
const unusualFor = 7

// budgetOf reads what was chosen; what is no number is none of the budgets.
func budgetOf(typed string) int {
	n, err := strconv.Atoi(typed)
	if err != nil && typed != "" {
		return -1
	}
	return n
}

// unusual are the unusual days of the ways in to a survey.
func (p *surveyPages) unusual(c *gin.Context, survey surveys.ID, ways []surveys.Collector) ([]unusualRow, error) {
	today, lang := page.Today(c), page.Language(c)
	list, err := p.deps.Ask.ListUnusual(c.Request.Context(), page.Org(c).ID, survey, "", today)
	var rows []unusualRow
	for _, u := range list {
		row := unusualRow{Way: p.kit.Text(lang, "watch.plain_link", nil), Day: u.Day, Yesterday: u.Day.AddDays(1) == today}
		if at := slices.IndexFunc(ways, func(w surveys.Collector) bool { return w.ID == u.Collector }); at >= 0 {
			row.Way = ways[at].Name.In(lang)
		} else if u.Collector != "" {
			row.Way = p.kit.Text(lang, "watch.removed_way", nil)
		}
		rows = append(rows, row)
	}
	return rows, err
}

// unusual are the surveys that had an unusual day lately.
func (p *overviewPages) unusual(c *gin.Context, all []surveys.Survey) ([]unusualRow, error) {
	today := page.Today(c)
	list, err := p.deps.Ask.ListUnusual(c.Request.Context(), page.Org(c).ID, "", today.AddDays(-unusualFor), today)
	var rows []unusualRow
	told := map[surveys.ID]bool{}
	for _, u := range list {
		at := slices.IndexFunc(all, func(s surveys.Survey) bool { return s.ID == u.Survey })
		if at < 0 || told[u.Survey] {
			continue
		}
		told[u.Survey] = true
		rows = append(rows, unusualRow{Href: "/beheer/uitvragen/" + string(u.Survey), Title: all[at].Title, Day: u.Day})
	}
	return rows, err
}
