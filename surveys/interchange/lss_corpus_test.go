package interchange_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// limeSurveys is the folder with surveys of others, which do not come with the
// program: WEERKLANK_CORPUS, or shared/corpus beside the checkout.
func limeSurveys(t *testing.T) string {
	for _, dir := range []string{os.Getenv("WEERKLANK_CORPUS"), "../../../shared/corpus"} {
		if dir == "" {
			continue
		}
		if _, err := os.Stat(filepath.Join(dir, "limesurvey", "manifest.jsonl")); err == nil {
			return filepath.Join(dir, "limesurvey")
		}
	}
	t.Skip("the corpus is not here: set WEERKLANK_CORPUS to its folder")
	return ""
}

// countedRow is a row of an export, read in another way than the reader does.
type countedRow struct {
	Fields []struct {
		XMLName xml.Name
		Value   string `xml:",chardata"`
	} `xml:",any"`
}

type countedTable struct {
	XMLName xml.Name
	Rows    []countedRow `xml:"rows>row"`
}

func countedTables(t *testing.T, raw []byte) map[string][]map[string]string {
	var doc struct {
		Tables []countedTable `xml:",any"`
	}
	if err := xml.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	tables := map[string][]map[string]string{}
	for _, table := range doc.Tables {
		for _, row := range table.Rows {
			fields := map[string]string{}
			for _, f := range row.Fields {
				fields[f.XMLName.Local] = f.Value
			}
			tables[table.XMLName.Local] = append(tables[table.XMLName.Local], fields)
		}
	}
	return tables
}

// expectation is how many questions to answer, and choices of the authors, a
// survey has.
func expectation(tables map[string][]map[string]string) (asked, choices int) {
	kind, other := map[string]string{}, map[string]bool{}
	setting := map[[2]string]string{}
	for _, a := range tables["question_attributes"] {
		if a["value"] != "" {
			setting[[2]string{a["qid"], a["attribute"]}] = a["value"]
		}
	}
	groups := map[string]bool{}
	for _, g := range tables["groups"] {
		groups[g["gid"]] = true
	}
	for _, q := range tables["questions"] {
		if groups[q["gid"]] {
			kind[q["qid"]], other[q["qid"]] = q["type"], q["other"] == "Y"
		}
	}
	type scaled struct{ qid, scale string }
	subs, answers := map[scaled]map[string]bool{}, map[scaled]map[string]bool{}
	note := func(m map[scaled]map[string]bool, at scaled, code string) {
		if at.scale == "" {
			at.scale = "0"
		}
		if m[at] == nil {
			m[at] = map[string]bool{}
		}
		m[at][code] = true
	}
	for _, s := range tables["subquestions"] {
		note(subs, scaled{s["parent_qid"], s["scale_id"]}, s["qid"])
		if s["title"] == "other" && other[s["parent_qid"]] {
			other[s["parent_qid"]] = false
		}
	}
	for _, a := range tables["answers"] {
		note(answers, scaled{a["qid"], a["scale_id"]}, a["code"])
	}
	for qid, k := range kind {
		rows, cols := len(subs[scaled{qid, "0"}]), len(subs[scaled{qid, "1"}])
		boxes := setting[[2]string{qid, "multiflexible_checkbox"}] == "1"
		if setting[[2]string{qid, "hidden"}] == "1" {
			continue
		}
		switch k {
		case "X", "|", "*":
		case "A", "B", "C", "E", "K", "Q":
			asked += rows
		case "F", "H":
			asked, choices = asked+rows, choices+len(answers[scaled{qid, "0"}])
		case "1":
			asked, choices = asked+2*rows, choices+len(answers[scaled{qid, "0"}])+len(answers[scaled{qid, "1"}])
		case ":":
			if boxes {
				asked, choices = asked+rows, choices+cols
			} else {
				asked += rows * cols
			}
		case ";":
			asked += rows * cols
		case "M":
			asked, choices = asked+1, choices+rows
		case "P":
			asked, choices = asked+1+rows, choices+rows
			if other[qid] {
				asked++
			}
		case "O":
			asked, choices = asked+2, choices+len(answers[scaled{qid, "0"}])
		case "L", "!", "R":
			asked, choices = asked+1, choices+len(answers[scaled{qid, "0"}])
		default:
			asked++
		}
	}
	return asked, choices
}

