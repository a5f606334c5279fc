package interchange

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"sort"
	"strconv"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// Write writes a definition in a format. LimeSurvey's is only read.
func Write(w io.Writer, format Format, d *questionnaire.Definition) error {
	switch format {
	case XLSForm:
		return WriteXLSForm(w, d)
	case JSON:
		return WriteJSON(w, d)
	}
	return fmt.Errorf("write questionnaire: format %q is only read", format)
}

// Convert reads a questionnaire in any format and gives it in another one. The
// problems are those of Check, and what the target cannot hold. The outcome is
// empty when the questionnaire cannot be read, or cannot be written so that it
// would be read again; faulty rules do not stand in its way. The tables that the form names are taken
// from beside it, which may be nil.
func Convert(name string, r io.ReaderAt, size int64, target Format, beside Beside) (Converted, error) {
	d, from, problems := Read(name, r, size)
	if d == nil {
		return Converted{From: from, Problems: problems}, nil
	}
	attach(d, beside)
	c := Converted{From: from}
	c.Problems, _ = compiled(d, from, problems)
	var b bytes.Buffer
	if err := Write(&b, target, d); err != nil {
		return c, err
	}
	back, _, refused := Read("."+string(target), bytes.NewReader(b.Bytes()), int64(b.Len()))
	if back == nil {
		c.Problems = append(c.Problems, refused...)
		return c, nil
	}
	if target == XLSForm { // a workbook has no place for them
		c.Files, back.Files = d.Files, d.Files
	}
	lost, err := Lost(d, back)
	c.Out, c.Problems = b.Bytes(), append(c.Problems, lost...)
	return c, err
}

// Converted is what became of a questionnaire.
type Converted struct {
	Out      []byte                // empty when nothing is to be written
	Files    []*questionnaire.File // to be written beside it
	From     Format
	Problems []questionnaire.Problem
}

// maxLost is how many lost texts are told one by one.
const maxLost = 200

// Lost tells what of a questionnaire is missing in, or other than in, what was made
// of it: one warning for each text, with the question and the place in our JSON.
// What was added is no loss.
func Lost(before, after *questionnaire.Definition) ([]questionnaire.Problem, error) {
	a, err := jsonTree(before)
	if err != nil {
		return nil, err
	}
	b, err := jsonTree(after)
	if err != nil {
		return nil, err
	}
	var lost []questionnaire.Problem
	compare(a, b, "", "", func(question, path string) {
		if len(lost) < maxLost {
			lost = append(lost, questionnaire.Problem{
				Question: question, Severity: questionnaire.Warning, Key: "form.lost", Args: map[string]any{"Path": path},
			})
		}
	})
	return lost, nil
}

// jsonTree is a definition as its JSON says it, with lists by name: a workbook keeps
// some of them on another sheet.
func jsonTree(d *questionnaire.Definition) (any, error) {
	src, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("compare questionnaires: %w", err)
	}
	var t map[string]any
	if err := json.Unmarshal(src, &t); err != nil {
		return nil, fmt.Errorf("compare questionnaires: %w", err)
	}
	if lists, ok := t["lists"].([]any); ok {
		byName := map[string]any{}
		for _, l := range lists {
			l := l.(map[string]any)
			byName[fmt.Sprint(l["name"])] = l
		}
		t["lists"] = byName
	}
	return t, nil
}

// compare calls differs for every text of a that b has not.
func compare(a, b any, question, path string, differs func(question, path string)) {
	join := func(part string) string {
		if path == "" {
			return part
		}
		return path + "/" + part
	}
	switch a := a.(type) {
	case map[string]any:
		if name, ok := a["name"].(string); ok && a["kind"] != nil {
			question = name
		}
		b, _ := b.(map[string]any)
		keys := make([]string, 0, len(a))
		for k := range a {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			compare(a[k], b[k], question, join(k), differs)
		}
	case []any:
		b, _ := b.([]any)
		for i := range a {
			var other any
			if i < len(b) {
				other = b[i]
			}
			compare(a[i], other, question, join(strconv.Itoa(i)), differs)
		}
	case string:
		if b, _ := b.(string); cleanCell(a) != cleanCell(b) {
			differs(question, path)
		}
	default:
		if a != b && a != nil && a != false {
			differs(question, path)
		}
	}
}
