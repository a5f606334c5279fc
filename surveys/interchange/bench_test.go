package interchange_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// largeForm is a form of 500 questions in 25 groups, with 300 rules that reach
// across them: relevance, constraints, calculations.
func largeForm(tb testing.TB) []byte {
	tb.Helper()
	var survey strings.Builder
	survey.WriteString("survey\ntype|name|label|relevant|constraint|calculation|appearance\n")
	for i := range 500 {
		if i%20 == 0 {
			if i > 0 {
				survey.WriteString("end_group|||||\n")
			}
			fmt.Fprintf(&survey, "begin_group|groep_%d|Groep %d||||field-list\n", i/20, i/20)
		}
		relevant, constraint := "", ""
		switch {
		case i < 20:
		case i%5 == 1:
			relevant = fmt.Sprintf("selected(${vraag_%d}, '3') or ${vraag_%d} > 2 and not(${vraag_%d} = '')", i-1, i-6, i-11)
		case i%5 == 2:
			constraint = fmt.Sprintf(". >= 0 and . <= 100 and . != ${vraag_%d}", i-5)
		}
		switch {
		case i >= 20 && i%5 == 4:
			fmt.Fprintf(&survey, "calculate|vraag_%d||||${vraag_%d} + ${vraag_%d} + if(${vraag_%d} = '1', 1, 0)\n", i, i-2, i-7, i-4)
		case i%5 == 2:
			fmt.Fprintf(&survey, "integer|vraag_%d|Hoeveel is %d?|%s|%s|\n", i, i, relevant, constraint)
		default:
			fmt.Fprintf(&survey, "select_one schaal|vraag_%d|Hoe belangrijk is punt %d voor u?|%s|%s|\n", i, i, relevant, constraint)
		}
	}
	survey.WriteString("end_group|||||\n")
	return workbook(tb, survey.String(), "choices\nlist_name|name|label\nschaal|1|Helemaal niet\nschaal|2|Niet\nschaal|3|Een beetje\nschaal|4|Wel\nschaal|5|Heel erg")
}

// BenchmarkCheck500QuestionsWith300Rules is what weerklank check does with a file:
// unpack, read and compile it.
func BenchmarkCheck500QuestionsWith300Rules(b *testing.B) {
	file := largeForm(b)
	b.ReportAllocs()
	for b.Loop() {
		if d, _, problems := interchange.Check("groot.xlsx", bytes.NewReader(file), int64(len(file))); d == nil {
			b.Fatal(told(problems))
		}
	}
}

// BenchmarkCompile500QuestionsWith300Rules is the same without reading the file.
func BenchmarkCompile500QuestionsWith300Rules(b *testing.B) {
	d, problems := read(largeForm(b))
	if d == nil {
		b.Fatal(told(problems))
	}
	rules := 0
	d.Walk(func(it *questionnaire.Item) {
		for _, rule := range []string{it.Relevant, it.Constraint, it.Calculation} {
			if rule != "" {
				rules++
			}
		}
	})
	if rules < 280 {
		b.Fatalf("%d rules", rules)
	}
	b.ReportAllocs()
	for b.Loop() {
		if f, _ := questionnaire.Compile(d); f == nil {
			b.Fatal("no form")
		}
	}
}

// onePage is a page in the middle of the large form, the state in which it was
// shown, with all other pages answered, and what is typed on it.
func onePage(b *testing.B) (page *questionnaire.Page, shown *questionnaire.State, answers questionnaire.Answers, typed []questionnaire.Typed, f *questionnaire.Form) {
	b.Helper()
	d, problems := read(largeForm(b))
	if d == nil {
		b.Fatal(told(problems))
	}
	f, _ = questionnaire.Compile(d)
	r := questionnaire.Respondent{Seed: 7, Lang: "nl"}
	answers = r.Fill(f, benchEnv).Answers
	page = f.Pages[len(f.Pages)/2]
	typed = make([]questionnaire.Typed, len(page.Fields))
	for i, fl := range page.Fields {
		typed[i].Values = []string{answers[fl.Name]}
		delete(answers, fl.Name)
	}
	return page, f.Evaluate(answers, benchEnv), answers, typed, f
}

var benchEnv = questionnaire.Env{Now: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC), Seed: 7}

// BenchmarkOnePageOf500QuestionsWith300Rules is what validating one page of a large
// form costs: read what was typed, work out what follows from it, and check the page.
func BenchmarkOnePageOf500QuestionsWith300Rules(b *testing.B) {
	page, shown, answers, typed, f := onePage(b)
	b.ReportAllocs()
	for b.Loop() {
		for i, fl := range page.Fields {
			v, _, problem := f.Read(fl, typed[i])
			if problem != nil {
				b.Fatal(problem)
			}
			answers[fl.Name] = v
		}
		if problems := shown.Again(answers).Check(page.Fields, "nl"); problems != nil {
			b.Fatal(problems)
		}
	}
}

// BenchmarkAllOf500QuestionsWith300Rules works out the whole form from its answers,
// as each request does once.
func BenchmarkAllOf500QuestionsWith300Rules(b *testing.B) {
	page, _, answers, typed, f := onePage(b)
	for i, fl := range page.Fields {
		answers[fl.Name] = typed[i].Values[0]
	}
	b.ReportAllocs()
	for b.Loop() {
		f.Evaluate(answers, benchEnv)
	}
}