func TestSurveysOfOthersAreTakenOverWhole(t *testing.T) {
	dir := limeSurveys(t)
	manifest, err := os.ReadFile(filepath.Join(dir, "manifest.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(manifest)) {
		var want struct {
			File      string   `json:"file"`
			Languages []string `json:"languages"`
			Groups    int      `json:"groups"`
		}
		if err := json.Unmarshal([]byte(line), &want); err != nil {
			t.Fatal(err)
		}
		t.Run(want.File, func(t *testing.T) {
			raw, err := os.ReadFile(filepath.Join(dir, want.File))
			if err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			d, problems := interchange.ReadLSS(bytes.NewReader(raw), 0)
			took := time.Since(start)
			if d == nil {
				t.Fatalf("not read: %v", problems)
			}
			for _, p := range problems {
				if p.Severity == questionnaire.Error {
					t.Errorf("%s/%s: %s %v", p.Sheet, p.Question, p.Key, p.Args)
				}
			}
			f, faults := questionnaire.Compile(d)
			for _, p := range faults {
				t.Errorf("compile: %s/%s: %s %v", p.Question, p.Column, p.Key, p.Args)
			}
			if f == nil {
				t.FailNow()
			}
			if len(d.Languages) != len(want.Languages) {
				t.Errorf("languages %v, want %v", d.Languages, want.Languages)
			}
			asked, choices := expectation(countedTables(t, surveyIn(t, raw)))
			gotAsked, gotChoices := 0, 0
			for _, field := range f.Fields {
				// A text of one's own for "other" comes with or_other or as a question; it is not counted.
				if field.Page >= 0 && field.Type != questionnaire.TypeNote && (field.Type != questionnaire.TypeText || !strings.HasSuffix(field.Name, "_other")) {
					gotAsked++
				}
			}
			for _, l := range d.Lists {
				if strings.HasPrefix(l.Name, "lss_") {
					continue
				}
				for _, c := range l.Choices {
					// One that goes with a text of one's own is not an author's choice.
					if c.Name != questionnaire.OtherChoice || f.Field(l.Name+questionnaire.OtherSuffix) == nil {
						gotChoices++
					}
				}
			}
			if gotAsked != asked || gotChoices != choices {
				t.Errorf("%d questions to answer and %d choices, want %d and %d", gotAsked, gotChoices, asked, choices)
			}
			answerAtRandom(t, f)
			t.Logf("%d questions, %d choices, %d warnings, %d pages, %v", gotAsked, gotChoices, len(problems), len(f.Pages), took)
		})
	}
}

// answerAtRandom goes through the form page by page, with nothing filled in and
// with the first choice everywhere: every rule is worked out, and it ends.
func answerAtRandom(t *testing.T, f *questionnaire.Form) {
	for _, fill := range []bool{false, true} {
		answers := questionnaire.Answers{}
		env := questionnaire.Env{Now: afternoon, Seed: 1}
		steps := 0
		for at := f.Evaluate(answers, env).Next(-1, nil); at < len(f.Pages); at = f.Evaluate(answers, env).Next(at, nil) {
			if steps++; steps > len(f.Pages) {
				t.Fatal("the route has no end")
			}
			s := f.Evaluate(answers, env)
			for _, field := range f.Pages[at].Fields {
				s.Text(field.Label, "en")
				if choices := s.Choices(field); fill && len(choices) > 0 {
					answers[field.Name] = choices[0].Name
				} else if fill && field.Type.IsNumber() {
					answers[field.Name] = "3"
				} else if fill && field.Type == questionnaire.TypeText {
					answers[field.Name] = "x"
				}
			}
			f.Evaluate(answers, env).Check(f.Pages[at].Fields, "en")
		}
	}
}

// surveyIn is the survey in an archive, or the file itself.
func surveyIn(t *testing.T, raw []byte) []byte {
	if !bytes.HasPrefix(raw, []byte("PK")) {
		return raw
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, ".lss") {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(r)
			if err := errors.Join(err, r.Close()); err != nil {
				t.Fatal(err)
			}
			return content
		}
	}
	t.Fatal("no survey in the archive")
	return nil
}
