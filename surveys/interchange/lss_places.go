package interchange

import (
	"slices"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// PlaceInGroups says of problems with a definition in which group they are, in
// place of a sheet and a row: a file of LimeSurvey has no sheets. It returns new
// problems and leaves the given ones as they are.
func PlaceInGroups(d *questionnaire.Definition, problems []questionnaire.Problem) []questionnaire.Problem {
	groups := map[string]string{}
	var note func(items []*questionnaire.Item, group string)
	note = func(items []*questionnaire.Item, group string) {
		for _, item := range items {
			inside := group
			if item.Kind != questionnaire.Question && group == "" {
				inside = d.In(item.Label, "")
			}
			groups[item.Name] = inside
			note(item.Items, inside)
		}
	}
	note(d.Items, "")
	placed := slices.Clone(problems)
	for i := range placed {
		placed[i].Sheet, placed[i].Row = groups[placed[i].Question], 0
	}
	return placed
}
