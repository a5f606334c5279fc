package interchange_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

const schemaFile = "../../docs/questionnaire.schema.json"

func schema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// obeys holds the JSON of a definition against the schema.
func obeys(t testing.TB, s *jsonschema.Schema, d *questionnaire.Definition) error {
	t.Helper()
	var b bytes.Buffer
	if err := interchange.WriteJSON(&b, d); err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(&b)
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

func TestTheSchemaHoldsForOurOwnQuestionnaires(t *testing.T) {
	s := schema(t)
	for name, path := range ownForms(t) {
		d, _ := readForm(t, path)
		if err := obeys(t, s, d); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheSchemaHoldsForTheFormsOfTheCorpus(t *testing.T) {
	t.Parallel()
	s, n := schema(t), 0
	for _, pattern := range []string{"xlsforms/*.xlsx", "limesurvey/*.ls?"} {
		paths, err := filepath.Glob(filepath.Join(filepath.Dir(corpus(t, "conversion.jsonl")), pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			d, _ := checked(t, path)
			if d == nil {
				continue
			}
			n++
			if err := obeys(t, s, d); err != nil {
				t.Errorf("%s: %v", filepath.Base(path), err)
			}
		}
	}
	t.Logf("measure: json, %d questionnaires by others obey the schema", n)
}

func TestTheSchemaRefusesWhatIsNotOurs(t *testing.T) {
	s := schema(t)
	for name, text := range map[string]string{
		"another version":             `{"$schema":"https://weerklank.nl/schema/questionnaire-2.json","form_id":"f","title":{},"items":[]}`,
		"a key that is not ours":      `{"form_id":"f","title":{},"items":[],"colour":"red"}`,
		"a kind that is not ours":     `{"form_id":"f","title":{},"items":[{"kind":"page","name":"p"}]}`,
		"a question with questions":   `{"form_id":"f","title":{},"items":[{"kind":"question","name":"p","items":[{"kind":"question","name":"q"}]}]}`,
		"a label that is not by name": `{"form_id":"f","title":{},"items":[{"kind":"question","name":"p","label":"P"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if s.Validate(doc) == nil {
				t.Error("the schema accepts it")
			}
			if d, problems := interchange.ReadJSON(strings.NewReader(text)); d != nil || len(problems) != 1 {
				t.Errorf("ReadJSON accepts it, with problems %v", problems)
			}
		})
	}
}

func TestTheSchemaNamesEveryKeyThatWeWrite(t *testing.T) {
	src, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	var s struct {
		ID         string                     `json:"$id"`
		Properties map[string]json.RawMessage `json:"properties"`
		Defs       map[string]struct {
			Properties map[string]json.RawMessage `json:"properties"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(src, &s); err != nil {
		t.Fatal(err)
	}
	if s.ID != interchange.SchemaID {
		t.Errorf("the schema is %s, we write %s", s.ID, interchange.SchemaID)
	}
	delete(s.Properties, "$schema")
	for _, each := range []struct {
		what   any
		schema map[string]json.RawMessage
	}{
		{questionnaire.Definition{}, s.Properties},
		{questionnaire.Item{}, s.Defs["item"].Properties},
		{questionnaire.List{}, s.Defs["list"].Properties},
		{questionnaire.Choice{}, s.Defs["choice"].Properties},
	} {
		typ := reflect.TypeOf(each.what)
		for i := range typ.NumField() {
			key, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			if key == "-" {
				continue
			}
			if each.schema[key] == nil {
				t.Errorf("%s.%s: the schema has no key %s", typ.Name(), typ.Field(i).Name, key)
			}
			delete(each.schema, key)
		}
		for key := range each.schema {
			t.Errorf("%s has no %s, which the schema names", typ.Name(), key)
		}
	}
}
