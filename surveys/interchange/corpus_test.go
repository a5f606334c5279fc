package interchange_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// corpus is the folder of files by others, which is no part of this repository:
// WEERKLANK_CORPUS names it, else it is looked for beside the checkout.
func corpus(t testing.TB, name string) string {
	dir := os.Getenv("WEERKLANK_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "corpus")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the corpus is not here: %v", err)
	}
	return path
}

// manifestLine is a line of xlsforms/manifest.jsonl.
type manifestLine struct {
	File  string
	Valid any
	Error string
	About string
	Row   int
	Stage string
	Note  string
}

func eachLine(t *testing.T, path string, f func(line []byte)) {
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		f(lines.Bytes())
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

// readOnce keeps what was read of a file, by how and by path: many tests go over the
// same forms, and none changes them.
var readOnce sync.Map

type wasRead struct {
	once       sync.Once
	definition *questionnaire.Definition
	problems   []questionnaire.Problem
}

func once(how, path string, read func() (*questionnaire.Definition, []questionnaire.Problem)) (*questionnaire.Definition, []questionnaire.Problem) {
	kept, _ := readOnce.LoadOrStore(how+" "+path, &wasRead{})
	was := kept.(*wasRead)
	was.once.Do(func() { was.definition, was.problems = read() })
	return was.definition, slices.Clone(was.problems)
}

// checked is what we say of a file.
func checked(t testing.TB, path string) (*questionnaire.Definition, []questionnaire.Problem) {
	return once("check", path, func() (*questionnaire.Definition, []questionnaire.Problem) { return check(t, path) })
}

func check(t testing.TB, path string) (*questionnaire.Definition, []questionnaire.Problem) {
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	d, _, problems := interchange.Check(path, file, info.Size())
	return d, problems
}

// judged counts how far our verdicts agree with the reference's, for one stage.
type judged struct{ valid, accepted, refused, found, rows, right int }

// count takes up one form: whether the reference accepts it and the row that it
// names, and what we say. It tells of a difference.
func (j *judged) count(valid bool, row int, problems []questionnaire.Problem) (difference string) {
	ok, hit := true, false
	var first questionnaire.Problem
	for _, p := range problems {
		if p.Severity != questionnaire.Error {
			continue
		}
		if ok {
			first = p
		}
		ok, hit = false, hit || p.Row == row
	}
	at := fmt.Sprintf("%s:%d:%s %s %v", first.Sheet, first.Row, first.Column, first.Key, first.Args)
	if valid {
		j.valid++
		if !ok {
			return "REFUSED at " + at
		}
		j.accepted++
		return ""
	}
	j.refused++
	if ok {
		return "ACCEPTED"
	}
	j.found++
	if row == 0 {
		return ""
	}
	j.rows++
	if !hit {
		return fmt.Sprintf("ROW is %d, we say %s", row, at)
	}
	j.right++
	return ""
}

// total adds up the stages, prints them as measures and holds them to what was
// asked; the known differences are explained in docs/decisions.
func total(t *testing.T, what string, stages map[string]*judged, known int) {
	t.Helper()
	var all judged
	for _, stage := range slices.Sorted(maps.Keys(stages)) {
		j := stages[stage]
		t.Logf("measure: check, %s, %s faults: %d of %d found, row right in %d of %d", what, stage, j.found, j.refused, j.right, j.rows)
		all.valid += j.valid
		all.accepted += j.accepted
		all.refused += j.refused
		all.found += j.found
		all.rows += j.rows
		all.right += j.right
	}
	t.Logf("measure: check, %s: %d of %d valid forms accepted (%d refused by decision)", what, all.accepted, all.valid, all.valid-all.accepted)
	if all.accepted < all.valid-known || all.found*100 < all.refused*97 || all.right*100 < all.rows*90 {
		t.Errorf("%+v is less than we hold ourselves to: all valid ones but %d, 97 %% of the faults, 90 %% of the rows", all, known)
	}
}

func TestFormsOfTheCorpusAreJudgedAsTheReferenceDoes(t *testing.T) {
	t.Parallel()
	stages := map[string]*judged{"structure": {}, "expression": {}}
	eachLine(t, corpus(t, "xlsforms/manifest.jsonl"), func(line []byte) {
		var m manifestLine
		if err := json.Unmarshal(line, &m); err != nil {
			t.Fatal(err)
		}
		valid, known := m.Valid.(bool)
		if !known {
			return
		}
		stage := stages[m.Stage]
		if stage == nil {
			stage = stages["structure"]
		}
		_, problems := checked(t, filepath.Join(filepath.Dir(corpus(t, "xlsforms/manifest.jsonl")), m.File))
		if difference := stage.count(valid, m.Row, problems); difference != "" {
			t.Logf("%s: %s (%s: %s)", m.File, difference, m.Error, m.About)
		}
	})
	total(t, "xlsforms", stages, 1)
}
