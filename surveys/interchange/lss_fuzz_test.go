package interchange_test

import (
	"slices"
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// FuzzReadLSS feeds files. Whatever is read without an error is a form that
// compiles and can be worked out.
func FuzzReadLSS(f *testing.F) {
	f.Add([]byte(lssFile(questions("question¦mandatory¦other", "q1¦L¦How?¦Y¦Y"), twoAnswers)))
	f.Add([]byte(lssFile(questions("question", "q1¦M¦Which {q1_A.shown}"), twoByTwo, attributes("exclude_all_others¦A;B", "array_filter¦q1"))))
	f.Add([]byte(lssFile(questions("question", "q1¦:¦Cells"), twoByTwo, attributes("multiflexible_checkbox¦1"))))
	f.Add([]byte(lssFile(household(`sum(that.cell.sq_c) > 3 && regexMatch("/a/i", name) or is_empty(born)`)...)))
	f.Add([]byte(zippedSeed()))
	f.Add([]byte(`<?xml version="1.0"?><document><LimeSurveyDocType>Survey</LimeSurveyDocType></document>`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, problems := interchange.ReadLSS(strings.NewReader(string(raw)), 1<<20)
		tryOut(t, d, problems)
	})
}

// FuzzLSSRows feeds what stands in an export instead of its bytes: a question with
// its condition, its settings and its parts.
func FuzzLSSRows(f *testing.F) {
	f.Add("L", "q1", "How {q1}?", "q2 == 'a'", "array_filter", "q2", "A", "self.sq_A")
	f.Add("M", "q 1", "<p>{sum(self)}</p>", "count(that.q2) > 1", "em_validation_q", "sum(self) > 3", "other", "1")
	f.Add(":", "1", "${x}", "((1))", "min_answers", "{q2 + 1}", "a b", "self")
	f.Add("1", "", "{", "}", "exclude_all_others", "A;B", "B", "this")
	f.Add("D", "d", "&lt;", "strtotime(d) > time()", "date_max", "d", "#", "d")
	f.Add("*", "e", "{if(is_empty(e), rand(1,2), e)}", "!e", "hidden", "1", "", "0")
	f.Fuzz(func(t *testing.T, kind, code, text, condition, setting, value, part, partCondition string) {
		for _, s := range []string{kind, code, text, condition, setting, value, part, partCondition} {
			if strings.ContainsAny(s, "¦\n") || strings.Contains(s, "]]>") {
				t.Skip()
			}
		}
		file := lssFile(
			"questions\nqid¦gid¦language¦type¦title¦question¦relevance¦other¦mandatory\n1¦1¦en¦"+kind+"¦"+code+"¦"+text+"¦"+condition+"¦Y¦Y\n2¦1¦en¦M¦q2¦Two¦"+condition+"¦N¦N",
			"subquestions\nqid¦parent_qid¦title¦question¦language¦question_order¦scale_id¦relevance\n11¦1¦A¦First¦en¦1¦0¦"+partCondition+"\n12¦1¦"+part+"¦Second¦en¦2¦0¦1\n13¦1¦x¦Left¦en¦1¦1¦1\n21¦2¦A¦First¦en¦1¦0¦"+partCondition,
			"answers\nqid¦code¦answer¦sortorder¦language¦scale_id\n1¦a¦Good¦1¦en¦0\n1¦"+part+"¦Bad¦2¦en¦0\n1¦b¦"+text+"¦1¦en¦1",
			"question_attributes\nqid¦attribute¦value\n1¦"+setting+"¦"+value+"\n2¦"+setting+"¦"+value,
			"defaultvalues\nqid¦language¦scale_id¦sqid¦defaultvalue\n1¦en¦0¦0¦"+value,
		)
		d, problems := interchange.ReadLSS(strings.NewReader(file), 1<<20)
		tryOut(t, d, problems)
	})
}

func tryOut(t *testing.T, d *questionnaire.Definition, problems []questionnaire.Problem) {
	isError := func(p questionnaire.Problem) bool { return p.Severity == questionnaire.Error }
	if d == nil {
		if !slices.ContainsFunc(problems, isError) {
			t.Fatal("neither a definition nor an error")
		}
		return
	}
	form, faults := questionnaire.Compile(d)
	if form == nil {
		if !slices.ContainsFunc(problems, isError) {
			for _, p := range faults {
				t.Errorf("compile: %s/%s: %s %v", p.Question, p.Column, p.Key, p.Args)
			}
		}
		return
	}
	s := form.Evaluate(questionnaire.Answers{"q1": "a", "q2": "A", "q1_A": "3"}, questionnaire.Env{Now: afternoon})
	s.CheckAll("nl")
	s.Answers()
	for _, f := range form.Fields {
		s.Text(f.Label, "en")
		s.Choices(f)
	}
}
