package manage

import (
	"errors"
	"slices"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

// samePeople are the surveys of which the people may be asked again, the newest first,
// and which of them the form names: what was chosen, or what the draft holds.
func (p *surveyPages) samePeople(c *gin.Context, s *surveys.Survey, form surveyForm) (options []page.Option, named string, err error) {
	list, err := p.deps.Ask.ListSurveys(c.Request.Context(), page.Org(c).ID)
	if err != nil {
		return nil, "", err
	}
	options = []page.Option{{Key: "survey.people_none"}}
	same := surveys.SamePeople(list, s)
	for i := range slices.Backward(list) {
		o := &list[i]
		if o.OpenedAt.IsZero() || o.ID == s.ID {
			continue
		}
		lang := page.Language(c)
		options = append(options, page.Option{Value: string(o.ID), Text: p.kit.Text(lang, "survey.people_of", map[string]any{"Title": o.Title.In(lang), "From": o.Opens, "To": o.Closes})})
		if form.People == string(o.ID) || form.stored && named == "" && slices.Contains(same, o.ID) {
			named = string(o.ID)
		}
	}
	return options, named, nil
}

// earlier is the survey that the form names as one of the same people; nil for none.
func (p *surveyPages) earlier(c *gin.Context, s *surveys.Survey, chosen string) (*surveys.Survey, error) {
	if chosen == "" {
		return nil, nil
	}
	found, err := p.deps.Ask.FindSurvey(c.Request.Context(), s.Org, surveys.ID(chosen))
	if errors.Is(err, surveys.ErrNotFound) {
		return &surveys.Survey{}, nil // the domain refuses it, in words at the field
	}
	return found, err
}

// peopleWords are the titles of the surveys that ask the same people.
func (p *surveyPages) peopleWords(c *gin.Context, s *surveys.Survey) ([]string, error) {
	list, err := p.deps.Ask.ListSurveys(c.Request.Context(), page.Org(c).ID)
	if err != nil {
		return nil, err
	}
	same := surveys.SamePeople(list, s)
	var titles []string
	for i := range list {
		if slices.Contains(same, list[i].ID) {
			titles = append(titles, list[i].Title.In(page.Language(c)))
		}
	}
	return titles, nil
}
