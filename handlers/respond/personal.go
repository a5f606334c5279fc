package respond

import (
	"slices"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/personal"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// warn notes at the rows of a check page what typed texts say of who somebody is. It
// holds nobody up: whoever wants to say it sends it. In a survey on name there is
// nothing to warn of.
func (p *pages) warn(v *visit, rows []answerRow) (any bool) {
	if v.survey != nil && v.survey.Mode == surveys.Named {
		return false
	}
	v.state.EachPlace(v.sitting.Prefilled, func(view *questionnaire.State, pg *questionnaire.Page) {
		for _, fl := range pg.Fields {
			typed := v.sitting.Answers[view.Key(fl)]
			switch {
			case fl.Type == questionnaire.TypeText:
			case fl.OrOther:
				typed = v.sitting.Answers[view.Key(fl)+"_other"]
			default:
				continue
			}
			at := slices.IndexFunc(rows, func(r answerRow) bool { return r.Name == view.Key(fl) })
			if at < 0 || typed == "" {
				continue
			}
			var said []string
			for _, f := range personal.Find(typed) {
				if word := p.kit.Text(v.sitting.Lang, "personal."+string(f.Kind), nil); !slices.Contains(said, word) {
					said = append(said, word)
				}
			}
			rows[at].Personal = said
			any = any || len(said) > 0
		}
	})
	return any
}
