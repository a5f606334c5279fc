package interchange

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// SchemaID names the version of our JSON, as docs/questionnaire.schema.json
// describes it. A key that is added keeps the version; one that changes its meaning
// or goes makes a new one.
const SchemaID = "https://weerklank.nl/schema/questionnaire-1.json"

// document is a definition in a file: it says which version of our JSON it is.
type document struct {
	Schema string `json:"$schema,omitempty"`
	*questionnaire.Definition
}

// WriteJSON writes a definition as JSON, indented, in the order of the form.
func WriteJSON(w io.Writer, d *questionnaire.Definition) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(document{SchemaID, d}); err != nil {
		return fmt.Errorf("write questionnaire as json: %w", err)
	}
	return nil
}

// ReadJSON reads a definition that WriteJSON wrote. A key that is not ours is a
// problem, because it would be lost, and so is another version of our JSON; a file
// that names none is taken for the newest.
func ReadJSON(r io.Reader) (*questionnaire.Definition, []questionnaire.Problem) {
	fail := func(key string, args map[string]any) (*questionnaire.Definition, []questionnaire.Problem) {
		return nil, []questionnaire.Problem{{Severity: questionnaire.Error, Key: key, Args: args}}
	}
	limited := &io.LimitedReader{R: r, N: maxFile + 1}
	dec := json.NewDecoder(limited)
	dec.DisallowUnknownFields()
	var d questionnaire.Definition
	doc := document{Definition: &d}
	err := dec.Decode(&doc)
	if limited.N <= 0 {
		return fail("form.file.too_big", map[string]any{"Limit": maxFile >> 20})
	}
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fail("form.file.json_syntax", map[string]any{"At": strconv.FormatInt(syntax.Offset, 10)})
	case errors.As(err, &mismatch):
		return fail("form.file.json_shape", map[string]any{"Field": mismatch.Field})
	case err != nil:
		return fail("form.file.json_shape", map[string]any{"Field": err.Error()})
	}
	if _, err := dec.Token(); err != io.EOF {
		return fail("form.file.json_syntax", map[string]any{"At": strconv.FormatInt(dec.InputOffset(), 10)})
	}
	if doc.Schema != "" && doc.Schema != SchemaID {
		return fail("form.file.json_version", map[string]any{"Version": doc.Schema, "Known": SchemaID})
	}
	if doc.Definition == nil {
		return fail("form.file.json_shape", map[string]any{"Field": "items"})
	}
	if key := badItems(d.Items, 0); key != "" {
		return fail(key, map[string]any{"Limit": maxDepth, "Field": "items"})
	}
	for _, file := range d.Files {
		if file == nil {
			return fail("form.file.json_shape", map[string]any{"Field": "files"})
		}
	}
	for _, l := range d.Lists {
		if l == nil {
			return fail("form.file.json_shape", map[string]any{"Field": "lists"})
		}
		for _, ch := range l.Choices {
			if ch == nil {
				return fail("form.file.json_shape", map[string]any{"Field": "choices"})
			}
		}
	}
	return &d, nil
}

// badItems looks for what JSON can hold and a form cannot: null, an unknown kind,
// a question with questions in it, groups nested beyond the limit.
func badItems(items []*questionnaire.Item, depth int) (key string) {
	if depth > maxDepth {
		return "form.too_deep"
	}
	for _, it := range items {
		switch {
		case it == nil:
			return "form.file.json_shape"
		case it.Kind == questionnaire.Question && len(it.Items) > 0:
			return "form.file.json_shape"
		case it.Kind != questionnaire.Question && it.Kind != questionnaire.Group && it.Kind != questionnaire.Repeat:
			return "form.file.json_shape"
		}
		if key := badItems(it.Items, depth+1); key != "" {
			return key
		}
	}
	return ""
}
