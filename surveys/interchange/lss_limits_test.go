package interchange_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys/interchange"
)

// many writes a row n times, with its number in place of each #.
func many(n int, row string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(row, "#", fmt.Sprint(i)))
		b.WriteByte('\n')
	}
	return b.String()
}

// TestAHostileFileCostsLittleWork reads files that are made to be slow. Work is counted
// in what is allocated for each byte of the file, which is the same on every machine:
// reading allocates as it goes, so what takes time with the square of a file shows. The
// race detector allocates too, so make test runs it without.
func TestAHostileFileCostsLittleWork(t *testing.T) {
	const columns = "questions\nqid¦gid¦language¦type¦title¦question¦relevance\n"
	parts := "subquestions\nqid¦parent_qid¦title¦question¦language¦question_order\n"
	for name, tables := range map[string][]string{
		"braces that do not close":      {columns + "1¦1¦en¦S¦q1¦" + strings.Repeat("{a", 200_000)},
		"braces in each other":          {columns + "1¦1¦en¦S¦q1¦" + strings.Repeat("{", 200_000) + strings.Repeat("}", 200_000)},
		"a text full of expressions":    {columns + "1¦1¦en¦S¦q1¦" + strings.Repeat("{q1 + 1}", 50_000)},
		"a text full of links":          {columns + "1¦1¦en¦S¦q1¦" + strings.Repeat(`<a href="https://example.org">x</a>`, 30_000)},
		"one code for all":              {columns + many(6_000, "#¦1¦en¦S¦q¦Q")},
		"names that do not exist":       {columns + many(6_000, "#¦1¦en¦S¦q#¦Q¦nobody# == 1")},
		"a chain of conditions":         {columns + many(6_000, "#¦1¦en¦S¦q#x¦Q¦q#y == 1") + many(1, "x¦1¦en¦S¦q0y¦Q")},
		"circles":                       {columns + many(3000, "a#¦1¦en¦S¦a#¦Q¦b# == 1") + many(3000, "b#¦1¦en¦S¦b#¦Q¦a# == 1")},
		"as many rows as there may be":  {columns + "1¦1¦en¦Q¦q1¦Q", parts + many(1000, "s#¦1¦s#¦S¦en¦#"), attributes("em_validation_q¦"+strings.TrimSuffix(strings.Repeat("sum(self)+", 900), "+"), "min_answers¦3")},
		"a filter on as many choices":   {columns + "1¦1¦en¦M¦q1¦Q\n2¦1¦en¦M¦q2¦Q", parts + many(1000, "s#¦1¦s#¦S¦en¦#") + many(1000, "t#¦2¦s#¦S¦en¦#"), "question_attributes\nqid¦attribute¦value\n2¦array_filter¦q1"},
		"conditions on as many choices": {columns + "1¦1¦en¦M¦q1¦Q\n2¦1¦en¦S¦q2¦Q", "subquestions\nqid¦parent_qid¦title¦question¦language¦question_order¦relevance\n" + many(1000, "s#¦1¦s#¦S¦en¦#¦q2 == #")},
		"a list without end":            {columns + "1¦1¦en¦L¦q1¦Q", "answers\nqid¦code¦answer¦sortorder¦language\n" + many(10_000, "1¦c#¦A¦#¦en")},
		"defaults without end":          {columns + "1¦1¦en¦Q¦q1¦Q", parts + many(1000, "s#¦1¦s#¦S¦en¦#"), "defaultvalues\nqid¦language¦scale_id¦sqid¦defaultvalue\n" + many(10_000, "1¦en¦0¦x#¦d")},
		"quotas without end":            {columns + "1¦1¦en¦S¦q1¦Q", "quota\nid¦name¦qlimit\n" + many(10_000, "#¦n#¦1"), "assessments\nid¦name\n" + many(10_000, "#¦n#")},
		"conditions without end":        {columns + "1¦1¦en¦S¦q1¦Q", "conditions\nqid¦cqid¦cfieldname¦method¦value¦scenario\n" + many(10_000, "1¦1¦1X1X1¦==¦#¦#")},
		"numbers as long as a text":     {columns + "1¦1¦en¦S¦q1¦Q¦" + "1X1X" + strings.Repeat("1", 19_000) + " == 1"},
		"selectors without end":         {columns + "1¦1¦en¦Q¦q1¦Q¦count(self" + strings.Repeat(".sq_s", 3000) + ")", parts + many(1000, "s#¦1¦s#¦S¦en¦#")},
	} {
		t.Run(name, func(t *testing.T) {
			file := lssFile(tables...)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, problems := interchange.ReadLSS(strings.NewReader(file), 0)
			runtime.ReadMemStats(&after)
			each := func(n uint64) float64 { return float64(n) / float64(len(file)) }
			times, bytes := each(after.Mallocs-before.Mallocs), each(after.TotalAlloc-before.TotalAlloc)
			if times > 2 || bytes > 200 {
				t.Errorf("for each byte of the %d kB memory was asked %.1f times, %.0f bytes in all", len(file)>>10, times, bytes)
			}
			if len(problems) > 2010 {
				t.Errorf("%d problems are more than anybody reads", len(problems))
			}
		})
	}
}
