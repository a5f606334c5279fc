package interchange

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// book is a workbook whose cells can be spoilt.
type book struct {
	sheets  []*sheet
	names   []string
	columns []column // of the survey sheet
}

func openTestBook(t *testing.T, path string) *book {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	b := &book{}
	b.sheets, b.names, _ = readWorkbook(file, info.Size(), func(string) bool { return true })
	if survey := b.sheet("survey"); survey != nil && len(survey.rows) > 0 {
		b.columns = readHeaders(survey.rows[0], surveyAliases)
	}
	return b
}

func (b *book) sheet(name string) *sheet {
	for _, s := range b.sheets {
		if sheetKey(s.name) == name {
			return s
		}
	}
	return nil
}

// column is where a field stands; -1 when it does not.
func (b *book) column(field string) int {
	for _, c := range b.columns {
		if c.field == field && c.tag == "" {
			return c.index
		}
	}
	return -1
}

// spoilt is the book with other cells on the survey sheet, row from 1.
func (b *book) spoilt(cells map[[2]int]string) *book {
	out := &book{names: b.names, columns: b.columns}
	for _, s := range b.sheets {
		if sheetKey(s.name) == "survey" {
			rows := slices.Clone(s.rows)
			for at, text := range cells {
				row := make([]string, max(len(rows[at[0]-1]), at[1]+1))
				copy(row, rows[at[0]-1])
				row[at[1]] = text
				rows[at[0]-1] = row
			}
			s = &sheet{name: s.name, rows: rows}
		}
		out.sheets = append(out.sheets, s)
	}
	return out
}

func (b *book) errors() (found []questionnaire.Problem) {
	d, problems := readSheets(b.sheets, b.names)
	if d != nil {
		problems, _ = compiled(d, XLSForm, problems)
	}
	for _, p := range problems {
		if p.Severity == questionnaire.Error {
			found = append(found, p)
		}
	}
	return found
}

// injected counts what was spoilt and what was found of it.
type injected struct{ made, found, placed int }

// judge holds the errors against the cells at which the fault may be told.
func (n *injected) judge(t *testing.T, what string, errors []questionnaire.Problem, right func(p questionnaire.Problem) bool) {
	t.Helper()
	n.made++
	if len(errors) > 0 {
		n.found++
	}
	if slices.ContainsFunc(errors, right) {
		n.placed++
		return
	}
	var at []string
	for _, p := range errors {
		at = append(at, fmt.Sprintf("%s:%d:%s %s %v", p.Sheet, p.Row, p.Column, p.Key, p.Args))
	}
	t.Errorf("%s: not told at its cell: %v", what, at)
}

var reference = regexp.MustCompile(`\$\{\s*([^}#\s]+)\s*\}`)

// misspell adds letters to one name in every cell that holds one.
func (b *book) misspell(t *testing.T, form string, n *injected, most int) {
	t.Helper()
	for i, row := range b.sheet("survey").rows {
		for _, c := range b.columns {
			switch c.field {
			case "relevant", "constraint", "calculation", "choice_filter", "required", "label", "hint", "constraint_message":
			default:
				continue
			}
			cell := cell(row, c.index)
			m := reference.FindStringSubmatchIndex(cell)
			if i == 0 || m == nil || n.made >= most {
				continue
			}
			wrong := cell[:m[3]] + "_qz" + cell[m[3]:]
			n.judge(t, fmt.Sprintf("%s:%d:%s: %s misspelt", form, i+1, c.header, cell[m[2]:m[3]]),
				b.spoilt(map[[2]int]string{{i + 1, c.index}: wrong}).errors(),
				func(p questionnaire.Problem) bool {
					return p.Sheet == "survey" && p.Row == i+1 && p.Column == questionnaire.Header(c.field, c.tag)
				})
		}
	}
}

// removeLists takes away the choices of one list after the other, from both sheets
// that may hold them.
func (b *book) removeLists(t *testing.T, form string, n *injected, most int) {
	t.Helper()
	d, _ := readSheets(b.sheets, b.names)
	kind := b.column("type")
	for _, l := range d.Lists {
		var users []int
		for i, row := range b.sheet("survey").rows {
			if i > 0 && slices.Contains(strings.Fields(cell(row, kind)), l.Name) && !b.disabled(row) {
				users = append(users, i+1)
			}
		}
		if len(users) == 0 || n.made >= most {
			continue
		}
		out := &book{names: b.names}
		for _, s := range b.sheets {
			if key := sheetKey(s.name); key == "choices" || key == "external_choices" {
				s = without(s, l.Name)
			}
			out.sheets = append(out.sheets, s)
		}
		n.judge(t, fmt.Sprintf("%s: list %s removed", form, l.Name), out.errors(), func(p questionnaire.Problem) bool {
			return p.Sheet == "survey" && slices.Contains(users, p.Row) && p.Column == "type"
		})
	}
}

func (b *book) disabled(row []string) bool { return (&formReader{}).disabled(b.columns, row) }

// without is a sheet of choices without one list.
func without(s *sheet, list string) *sheet {
	at := -1
	for _, c := range readHeaders(s.rows[0], choicesAliases) {
		if c.field == "list_name" {
			at = c.index
		}
	}
	rows := slices.Clone(s.rows)
	for i, row := range rows {
		if i > 0 && cell(row, at) == list {
			rows[i] = nil
		}
	}
	return &sheet{name: s.name, rows: rows}
}

