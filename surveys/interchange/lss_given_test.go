package interchange_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// lssFile writes an export of LimeSurvey from little tables: the first line of each
// is its name, the second its columns, parted by ¦. A survey with one group, in
// English, is there unless a table says otherwise.
func lssFile(tables ...string) string {
	rows := map[string]string{
		"surveys":                  "sid¦language¦format\n1¦en¦S",
		"surveys_languagesettings": "surveyls_language¦surveyls_title\nen¦Test",
		"groups":                   "gid¦group_name¦group_order¦language\n1¦Group one¦1¦en",
	}
	names := []string{"groups", "surveys", "surveys_languagesettings"}
	for _, table := range tables {
		name, rest, _ := strings.Cut(strings.TrimSpace(table), "\n")
		if _, known := rows[name]; !known {
			names = append(names, name)
		}
		rows[name] = rest
	}
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<document>\n<LimeSurveyDocType>Survey</LimeSurveyDocType>\n<DBVersion>418</DBVersion>\n")
	for _, name := range names {
		fmt.Fprintf(&b, "<%s><rows>\n", name)
		lines := strings.Split(rows[name], "\n")
		columns := strings.Split(strings.TrimSpace(lines[0]), "¦")
		for _, line := range lines[1:] {
			if strings.TrimSpace(line) == "" {
				continue
			}
			b.WriteString("<row>")
			for i, cell := range strings.Split(strings.TrimSpace(line), "¦") {
				if cell != "" {
					fmt.Fprintf(&b, "<%s><![CDATA[%s]]></%s>", columns[i], strings.ReplaceAll(cell, `\n`, "\n"), columns[i])
				}
			}
			b.WriteString("</row>\n")
		}
		fmt.Fprintf(&b, "</rows></%s>\n", name)
	}
	b.WriteString("</document>\n")
	return b.String()
}

// questions is a table of questions: code, type, text and, if need be, more.
func questions(columns string, rows ...string) string {
	return table("questions", "gid¦language¦title¦type¦"+columns, "1¦en¦", rows)
}

func table(name, columns, start string, rows []string) string {
	var b strings.Builder
	b.WriteString(name + "\nqid¦" + columns + "\n")
	for i, row := range rows {
		fmt.Fprintf(&b, "%d¦%s%s\n", i+1, start, row)
	}
	return b.String()
}

func readLSS(t testing.TB, tables ...string) (*questionnaire.Definition, []questionnaire.Problem) {
	t.Helper()
	d, problems := interchange.ReadLSS(strings.NewReader(lssFile(tables...)), 0)
	if d == nil {
		t.Fatalf("no definition: %v", problems)
	}
	return d, problems
}

// compiled is the form of a file that is taken over without loss, unless keys name
// what is lost.
func compiled(t testing.TB, lost []string, tables ...string) *questionnaire.Form {
	t.Helper()
	d, problems := readLSS(t, tables...)
	for _, p := range problems {
		if !slices.Contains(lost, p.Key) {
			t.Errorf("read: %s/%s/%s: %s %v", p.Sheet, p.Question, p.Column, p.Key, p.Args)
		}
	}
	for _, key := range lost {
		if !slices.ContainsFunc(problems, func(p questionnaire.Problem) bool { return p.Key == key }) {
			t.Errorf("read: nobody says %s", key)
		}
	}
	f, problems := questionnaire.Compile(d)
	for _, p := range problems {
		t.Errorf("compile: %s/%s: %s %v", p.Question, p.Column, p.Key, p.Args)
	}
	if f == nil {
		t.FailNow()
	}
	return f
}

// outline lists items as an author would see them: a line each, what stands in a
// group further in.
func outline(items []*questionnaire.Item) string {
	var b strings.Builder
	var write func(items []*questionnaire.Item, in string)
	write = func(items []*questionnaire.Item, in string) {
		for _, i := range items {
			word := string(i.Type)
			if i.Kind != questionnaire.Question {
				word = string(i.Kind)
			}
			b.WriteString(in + word)
			if i.List != "" {
				b.WriteString(" " + i.List)
			}
			if i.OrOther {
				b.WriteString(" or_other")
			}
			b.WriteString(" " + i.Name)
			for _, part := range [][2]string{{"required", i.Required}, {"relevant", i.Relevant}, {"constraint", i.Constraint}, {"calculation", i.Calculation},
				{"choice_filter", i.ChoiceFilter}, {"default", i.Default}, {"appearance", i.Appearance}, {"parameters", i.Parameters}, {"prefill", i.Prefill}} {
				if part[1] != "" {
					b.WriteString(" " + part[0] + "[" + part[1] + "]")
				}
			}
			b.WriteByte('\n')
			write(i.Items, in+"  ")
		}
	}
	write(items, "")
	return b.String()
}

// inGroup is what stands in the one group of a small survey.
func inGroup(d *questionnaire.Definition) []*questionnaire.Item {
	for _, i := range d.Items {
		if i.Kind == questionnaire.Group {
			return i.Items
		}
	}
	return nil
}

func keys(problems []questionnaire.Problem) []string {
	var all []string
	for _, p := range problems {
		all = append(all, p.Key)
	}
	return all
}
