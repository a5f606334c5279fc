package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"weerklank.nl/weerklank/cmd/weerklank/internal/templates"
	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/static/content"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// addQuestionnaires imports our questionnaires, as templates and as the
// organisation's own, and publishes the own ones before the story begins.
func (f *filler) addQuestionnaires(ctx context.Context) error {
	if err := templates.Add(ctx, f.Programme, f.org); err != nil {
		return err
	}
	published := f.at(f.story.Surveys[0].Opens.AddDays(-14))
	for _, id := range content.Questionnaires {
		d, form, err := templates.Read(id)
		if err != nil {
			return err
		}
		if err := f.publish(ctx, d, published); err != nil {
			return fmt.Errorf("publish questionnaire %s: %w", id, err)
		}
		f.forms[id] = form
	}
	return nil
}

func (f *filler) publish(ctx context.Context, d *questionnaire.Definition, at time.Time) error {
	data, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("write definition: %w", err)
	}
	q := &surveys.Questionnaire{ID: page.NewID(), Org: f.org, FormID: d.FormID, Title: templates.Title(d), Draft: data}
	if err := f.Programme.AddQuestionnaire(ctx, q); err != nil {
		return err
	}
	f.questionnaires[d.FormID] = q.ID
	return f.Programme.PublishVersion(ctx, f.org, q.ID, func(q *surveys.Questionnaire) (*surveys.Version, error) {
		return q.Publish(at.UTC(), f.people[f.story.People[0].ID])
	})
}

// courseForms are the names of the forms of courses, as the questionnaires word
// them: the choices of vorm_voorkeur.
func (f *filler) courseForms() map[string]surveys.Text {
	names := map[string]surveys.Text{}
	d, form, err := templates.Read("zelfbeoordeling-ambtenaar")
	if err != nil {
		return names
	}
	if asked := form.Field("vorm_voorkeur"); asked != nil && asked.List != nil {
		for _, c := range asked.List.Choices {
			names[c.Name] = surveys.Text{NL: d.In(c.Label, "nl"), EN: d.In(c.Label, "en")}
		}
	}
	return names
}