// unclose takes away the end of one group after the other. It may be told at the
// group, or where a group around it is closed in its place.
func (b *book) unclose(t *testing.T, form string, n *injected, most int) {
	t.Helper()
	at := b.column("type")
	var open []int
	ends := map[int][]int{} // end row → the begin rows that are open there, the last its own
	closedBy := map[int]int{}
	for i, row := range b.sheet("survey").rows {
		switch begin, end, _ := boundary(cell(row, at)); {
		case begin:
			open = append(open, i+1)
		case end && len(open) > 0:
			ends[i+1] = slices.Clone(open)
			closedBy[open[len(open)-1]] = i + 1
			open = open[:len(open)-1]
		}
	}
	for end, path := range ends {
		if n.made >= most {
			return
		}
		n.judge(t, fmt.Sprintf("%s:%d: not ended", form, end), b.spoilt(map[[2]int]string{
			{end, at}: "", {end, max(0, b.column("name"))}: "",
		}).errors(), func(p questionnaire.Problem) bool {
			right := p.Column == "type" && slices.Contains(path, p.Row)
			for _, begin := range path {
				right = right || p.Column == "type" && p.Row == closedBy[begin]
			}
			return right
		})
	}
}

// circle makes a question that another one's relevance asks for depend on that
// other one.
func (b *book) circle(t *testing.T, form string, n *injected, most int) {
	t.Helper()
	relevant, name, kind := b.column("relevant"), b.column("name"), b.column("type")
	if relevant < 0 || name < 0 {
		return
	}
	rowsOf := map[string][]int{}
	rows := b.sheet("survey").rows
	for i, row := range rows {
		if v := cell(row, name); v != "" && i > 0 {
			if _, end, _ := boundary(cell(row, kind)); !end {
				rowsOf[v] = append(rowsOf[v], i+1)
			}
		}
	}
	for i, row := range rows {
		m := reference.FindStringSubmatch(cell(row, relevant))
		self := cell(row, name)
		if i == 0 || m == nil || n.made >= most || len(rowsOf[self]) != 1 || len(rowsOf[m[1]]) != 1 || self == m[1] {
			continue
		}
		other := rowsOf[m[1]][0]
		if begin, _, _ := boundary(cell(row, kind)); begin {
			continue // a group has no answer to ask for
		}
		n.judge(t, fmt.Sprintf("%s:%d: %s and %s in a circle", form, i+1, self, m[1]),
			b.spoilt(map[[2]int]string{{other, relevant}: "${" + self + "} != ''"}).errors(),
			func(p questionnaire.Problem) bool {
				path, _ := p.Args["Path"].(string)
				names := strings.Split(path, " → ")
				return p.Key == "form.circle" && p.Column == "relevant" && slices.Contains(names, self) && slices.Contains(names, m[1]) &&
					len(rowsOf[p.Question]) == 1 && rowsOf[p.Question][0] == p.Row
			})
	}
}

func TestEveryInjectedFaultIsToldAtItsCell(t *testing.T) {
	t.Parallel()
	own, err := filepath.Glob("../../static/content/*.xlsx")
	if err != nil || len(own) < 10 {
		t.Fatalf("our ten questionnaires are not here: %v %v", own, err)
	}
	t.Run("in our own questionnaires", func(t *testing.T) { inject(t, "our own forms", own, 1<<30) })
	t.Run("in forms of the corpus", func(t *testing.T) {
		dir := os.Getenv("WEERKLANK_CORPUS")
		if dir == "" {
			dir = filepath.Join("..", "..", "..", "shared", "corpus")
		}
		others, err := filepath.Glob(filepath.Join(dir, "xlsforms", "*.xlsx"))
		if err != nil || len(others) == 0 {
			t.Skip("the corpus is not here (set WEERKLANK_CORPUS to its folder)")
		}
		inject(t, "forms by others", others, 3)
	})
}

// inject spoils each form that is in order, with at most so many faults of a kind.
func inject(t *testing.T, where string, paths []string, most int) {
	kinds := map[string]func(*book, *testing.T, string, *injected, int){
		"a name misspelt": (*book).misspell, "a list removed": (*book).removeLists,
		"a group unclosed": (*book).unclose, "a circle made": (*book).circle,
	}
	total := map[string]*injected{}
	for _, path := range paths {
		b := openTestBook(t, path)
		if b.columns == nil || len(b.errors()) > 0 {
			continue
		}
		for kind, spoil := range kinds {
			if total[kind] == nil {
				total[kind] = &injected{}
			}
			var n injected
			spoil(b, t, filepath.Base(path), &n, most)
			total[kind].made += n.made
			total[kind].found += n.found
			total[kind].placed += n.placed
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		n := total[kind]
		if n == nil {
			n = &injected{}
		}
		t.Logf("measure: faults in %s, %s: %d of %d found, %d at the right cell", where, kind, n.found, n.made, n.placed)
		if n.made == 0 {
			t.Errorf("%s: none was made", kind)
		}
	}
}
