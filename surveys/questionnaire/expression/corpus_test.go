package expression_test

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// corpusFile opens a file of the corpus, which belongs to others and is no part
// of this repository: WEERKLANK_CORPUS names its folder, else it is looked for
// beside the checkout.
func corpusFile(t testing.TB, name string) *os.File {
	dir := os.Getenv("WEERKLANK_CORPUS")
	if dir == "" {
		root, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		for root != filepath.Dir(root) {
			if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
				break
			}
			root = filepath.Dir(root)
		}
		dir = filepath.Join(root, "..", "shared", "corpus")
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Skipf("the corpus is not here: %v", err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// corpusCase is a line of expressions.jsonl or repeat-expressions.jsonl.
type corpusCase struct {
	ID      string
	Expr    string
	Context json.RawMessage
	As      string
	Expect  any
	Note    string
	Types   map[string]string
	Choices map[string][]map[string]string
	Files   map[string]string
	Now     string
}

// sitting is a Source for tests: answers by name, one repeat at most.
type sitting struct {
	names     []string
	outside   map[string]string
	repeat    string
	instances []map[string]string
	at        int // from 1; 0 is outside
	types     map[string]string
	docs      map[string]*expression.Node
	tree      []*expression.Node
}

func (s *sitting) Lookup(name string) (int, bool) {
	name = name[strings.LastIndexByte(name, '/')+1:]
	for i, n := range s.names {
		if n == name {
			return i, true
		}
	}
	return 0, false
}
func (s *sitting) Names() []string    { return s.names }
func (s *sitting) Column(string) bool { return false }
func (s *sitting) Self() string       { return s.outside["."] }
func (s *sitting) Position(int) int   { return s.at }
func (s *sitting) Value(slot int) string {
	name := s.names[slot]
	if s.at > 0 {
		if v, ok := s.instances[s.at-1][name]; ok {
			return v
		}
	}
	if v, ok := s.outside[name]; ok {
		return v
	}
	if len(s.instances) > 0 {
		return s.instances[0][name]
	}
	return ""
}

func (s *sitting) Nodes(slot int) []*expression.Node {
	name := s.names[slot]
	if v, ok := s.outside[name]; ok {
		return []*expression.Node{{Name: name, Text: v}}
	}
	if name == s.repeat {
		return s.tree
	}
	if s.repeat == "" {
		return nil
	}
	var found []*expression.Node
	for _, n := range s.tree {
		if c := n.Child(name); c != nil {
			found = append(found, c)
		}
	}
	return found
}

func (s *sitting) ChoiceLabel(slot int, choice string) string {
	_, list, _ := strings.Cut(s.types[s.names[slot]], " ")
	if doc := s.docs[list]; doc != nil {
		for _, row := range doc.Children[0].Children {
			if row.Child("name").Text == choice {
				return row.Child("label").Text
			}
		}
	}
	return ""
}
func (s *sitting) Instance(name string) *expression.Node { return s.docs[name] }

func rowNode(parent *expression.Node, name string, row map[string]string) *expression.Node {
	n := &expression.Node{Name: name, Parent: parent}
	for k, v := range row {
		n.Children = append(n.Children, &expression.Node{Name: k, Text: v, Parent: n})
	}
	return n
}

func document(rows []map[string]string) *expression.Node {
	doc := &expression.Node{}
	root := &expression.Node{Name: "root", Parent: doc}
	doc.Children = []*expression.Node{root}
	for _, r := range rows {
		root.Children = append(root.Children, rowNode(root, "item", r))
	}
	return doc
}

func sittingOf(t *testing.T, c corpusCase) *sitting {
	s := &sitting{types: c.Types, docs: map[string]*expression.Node{}}
	var shape struct {
		Outside   map[string]string
		Repeat    string
		Instances []map[string]string
		At        *int
	}
	if strings.HasPrefix(c.ID, "r") {
		if err := json.Unmarshal(c.Context, &shape); err != nil {
			t.Fatal(err)
		}
		s.outside, s.repeat, s.instances = shape.Outside, shape.Repeat, shape.Instances
		if shape.At != nil {
			s.at = *shape.At
		}
		s.names = append(s.names, s.repeat)
		for _, in := range s.instances {
			s.tree = append(s.tree, rowNode(nil, s.repeat, in))
			for k := range in {
				s.names = append(s.names, k)
			}
		}
		if len(s.instances) == 0 { // the case does not say which questions an empty repeat has
			s.names = append(s.names, "qty", "cost", "day", "name", "age")
		}
	} else if err := json.Unmarshal(c.Context, &s.outside); err != nil {
		t.Fatal(err)
	}
	for k := range s.outside {
		s.names = append(s.names, k)
	}
	for list, rows := range c.Choices {
		s.docs[list] = document(rows)
	}
	for name, text := range c.Files {
		records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var rows []map[string]string
		for _, rec := range records[1:] {
			row := map[string]string{}
			for i, h := range records[0] {
				row[h] = rec[i]
			}
			rows = append(rows, row)
		}
		s.docs[strings.TrimSuffix(name, ".csv")] = document(rows)
	}
	return s
}

func TestExpressionsMeanWhatTheCorpusSays(t *testing.T) {
	for _, name := range []string{"expressions.jsonl", "repeat-expressions.jsonl"} {
		t.Run(name, func(t *testing.T) {
			lines := bufio.NewScanner(corpusFile(t, name))
			lines.Buffer(nil, 1<<20)
			right, all := 0, 0
			for lines.Scan() {
				var c corpusCase
				if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
					t.Fatal(err)
				}
				all++
				if got, ok := answer(t, c); ok {
					right++
				} else {
					t.Logf("%s: %s over %s = %v, want %v (%s)", c.ID, c.Expr, c.Context, got, c.Expect, c.Note)
				}
			}
			t.Logf("%d of %d right", right, all)
			if right*100 < all*99 {
				t.Errorf("%d of %d cases right, want 99 %%", right, all)
			}
		})
	}
}

// answer evaluates a case and tells whether it is as expected.
func answer(t *testing.T, c corpusCase) (any, bool) {
	s := sittingOf(t, c)
	now := "2026-11-25T12:00:00Z"
	if c.Now != "" {
		now = c.Now
	}
	at, err := time.Parse(time.RFC3339, now)
	if err != nil {
		t.Fatal(err)
	}
	x, err := expression.Parse(c.Expr, s)
	if err != nil {
		return err, c.As == "error"
	}
	run := &expression.Run{Source: s, Now: at.UTC()}
	v, err := x.Value(run)
	if err != nil {
		return err, c.As == "error"
	}
	switch c.As {
	case "boolean":
		return v.Bool(), v.Bool() == c.Expect
	case "number":
		want, ok := c.Expect.(float64)
		if !ok {
			want = map[string]float64{"NaN": math.NaN(), "Infinity": math.Inf(1), "-Infinity": math.Inf(-1)}[c.Expect.(map[string]any)["number"].(string)]
		}
		got := v.Number()
		return got, got == want || math.IsNaN(got) && math.IsNaN(want) || math.Abs(got-want) <= 1e-9*math.Max(math.Abs(got), math.Abs(want))
	case "error":
		return v.Text(), false
	}
	return v.Text(), v.Text() == c.Expect
}
