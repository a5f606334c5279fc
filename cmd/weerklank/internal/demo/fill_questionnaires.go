package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/static/content"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// readForm reads one of our questionnaires through the importer that authors use.
func readForm(id string) (*questionnaire.Definition, *questionnaire.Form, error) {
	raw, err := content.Files.ReadFile(id + ".xlsx")
	if err != nil {
		return nil, nil, fmt.Errorf("read questionnaire %s: %w", id, err)
	}
	d, problems := interchange.ReadXLSForm(bytes.NewReader(raw), int64(len(raw)))
	if d == nil {
		return nil, nil, fmt.Errorf("read questionnaire %s: %d problems", id, len(problems))
	}
	form, problems := questionnaire.Compile(d)
	if form == nil {
		return nil, nil, fmt.Errorf("compile questionnaire %s: %d problems", id, len(problems))
	}
	return d, form, nil
}

// Questionnaires is where templates are kept.
type Questionnaires interface {
	ListQuestionnaires(ctx context.Context, org surveys.OrgID) ([]surveys.Questionnaire, error)
	AddQuestionnaire(ctx context.Context, q *surveys.Questionnaire) error
}

// templatePrefix sets the form ids of templates apart, so that an organisation's
// own questionnaires have the plain ones.
const templatePrefix = "sjabloon-"

// AddTemplates gives an organisation our ten questionnaires as templates to copy
// from. Those that it has already stay as they are.
func AddTemplates(ctx context.Context, store Questionnaires, org surveys.OrgID) error {
	have, err := store.ListQuestionnaires(ctx, org)
	if err != nil {
		return fmt.Errorf("add templates: %w", err)
	}
	known := map[string]bool{}
	for _, q := range have {
		known[q.FormID] = true
	}
	for _, id := range content.Questionnaires {
		if known[templatePrefix+id] {
			continue
		}
		d, _, err := readForm(id)
		if err != nil {
			return fmt.Errorf("add templates: %w", err)
		}
		data, err := json.Marshal(d)
		if err != nil {
			return fmt.Errorf("add template %s: %w", id, err)
		}
		q := &surveys.Questionnaire{ID: page.NewID(), Org: org, FormID: templatePrefix + id, Title: titleOf(d), Template: true, Draft: data}
		if err := store.AddQuestionnaire(ctx, q); err != nil {
			return fmt.Errorf("add template %s: %w", id, err)
		}
	}
	return nil
}

func titleOf(d *questionnaire.Definition) surveys.Text {
	return surveys.Text{NL: d.In(d.Title, "nl"), EN: d.In(d.Title, "en")}
}

// addQuestionnaires imports our questionnaires, as templates and as the
// organisation's own, and publishes the own ones before the story begins.
func (f *filler) addQuestionnaires(ctx context.Context) error {
	if err := AddTemplates(ctx, f.Programme, f.org); err != nil {
		return err
	}
	published := f.at(f.story.Surveys[0].Opens.AddDays(-14))
	for _, id := range content.Questionnaires {
		d, form, err := readForm(id)
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
	q := &surveys.Questionnaire{ID: page.NewID(), Org: f.org, FormID: d.FormID, Title: titleOf(d), Draft: data}
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
	d, form, err := readForm("zelfbeoordeling-ambtenaar")
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
