package respond

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/training"
)

// profilePage shows somebody's own importance, level and gap per competence, and
// the courses that fit. It exists in this answer alone: nothing of it is stored.
type profilePage struct {
	page.Base
	speech
	Slug    string
	Sealed  string
	Largest string // the name of the competence with the largest gap; "" without a gap
	Rows    []profileRow
	Courses []fittingCourse
	Other   surveys.Lang
}

// profileRow is one competence; importance and level run from 1 to 5.
type profileRow struct {
	Name              string
	Importance, Level int
	Gap               int    // importance minus level
	GapKey            string // of the catalogue: none, more than needed, or so many steps
	Warn              bool
	Range             string // paths of the drawing
	ImportanceDot     string
	LevelDot          string
	Same              bool
}

// fittingCourse is a course of the catalogue that fits one or more gaps.
type fittingCourse struct {
	Title, Summary, Fits, Funding string
	Sessions                      int
	Hours                         float64
}

// Bounds of the profile.
const (
	leastImportance = 3 // a gap counts from "important" on
	mostCourses     = 6
)

// profile answers the button on the thank-you page. It may be asked as long as the
// page opens, also after the survey closed: nothing is sent.
func (p *pages) profile(c *gin.Context, v *visit) error {
	if len(v.form.profile) == 0 {
		return fmt.Errorf("survey has no profile: %w", surveys.ErrNotFound)
	}
	lang, org := v.sitting.Lang, page.Org(c).ID
	if asked := surveys.Lang(c.Request.PostForm.Get("taal")); asked == surveys.Dutch || asked == surveys.English {
		lang, v.sitting.Lang = asked, asked
	}
	competences, err := p.programme.ListCompetences(c.Request.Context(), org)
	if err != nil {
		return fmt.Errorf("list competences: %w", err)
	}
	courses, err := p.programme.ListCourses(c.Request.Context(), org)
	if err != nil {
		return fmt.Errorf("list courses: %w", err)
	}
	names := map[string]string{}
	for _, k := range competences {
		names[k.ID] = k.Name.In(lang)
	}
	sealed, err := p.appendSealed(nil, c, v)
	if err != nil {
		return err
	}
	filled := profilePage{Base: p.stepBase(c, lang), speech: speech{v.form.informal}, Slug: v.survey.Slug, Sealed: string(sealed), Other: otherLang(lang)}
	gaps := map[string]int{}  // gap by competence, where it counts
	level := map[string]int{} // level by competence, where there is a gap
	for _, r := range v.form.profile {
		importance, ok1 := score(v, r.importance)
		now, ok2 := score(v, r.level)
		if !ok1 || !ok2 {
			continue
		}
		row := newProfileRow(names[r.competence], importance, now)
		if row.Name == "" {
			row.Name = v.state.Text(r.importance.Label, string(lang))
		}
		if row.Gap > 0 && importance >= leastImportance {
			gaps[r.competence], level[r.competence] = row.Gap, now
			row.Warn = row.Gap > 1
		}
		filled.Rows = append(filled.Rows, row)
	}
	slices.SortStableFunc(filled.Rows, func(a, b profileRow) int {
		if a.Gap != b.Gap {
			return b.Gap - a.Gap
		}
		return b.Importance - a.Importance
	})
	if len(filled.Rows) > 0 && filled.Rows[0].Gap > 0 {
		filled.Largest = filled.Rows[0].Name
	}
	filled.Courses = fitting(courses, gaps, level, names, lang)
	c.Header("Cache-Control", "no-store")
	return p.profileView.Render(c, http.StatusOK, filled)
}

// score is the number that the chosen answer counts for; none where the answer is
// "not applicable" or missing.
func score(v *visit, fl *questionnaire.Field) (int, bool) {
	value := v.state.Value(fl.Name)
	if value == "" || fl.List == nil {
		return 0, false
	}
	for _, ch := range fl.List.Choices {
		if ch.Name == value && ch.Score != nil && ch.Missing == "" {
			return int(*ch.Score), true
		}
	}
	return 0, false
}

func newProfileRow(name string, importance, level int) profileRow {
	row := profileRow{Name: name, Importance: importance, Level: level, Gap: importance - level, Same: importance == level}
	switch {
	case row.Gap > 0:
		row.GapKey = "respond.profile.gap_steps"
	case row.Gap < 0:
		row.GapKey = "respond.profile.gap_more"
	default:
		row.GapKey = "respond.profile.gap_none"
	}
	low, high := min(importance, level), max(importance, level)
	row.Range = "M" + place(low) + " 9H" + place(high)
	row.ImportanceDot = "M" + place(importance) + " 9h.01"
	row.LevelDot = "M" + place(level) + " 9h.01"
	return row
}

// place is where a step from 1 to 5 stands on a drawing of 100 wide.
func place(step int) string {
	return []string{"5", "5", "27.5", "50", "72.5", "95"}[min(max(step, 0), 5)]
}

// fitting are the courses of which a goal begins at or below the own level of a
// competence with a gap, and ends above it: those that fit most gaps first, and
// among equals the largest gap.
func fitting(courses []training.Course, gaps, level map[string]int, names map[string]string, lang surveys.Lang) []fittingCourse {
	type match struct {
		course      *training.Course
		fits        []string
		count, most int
	}
	var matches []match
	for i := range courses {
		m := match{course: &courses[i]}
		for _, goal := range courses[i].Goals {
			gap := gaps[goal.Competence]
			if gap == 0 || goal.From > level[goal.Competence] || goal.To <= level[goal.Competence] {
				continue
			}
			m.fits = append(m.fits, names[goal.Competence])
			m.count++
			m.most = max(m.most, gap)
		}
		if m.count > 0 {
			matches = append(matches, m)
		}
	}
	slices.SortStableFunc(matches, func(a, b match) int {
		if a.most != b.most {
			return b.most - a.most
		}
		return b.count - a.count
	})
	var fits []fittingCourse
	for _, m := range matches[:min(len(matches), mostCourses)] {
		fits = append(fits, fittingCourse{
			Title: m.course.Title.In(lang), Summary: m.course.Summary.In(lang), Fits: strings.ToLower(strings.Join(m.fits, ", ")),
			Funding: m.course.FundingText.In(lang), Sessions: m.course.Sessions, Hours: m.course.Hours,
		})
	}
	return fits
}
