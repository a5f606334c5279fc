package interchange_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

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

// verdict is what we say of a form: the first error, and whether there is one.
func verdict(d *questionnaire.Definition, problems []questionnaire.Problem) (valid bool, first questionnaire.Problem, all []questionnaire.Problem) {
	if d != nil {
		_, more := questionnaire.Compile(d)
		problems = append(problems, more...)
	}
	for _, p := range problems {
		if p.Severity == questionnaire.Error {
			return false, p, problems
		}
	}
	return true, questionnaire.Problem{}, problems
}

func TestFormsByOthersAreJudgedAsTheReferenceDoes(t *testing.T) {
	var valid, accepted, refused, found, rows, right int
	eachLine(t, corpus(t, "xlsforms/manifest.jsonl"), func(line []byte) {
		var m manifestLine
		if err := json.Unmarshal(line, &m); err != nil {
			t.Fatal(err)
		}
		d, problems := readForm(t, filepath.Join(filepath.Dir(corpus(t, "xlsforms/manifest.jsonl")), m.File))
		ok, first, all := verdict(d, problems)
		switch m.Valid {
		case true:
			valid++
			if ok {
				accepted++
			} else {
				t.Logf("REFUSED %s: %s:%d:%s %s %v (%d problems)", m.File, first.Sheet, first.Row, first.Column, first.Key, first.Args, len(all))
			}
		case false:
			refused++
			if !ok {
				found++
			} else {
				t.Logf("ACCEPTED %s: row %d, %s: %s", m.File, m.Row, m.Error, m.About)
			}
			if m.Row > 0 && !ok {
				rows++
				hit := false
				for _, p := range all {
					hit = hit || p.Severity == questionnaire.Error && p.Row == m.Row
				}
				if hit {
					right++
				} else {
					t.Logf("ROW %s: %d, we say %d (%s); %s: %s", m.File, m.Row, first.Row, first.Key, m.Error, m.About)
				}
			}
		}
	})
	t.Logf("valid forms accepted: %d of %d; faults found: %d of %d; row right: %d of %d", accepted, valid, found, refused, right, rows)
	if accepted < valid-2 || found*100 < refused*97 || right*100 < rows*90 {
		t.Error("that is less than we hold ourselves to: all but two of the valid ones (an empty template; a question about itself), 97 % of the faults, 90 % of the rows")
	}
}
