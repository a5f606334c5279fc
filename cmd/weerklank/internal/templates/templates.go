// Package templates gives an organisation our ten questionnaires to copy from, read
// through the importer that authors use.
package templates

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/static/content"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// Read reads one of our questionnaires through the importer that authors use.
func Read(id string) (*questionnaire.Definition, *questionnaire.Form, error) {
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

// Store is where templates are kept.
type Store interface {
	ListQuestionnaires(ctx context.Context, org surveys.OrgID) ([]surveys.Questionnaire, error)
	AddQuestionnaire(ctx context.Context, q *surveys.Questionnaire) error
}

// prefix sets the form ids of templates apart, so that an organisation's
// own questionnaires have the plain ones.
const prefix = "sjabloon-"

// Add gives an organisation our ten questionnaires as templates to copy
// from. Those that it has already stay as they are.
func Add(ctx context.Context, store Store, org surveys.OrgID) error {
	have, err := store.ListQuestionnaires(ctx, org)
	if err != nil {
		return fmt.Errorf("add templates: %w", err)
	}
	known := map[string]bool{}
	for _, q := range have {
		known[q.FormID] = true
	}
	for _, id := range content.Questionnaires {
		if known[prefix+id] {
			continue
		}
		d, _, err := Read(id)
		if err != nil {
			return fmt.Errorf("add templates: %w", err)
		}
		data, err := json.Marshal(d)
		if err != nil {
			return fmt.Errorf("add template %s: %w", id, err)
		}
		q := &surveys.Questionnaire{ID: page.NewID(), Org: org, FormID: prefix + id, Title: Title(d), Template: true, Draft: data}
		if err := store.AddQuestionnaire(ctx, q); err != nil {
			return fmt.Errorf("add template %s: %w", id, err)
		}
	}
	return nil
}

// Title is the title of one of our questionnaires in both languages.
func Title(d *questionnaire.Definition) surveys.Text {
	return surveys.Text{NL: d.In(d.Title, "nl"), EN: d.In(d.Title, "en")}
}
