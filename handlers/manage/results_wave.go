package manage

import (
	"slices"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// mostWaves is how many surveys of one questionnaire stand beside each other.
const mostWaves = 4

// wave is a survey of a questionnaire that was put to people several times, with its
// newest release.
type wave struct {
	survey  *surveys.Survey
	release *disclosure.Release
}

// waves are the surveys of the same questionnaire that opened earlier, the oldest
// first, and last the survey itself. Those that the reader may not see are left out.
func (l *learner) waves(c *gin.Context, s *surveys.Survey, r *disclosure.Release) ([]wave, error) {
	all, err := l.Surveys.ListSurveys(c.Request.Context(), s.Org)
	if err != nil {
		return nil, err
	}
	reader := page.Staff(c)
	var waves []wave
	for i := range slices.Backward(all) { // they are in order of their first day
		one := &all[i]
		seen := reader.MayIn(surveys.ReadResults, one.ID) || one.ShownToCouncil(reader)
		if one.ID == s.ID || one.Questionnaire != s.Questionnaire || one.OpenedAt.IsZero() || one.Opens > s.Opens || !seen {
			continue
		}
		release, err := l.release(c, one.ID)
		if err != nil {
			return nil, err
		}
		if release != nil && len(waves) < mostWaves-1 {
			waves = append(waves, wave{one, release})
		}
	}
	slices.Reverse(waves)
	return append(waves, wave{s, r}), nil
}

// reworded tells whether two waves ask a question in other words.
func (l *learner) reworded(c *gin.Context, before, after *surveys.Survey, question string) (bool, error) {
	if before.Version == after.Version {
		return false, nil
	}
	was, err := l.form(c, compiledKey{before.Org, before.Questionnaire, before.Version})
	if err != nil {
		return false, err
	}
	is, err := l.form(c, compiledKey{after.Org, after.Questionnaire, after.Version})
	if err != nil {
		return false, err
	}
	return questionnaire.Reworded(was, is, question), nil
}

// mended is the last day on which a survey, while it ran, asked a question in other words
// than it does now; "" where its words stayed the same.
func (l *learner) mended(c *gin.Context, s *surveys.Survey, question string) (surveys.Date, error) {
	if len(s.Wordings) == 0 {
		return "", nil
	}
	is, err := l.form(c, compiledKey{s.Org, s.Questionnaire, s.Version})
	if err != nil {
		return "", err
	}
	for _, w := range slices.Backward(s.Wordings) {
		was, err := l.form(c, compiledKey{s.Org, s.Questionnaire, w.Version})
		if err != nil {
			return "", err
		}
		if questionnaire.Reworded(was, is, question) {
			return w.Until, nil
		}
	}
	return "", nil
}

// beside puts the shares of the wave before beside those of a figure of the last one.
func (w wording) beside(c *gin.Context, l *learner, waves []wave, v *figureView, g disclosure.Group) error {
	if len(waves) < 2 || v.Hidden != "" || v.Banded || v.Themed { // themes of another survey are other themes
		return nil
	}
	before, now := waves[len(waves)-2], waves[len(waves)-1]
	p, reason := before.release.Figure(v.Name, g)
	if reason != disclosure.Shown || p.Banded() {
		return nil
	}
	found := false
	for _, share := range p.Shares() {
		for i := range v.Rows {
			if v.Rows[i].Value == share.Name && share.Hidden == "" {
				one := w.share(share)
				v.Rows[i].Before, found = &one, true
			}
		}
	}
	if !found {
		return nil
	}
	v.Earlier = before.release.AsOf
	var err error
	v.Reworded, err = l.reworded(c, before.survey, now.survey, v.Name)
	return err
}

// trendRow is a question in one wave.
type trendRow struct {
	Title  surveys.Text
	AsOf   surveys.Date
	Now    bool
	Base   int
	Share  *shareView
	Hidden string       // a key
	Break  bool         // asked in other words than in the wave before
	Mended surveys.Date // while it ran, the words changed on this day; "" when they did not
}

// trend is a question over all waves that asked it, in the same group; none when only
// one did.
func (w wording) trend(c *gin.Context, l *learner, waves []wave, question, answer string, g disclosure.Group) ([]trendRow, error) {
	var rows []trendRow
	var before *surveys.Survey
	for i, one := range waves {
		if _, asked := one.release.Question(question); !asked {
			continue
		}
		row := trendRow{Title: one.survey.Title, AsOf: one.release.AsOf, Now: i == len(waves)-1}
		p, reason := one.release.Figure(question, g)
		if reason == disclosure.NotSplit {
			continue // it was not split this way then
		}
		if share, ok := w.shareOf(p, answer); ok {
			row.Base, row.Share = p.Base(), &share
		} else {
			row.Hidden = "results.hidden." + string(whyNot(reason))
		}
		if before != nil {
			changed, err := l.reworded(c, before, one.survey, question)
			if err != nil {
				return nil, err
			}
			row.Break = changed
		}
		var err error
		if row.Mended, err = l.mended(c, one.survey, question); err != nil {
			return nil, err
		}
		before = one.survey
		rows = append(rows, row)
	}
	if len(rows) < 2 {
		return nil, nil
	}
	return rows, nil
}

// whyNot is why a share lacks: for the reason of its figure or, where the figure
// is shown without it, since there is none.
func whyNot(reason disclosure.Reason) disclosure.Reason {
	if reason == disclosure.Shown {
		return disclosure.NothingYet
	}
	return reason
}
