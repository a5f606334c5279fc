package interchange_test

import (
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// TestAnAnswerIsHeldAgainstWhatTheAuthorDemands reads one question q1 with
// settings, and tries answers.
func TestAnAnswerIsHeldAgainstWhatTheAuthorDemands(t *testing.T) {
	for name, c := range map[string]struct {
		question string // type¦text¦preg
		tables   []string
		right    []string // answers: name=value, parted by ;
		wrong    []string
	}{
		"a lowest and a highest number":  {"N¦Age¦", []string{attributes("min_num_value_n¦18", "max_num_value_n¦65")}, []string{"q1=18", "q1=65", ""}, []string{"q1=17", "q1=66"}},
		"whole numbers":                  {"N¦Age¦", []string{attributes("num_value_int_only¦1")}, []string{"q1=18"}, []string{"q1=1.5"}},
		"a length":                       {"S¦Code¦", []string{attributes("maximum_chars¦3")}, []string{"q1=abc"}, []string{"q1=abcd"}},
		"a pattern":                      {"S¦Code¦/^[0-9]{4} ?[a-z]{2}$/i", nil, []string{"q1=1234 AB"}, []string{"q1=123", "q1=x1234 AB"}},
		"a pattern that may be anywhere": {"S¦Code¦/[0-9]/", nil, []string{"q1=a1b"}, []string{"q1=ab"}},
		"a rule about itself":            {"N¦Age¦", []string{attributes("em_validation_q¦self > 3 && self != 7")}, []string{"q1=4"}, []string{"q1=7", "q1=2"}},
		"a least and most number of choices": {"M¦Which¦", []string{twoRows + "\n13¦1¦C¦Third¦en¦3¦0", attributes("min_answers¦2", "max_answers¦2")},
			[]string{"q1=A B"}, []string{"q1=A", "q1=A B C", ""}},
		"a choice that excludes the others": {"M¦Which¦", []string{twoRows, attributes("exclude_all_others¦B")}, []string{"q1=A", "q1=B"}, []string{"q1=A B"}},
		"a sum": {"K¦Hours¦", []string{twoRows, attributes("equals_num_value¦100")},
			[]string{"q1_A=60;q1_B=40", "q1_A=100"}, []string{"q1_A=60;q1_B=50", "q1_A=60", ""}},
		"a choice that excludes the others, in an old file": {"M¦Which¦", []string{twoRows, attributes("exclude_all_other¦B")}, []string{"q1=A"}, []string{"q1=A B"}},
		"a highest sum":           {"K¦Hours¦", []string{twoRows, attributes("max_num_value¦24")}, []string{"q1_A=12;q1_B=12", ""}, []string{"q1_A=12;q1_B=13"}},
		"each of several numbers": {"K¦Hours¦", []string{twoRows, attributes("max_num_value_n¦24")}, []string{"q1_A=24;q1_B=24"}, []string{"q1_A=1;q1_B=25"}},
		"each part by itself":     {"Q¦Names¦", []string{twoRows, attributes(`em_validation_sq¦strlen(self) > 1`)}, []string{"q1_A=ab"}, []string{"q1_A=a;q1_B=ab"}},
		"a number of rows":        {"A¦Rate¦", []string{twoRows, attributes("min_answers¦2")}, []string{"q1_A=1;q1_B=2"}, []string{"q1_A=1", "q1_B=1", ""}},
		"a rule about all rows":   {"A¦Rate¦", []string{twoRows, attributes("em_validation_q¦sum(self) < 6")}, []string{"q1_A=2;q1_B=3", ""}, []string{"q1_A=3;q1_B=3"}},
		"comments":                {"P¦Which¦", []string{twoRows, attributes(`em_validation_q¦count(self.comments) == 2`)}, []string{"q1=A B;q1_Acomment=x;q1_Bcomment=y"}, []string{"q1=A B;q1_Acomment=x"}},
		"a first and last day":    {"D¦When¦", []string{attributes("date_min¦2020", "date_max¦2026-11-30")}, []string{"q1=2020-01-01", "q1=2026-11-30"}, []string{"q1=2019-12-31", "q1=2026-12-01"}},
		"days around today":       {"D¦When¦", []string{attributes("date_min¦today", "date_max¦+7 days")}, []string{"q1=2026-11-25", "q1=2026-12-02"}, []string{"q1=2026-11-24", "q1=2026-12-03"}},
		"the most in a ranking":   {"R¦Order¦", []string{twoAnswers, attributes("max_answers¦1")}, []string{"q1=a1"}, []string{"q1=a1 a2"}},
		"cells":                   {":¦Cells¦", []string{twoByTwo}, []string{"q1_A_x=10"}, []string{"q1_A_x=11", "q1_B_y=0"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := compiled(t, nil, append(c.tables, questions("question¦preg", "q1¦"+c.question))...)
			check := func(answers string) []questionnaire.FieldProblem {
				a := questionnaire.Answers{}
				for pair := range strings.SplitSeq(answers, ";") {
					if name, value, ok := strings.Cut(pair, "="); ok {
						a[name] = value
					}
				}
				return f.Evaluate(a, questionnaire.Env{Now: afternoon}).CheckAll("en")
			}
			for _, answers := range c.right {
				for _, p := range check(answers) {
					t.Errorf("%q is refused: %s %s (%s)", answers, p.Name, p.Key, f.Field(p.Name).Constraint)
				}
			}
			for _, answers := range c.wrong {
				if n := len(check(answers)); n != 1 {
					t.Errorf("%q gives %d problems, want one", answers, n)
				}
			}
		})
	}
}

func TestTheAuthorsWordsGoWithARule(t *testing.T) {
	d, _ := readLSS(t, questions("question", "q1¦N¦Age"), attributes("em_validation_q¦self > 3", "em_validation_q_tip¦More than <b>three</b>, please"))
	if got := d.In(inGroup(d)[0].ConstraintMessage, "en"); got != "More than three, please" {
		t.Errorf("message %q", got)
	}
}

func TestAFilterShowsWhatWasChosenBefore(t *testing.T) {
	rows := func(parent, from string) string {
		return from + "1¦" + parent + "¦A¦First¦en¦1\n" + from + "2¦" + parent + "¦B¦Second¦en¦2\n" + from + "3¦" + parent + "¦C¦Third¦en¦3"
	}
	subquestions := "subquestions\nqid¦parent_qid¦title¦question¦language¦question_order\n" + rows("1", "1") + "\n" + rows("2", "2")
	for name, c := range map[string]struct {
		kinds, setting, answers, want string
	}{
		"in a select_multiple":               {"M M", "array_filter", "q1=A C", "A C"},
		"what was not, in a select_multiple": {"M M", "array_filter_exclude", "q1=A C", "B"},
		"rows of a matrix":                   {"M A", "array_filter", "q1=A C", "q2_A q2_C"},
		"rows that were filled in":           {"Q K", "array_filter", "q1_B=x", "q2_B"},
		"rows that were not rated":           {"A C", "array_filter_exclude", "q1_B=3", "q2_A q2_C"},
	} {
		t.Run(name, func(t *testing.T) {
			first, second, _ := strings.Cut(c.kinds, " ")
			f := compiled(t, nil, subquestions, "question_attributes\nqid¦attribute¦value\n2¦"+c.setting+"¦q1",
				questions("question", "q1¦"+first+"¦One", "q2¦"+second+"¦Two"))
			name, value, _ := strings.Cut(c.answers, "=")
			s := f.Evaluate(questionnaire.Answers{name: value}, questionnaire.Env{})
			var got []string
			if q := f.Field("q2"); q != nil {
				for _, choice := range s.Choices(q) {
					got = append(got, choice.Name)
				}
			} else {
				for _, code := range []string{"A", "B", "C"} {
					if s.Relevant("q2_" + code) {
						got = append(got, "q2_"+code)
					}
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("shown %v, want %s", got, c.want)
			}
		})
	}
}

func TestRowsThatDependOnEachOtherComeOneByOne(t *testing.T) {
	f := compiled(t, nil, questions("question", "q1¦K¦Hours"), `subquestions
qid¦parent_qid¦title¦question¦language¦question_order¦relevance
11¦1¦A¦First¦en¦1¦1
12¦1¦B¦Second¦en¦2¦self.sq_A > 0`)
	if got := outline(inGroup(f.Definition)); got != "group q1\n  decimal q1_A\n  decimal q1_B relevant[${q1_A} > 0]\n" {
		t.Errorf("it becomes\n%s", got)
	}
}

func TestChoicesThatDependOnEachOtherAreCheckedAtTheEnd(t *testing.T) {
	f := compiled(t, []string{"lss.choice_depends"}, questions("question", "q1¦M¦Which"), `subquestions
qid¦parent_qid¦title¦question¦language¦question_order¦relevance
11¦1¦A¦First¦en¦1¦1
12¦1¦B¦Second¦en¦2¦self.sq_A == "Y"`)
	for answer, problems := range map[string]int{"A B": 0, "A": 0, "B": 1} {
		if got := f.Evaluate(questionnaire.Answers{"q1": answer}, questionnaire.Env{}).CheckAll("en"); len(got) != problems {
			t.Errorf("%s: %d problems, want %d", answer, len(got), problems)
		}
	}
}

func TestACircleIsBrokenAndTold(t *testing.T) {
	compiled(t, []string{"lss.circle"}, questions("question¦relevance", "a¦S¦A¦b == 1", "b¦S¦B¦a == 1"))
	compiled(t, []string{"lss.circle"}, questions("question", "a¦*¦{a + 1}"))
	compiled(t, []string{"lss.circle"}, "groups\ngid¦group_name¦grelevance¦language\n1¦One¦a == 1¦en", questions("question", "a¦S¦A"))
}

func TestDefaultsAreFilledIn(t *testing.T) {
	for name, c := range map[string]struct {
		kind, value string
		tables      []string
		want        string
	}{
		"a text":                 {"S", "0¦0¦Bo", nil, "Bo"},
		"a choice":               {"L", "0¦0¦a2", []string{twoAnswers}, "a2"},
		"choices":                {"M", "0¦11¦Y\n1¦0¦12¦Y", []string{twoRows}, "A B"},
		"today":                  {"D", "0¦0¦{date('Y-m-d')}", nil, "today()"},
		"a text with brackets":   {"S", "0¦0¦Bo (3)", nil, "Bo (3)"},
		"a text like a function": {"S", "0¦0¦count(me)", nil, "string('count(me)')"},
		"an earlier answer":      {"S", "0¦0¦{q0}", nil, "${q0}"},
	} {
		t.Run(name, func(t *testing.T) {
			d, problems := readLSS(t, append(c.tables, "defaultvalues\nqid¦language¦scale_id¦sqid¦defaultvalue\n1¦en¦"+strings.ReplaceAll(c.value, "\n1¦", "\n1¦en¦"),
				"questions\nqid¦gid¦title¦type¦question¦language¦question_order\n1¦1¦q1¦"+c.kind+"¦A¦en¦2\n2¦1¦q0¦S¦B¦en¦1")...)
			items := inGroup(d)
			if got := items[len(items)-1].Default; got != c.want || len(problems) > 0 {
				t.Errorf("default %q, want %q; problems %v", got, c.want, keys(problems))
			}
		})
	}
}

func TestWhatIsNotTakenOverIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		tables []string
		key    string
	}{
		"a quota":                              {[]string{"quota\nid¦name¦qlimit\n1¦Women¦50"}, "lss.quota"},
		"an assessment":                        {[]string{"assessments\nid¦name\n1¦Well done"}, "lss.assessment"},
		"a random order of groups":             {[]string{"groups\ngid¦group_name¦language¦randomization_group\n1¦One¦en¦r"}, "lss.random_group"},
		"a random order of questions":          {[]string{attributes("random_group¦r")}, "lss.random_question"},
		"a time limit":                         {[]string{attributes("time_limit¦60")}, "lss.time_limit"},
		"a soft demand":                        {[]string{questions("question¦mandatory", "q1¦S¦Name¦S")}, "lss.soft_mandatory"},
		"a map":                                {[]string{attributes("location_mapservice¦100")}, "lss.location"},
		"a look":                               {[]string{attributes("text_input_columns¦6")}, "lss.display_settings"},
		"what a plugin added":                  {[]string{attributes("add_platform_info¦yes")}, "lss.setting"},
		"a filter by code":                     {[]string{attributes("code_filter¦A")}, "lss.setting"},
		"that answers are kept encrypted":      {[]string{questions("question¦encrypted", "q1¦S¦Name¦Y")}, "lss.encrypted"},
		"that people are followed":             {[]string{"surveys\nsid¦language¦ipaddr¦datestamp\n1¦en¦Y¦Y"}, "lss.tracking"},
		"an order by the alphabet":             {[]string{attributes("answer_order¦alphabetical")}, "lss.alphasort"},
		"a script":                             {[]string{questions("question", `q1¦S¦<script>alert(1)</script>Name`)}, "lss.script"},
		"an image":                             {[]string{questions("question", `q1¦S¦<img src="/upload/logo.png">Name`)}, "lss.media"},
		"where people go afterwards":           {[]string{"surveys_languagesettings\nsurveyls_language¦surveyls_title¦surveyls_url\nen¦T¦https://example.org"}, "lss.end_url"},
		"the privacy notice":                   {[]string{"surveys_languagesettings\nsurveyls_language¦surveyls_title¦surveyls_policy_notice\nen¦T¦We care"}, "lss.policy"},
		"the period":                           {[]string{"surveys\nsid¦language¦expires\n1¦en¦2026-01-01"}, "lss.period"},
		"a question that the address fills in": {[]string{"survey_url_parameters\nparameter¦targetqid\nsrc¦1"}, "lss.url_parameter"},
		"a pattern that looks ahead":           {[]string{questions("question¦preg", "q1¦S¦Name¦/(?=a)/")}, "lss.pattern"},
		"a filter on nothing":                  {[]string{questions("question", "q1¦M¦Which"), twoRows, attributes("array_filter¦nobody")}, "lss.filter_source"},
	} {
		t.Run(name, func(t *testing.T) {
			tables := c.tables
			if !strings.HasPrefix(tables[0], "questions") {
				tables = append(tables, questions("question", "q1¦S¦Name"))
			}
			compiled(t, []string{c.key}, tables...)
		})
	}
}

func TestWelcomeAndEndAreNotes(t *testing.T) {
	f := compiled(t, nil, "surveys_languagesettings\nsurveyls_language¦surveyls_title¦surveyls_description¦surveyls_welcometext¦surveyls_endtext\nen¦T¦<p>About</p>¦<p>Welcome</p><ul><li>one</li><li>two</li></ul>¦Bye",
		questions("question", "q1¦S¦Name"))
	if got := f.Definition.In(f.Field("introduction").Label, "en"); got != "About\n\nWelcome\n\n- one\n- two" {
		t.Errorf("introduction %q", got)
	}
	if got := f.Definition.In(f.Field("closing").Label, "en"); got != "Bye" {
		t.Errorf("closing %q", got)
	}
}
