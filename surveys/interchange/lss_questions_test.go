package interchange_test

import (
	"strings"
	"testing"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

const twoRows = `subquestions
qid¦parent_qid¦title¦question¦language¦question_order¦scale_id
11¦1¦A¦First¦en¦1¦0
12¦1¦B¦Second¦en¦2¦0`

const twoByTwo = twoRows + `
13¦1¦x¦Left¦en¦1¦1
14¦1¦y¦Right¦en¦2¦1`

const twoAnswers = `answers
qid¦code¦answer¦sortorder¦language¦scale_id
1¦a1¦Good¦1¦en¦0
1¦a2¦Bad¦2¦en¦0`

func attributes(pairs ...string) string {
	b := "question_attributes\nqid¦attribute¦value"
	for _, p := range pairs {
		b += "\n1¦" + p
	}
	return b
}

func TestAQuestionBecomes(t *testing.T) {
	for name, c := range map[string]struct {
		kind   string // type and text, and other columns: question¦mandatory¦other¦help
		tables []string
		want   string
		lost   []string
	}{
		"a select_one from a list of radio buttons": {"L¦How?¦Y", []string{twoAnswers}, "select_one q1 q1 required[yes]", nil},
		"a minimal select_one from a drop-down":     {"!¦How?", []string{twoAnswers}, "select_one q1 q1 appearance[minimal]", nil},
		"or_other when it has an option other":      {"L¦How?¦N¦Y", []string{twoAnswers}, "select_one q1 or_other q1", nil},
		"a choice of its own when other has the author’s words": {"L¦How?¦N¦Y", []string{twoAnswers, attributes("other_replace_text¦Something else")},
			"select_one q1 q1\ntext q1_other relevant[selected(${q1}, 'other')]", nil},
		"a select_one with a comment": {"O¦How?", []string{twoAnswers}, "select_one q1 q1\ntext q1_comment appearance[multiline]", nil},
		"a select_multiple":           {"M¦Which?", []string{twoRows}, "select_multiple q1 q1", nil},
		"a select_multiple with a page of comments": {"P¦Which?", []string{twoRows},
			"select_multiple q1 q1\ngroup q1_comments relevant[count-selected(${q1}) > 0] appearance[field-list]\n  text q1_Acomment relevant[selected(${q1}, 'A')]\n  text q1_Bcomment relevant[selected(${q1}, 'B')]", nil},
		"comments where nothing is ticked": {"P¦Which?", []string{twoRows, attributes("commented_checkbox¦unchecked")},
			"select_multiple q1 q1\ngroup q1_comments appearance[field-list]\n  text q1_Acomment relevant[not(selected(${q1}, 'A'))]\n  text q1_Bcomment relevant[not(selected(${q1}, 'B'))]", nil},
		"a scale of five points": {"5¦How much?", nil, "select_one lss_points_5 q1 appearance[likert]", nil},
		"yes or no":              {"Y¦Sure?", nil, "select_one lss_yes_no q1", nil},
		"a gender":               {"G¦Who?", nil, "select_one lss_gender q1", nil},
		"a language":             {"I¦Language?", nil, "select_one lss_languages q1", []string{"lss.language_question"}},
		"a matrix of five points": {"A¦Rate¦Y", []string{twoRows},
			"group q1 appearance[table-list]\n  select_one lss_points_5 q1_A required[yes]\n  select_one lss_points_5 q1_B required[yes]", nil},
		"a matrix of ten points": {"B¦Rate", []string{twoRows}, "group q1 appearance[table-list]\n  select_one lss_points_10 q1_A\n  select_one lss_points_10 q1_B", nil},
		"a matrix of yes, uncertain and no": {"C¦Rate", []string{twoRows},
			"group q1 appearance[table-list]\n  select_one lss_yes_no_uncertain q1_A\n  select_one lss_yes_no_uncertain q1_B", nil},
		"a matrix of increase, same and decrease": {"E¦Rate", []string{twoRows},
			"group q1 appearance[table-list]\n  select_one lss_increase_same_decrease q1_A\n  select_one lss_increase_same_decrease q1_B", nil},
		"a matrix with the author’s scale": {"F¦Rate", []string{twoRows, twoAnswers}, "group q1 appearance[table-list]\n  select_one q1 q1_A\n  select_one q1 q1_B", nil},
		"a matrix by column":               {"H¦Rate", []string{twoRows, twoAnswers}, "group q1 appearance[table-list]\n  select_one q1 q1_A\n  select_one q1 q1_B", nil},
		"a page of drop-downs": {"F¦Rate", []string{twoRows, twoAnswers, attributes("use_dropdown¦1")},
			"group q1 appearance[field-list]\n  select_one q1 q1_A appearance[minimal]\n  select_one q1 q1_B appearance[minimal]", nil},
		"two matrices from a dual scale": {"1¦Rate", []string{twoRows, twoAnswers + "\n1¦b1¦Far¦1¦en¦1", attributes("dualscale_headerA¦Now", "dualscale_headerB¦Later")},
			"group q1\n  group q1_scale0 appearance[table-list]\n    select_one q1_0 q1_A_0\n    select_one q1_0 q1_B_0\n  group q1_scale1 appearance[table-list]\n    select_one q1_1 q1_A_1\n    select_one q1_1 q1_B_1", nil},
		"a field a cell in a table of texts": {";¦Fill in", []string{twoByTwo},
			"group q1 appearance[field-list]\n  text q1_A_x\n  text q1_A_y\n  text q1_B_x\n  text q1_B_y", nil},
		"a number from 1 to 10 a cell in a table of numbers": {":¦Fill in", []string{twoRows + "\n13¦1¦x¦Left¦en¦1¦1"},
			"group q1 appearance[field-list]\n  integer q1_A_x constraint[. >= 1 and . <= 10]\n  integer q1_B_x constraint[. >= 1 and . <= 10]", nil},
		"numbers in steps": {":¦Fill in", []string{twoRows + "\n13¦1¦x¦Left¦en¦1¦1", attributes("multiflexible_min¦0", "multiflexible_max¦100", "multiflexible_step¦25")},
			"group q1 appearance[field-list]\n  integer q1_A_x constraint[. >= 0 and . <= 100 and (. - 0) mod 25 = 0]\n  integer q1_B_x constraint[. >= 0 and . <= 100 and (. - 0) mod 25 = 0]", nil},
		"any number a cell with input boxes": {":¦Fill in", []string{twoRows + "\n13¦1¦x¦Left¦en¦1¦1", attributes("input_boxes¦1")},
			"group q1 appearance[field-list]\n  decimal q1_A_x\n  decimal q1_B_x", nil},
		"a select_multiple a row in a table of boxes": {":¦Tick", []string{twoByTwo, attributes("multiflexible_checkbox¦1")},
			"group q1 appearance[field-list]\n  select_multiple q1 q1_A\n  select_multiple q1 q1_B", nil},
		"a text":                   {"S¦Name", nil, "text q1", nil},
		"a long text":              {"T¦Tell", nil, "text q1 appearance[multiline]", nil},
		"a huge text":              {"U¦Tell", nil, "text q1 appearance[multiline]", nil},
		"a number out of a text":   {"S¦Year", []string{attributes("numbers_only¦1")}, "decimal q1", nil},
		"several texts":            {"Q¦Names", []string{twoRows}, "group q1 appearance[field-list]\n  text q1_A\n  text q1_B", nil},
		"a decimal":                {"N¦Weight", nil, "decimal q1", nil},
		"an integer":               {"N¦Age", []string{attributes("num_value_int_only¦1")}, "integer q1", nil},
		"several numbers":          {"K¦Hours", []string{twoRows}, "group q1 appearance[field-list]\n  decimal q1_A\n  decimal q1_B", nil},
		"a date":                   {"D¦When", nil, "date q1", nil},
		"a time":                   {"D¦When", []string{attributes("date_format¦HH:MM")}, "time q1", nil},
		"a date with a time":       {"D¦When", []string{attributes("date_format¦dd.mm.yyyy HH:MM")}, "dateTime q1", nil},
		"a ranking":                {"R¦Order", []string{twoAnswers}, "rank q1 q1", nil},
		"a note":                   {"X¦Read this", nil, "note q1", nil},
		"a calculation and a note": {"*¦{1 + 2}", nil, "calculate q1 calculation[1 + 2]\nnote q1_note", nil},
		"a calculation from the setting equation": {"*¦Sum: {q1}", []string{attributes("equation¦{1 + 2}")},
			"calculate q1 calculation[1 + 2]\nnote q1_note", nil},
		"a calculation alone when it is hidden": {"*¦{1 + 2}", []string{attributes("hidden¦1")}, "calculate q1 calculation[1 + 2]", nil},
		"a hidden value when it is always hidden": {"S¦Source", []string{attributes("hidden¦1"), "defaultvalues\nqid¦language¦defaultvalue\n1¦en¦mail"},
			"hidden q1 default[mail]", nil},
		"a hidden value with brackets in it": {"S¦Source", []string{attributes("hidden¦1"), "defaultvalues\nqid¦language¦defaultvalue\n1¦en¦mail (old)"},
			"hidden q1 default[mail (old)]", nil},
		"a calculation when what is hidden is worked out": {"S¦Year", []string{attributes("hidden¦1"), "defaultvalues\nqid¦language¦defaultvalue\n1¦en¦{date('Y')}"},
			"calculate q1 calculation[once(number(format-date(today(), '%Y')))]", nil},
		"what the way in fills in, when the address filled it in": {"S¦Source", []string{attributes("hidden¦1"), "survey_url_parameters\nparameter¦targetqid\nsrc¦1"},
			"text q1 prefill[collector]", nil},
		"a text when its type is unknown": {"?¦What", nil, "text q1", []string{"lss.unknown_type"}},
		"choices in a random order":       {"L¦How?", []string{twoAnswers, attributes("random_order¦1")}, "select_one q1 q1 parameters[randomize=true]", nil},
		"choices in columns":              {"L¦How?", []string{twoAnswers, attributes("display_columns¦3")}, "select_one q1 q1 appearance[columns-3]", nil},
	} {
		t.Run(name, func(t *testing.T) {
			f := compiled(t, c.lost, append(c.tables, questions("question¦mandatory¦other", "q1¦"+c.kind))...)
			if got := strings.TrimSpace(outline(inGroup(f.Definition))); got != c.want {
				t.Errorf("it becomes\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestAFileUploadIsNamedAndLeftOut(t *testing.T) {
	d, problems := readLSS(t, questions("question", "q1¦|¦Send a file", "q2¦S¦Name"))
	if got := outline(inGroup(d)); got != "text q2\n" {
		t.Errorf("taken over:\n%s", got)
	}
	if len(problems) != 1 || problems[0].Key != "lss.upload" || problems[0].Sheet != "Group one" || problems[0].Question != "q1" || problems[0].Severity != questionnaire.Warning {
		t.Errorf("problems %+v, want a warning about the upload with group and question", problems)
	}
}

func TestFixedChoicesSpeakTheLanguagesOfTheSurvey(t *testing.T) {
	d, problems := readLSS(t,
		"surveys\nsid¦language¦additional_languages\n1¦nl¦en tlh",
		questions("question", "q1¦Y¦Sure?"))
	yes := d.Lists[0].Choices[0]
	if yes.Label["Nederlands (nl)"] != "Ja" || yes.Label["English (en)"] != "Yes" {
		t.Errorf("yes is %v", yes.Label)
	}
	if got := keys(problems); len(got) != 1 || got[0] != "lss.english_words" {
		t.Errorf("problems %v, want one about a language without our words", got)
	}
}

func TestPointsCountForWhatTheySay(t *testing.T) {
	d, _ := readLSS(t, questions("question", "q1¦5¦How?"))
	for i, c := range d.Lists[0].Choices {
		if c.Score == nil || *c.Score != float64(i+1) {
			t.Errorf("choice %s scores %v", c.Name, c.Score)
		}
	}
}

func TestAssessmentValuesBecomeScoresWhenTheSurveyAssesses(t *testing.T) {
	answers := "answers\nqid¦code¦answer¦assessment_value¦language\n1¦a¦Good¦4¦en"
	for settings, want := range map[string]bool{"1¦en¦Y": true, "1¦en¦N": false} {
		d, _ := readLSS(t, "surveys\nsid¦language¦assessments\n"+settings, answers, questions("question", "q1¦L¦How?"))
		if c := d.Lists[0].Choices[0]; (c.Score != nil) != want {
			t.Errorf("settings %s: score %v", settings, c.Score)
		}
		d, _ = readLSS(t, "surveys\nsid¦language¦assessments\n"+settings, questions("question", "q1¦M¦Which?"), twoRows, attributes("assessment_value¦3"))
		if c := d.Lists[0].Choices[1]; (c.Score != nil && *c.Score == 3) != want {
			t.Errorf("settings %s, several choices: score %v", settings, c.Score)
		}
	}
}

func TestAGroupIsOnePageUnlessSomethingOnItDependsOnIt(t *testing.T) {
	survey := "surveys\nsid¦language¦format\n1¦en¦G"
	for name, c := range map[string]struct {
		rows []string
		want string
	}{
		"two questions":                  {[]string{"a¦S¦A¦", "b¦S¦B¦"}, "field-list"},
		"one that depends on the other":  {[]string{"a¦S¦A¦", "b¦S¦B¦!is_empty(a)"}, ""},
		"one whose text tells the other": {[]string{"a¦S¦A¦", "b¦S¦You said {strtoupper(a)}¦"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d, _ := readLSS(t, survey, questions("question¦relevance", c.rows...))
			if got := d.Items[0].Appearance; got != c.want {
				t.Errorf("appearance %q, want %q", got, c.want)
			}
		})
	}
}

func TestNamesAreValidAndUsedOnce(t *testing.T) {
	d, problems := readLSS(t, questions("question", "1a¦S¦A", "q b¦S¦B", "q1¦S¦C", "q1¦S¦D"))
	if got := outline(inGroup(d)); got != "text _1a\ntext q_b\ntext q1\ntext q1_2\n" {
		t.Errorf("names:\n%s", got)
	}
	if got := keys(problems); len(got) != 3 {
		t.Errorf("problems %v, want each new name told", got)
	}
}

func TestPartsWithTheSameCodeAreToldApart(t *testing.T) {
	twice := strings.ReplaceAll(twoByTwo, "¦B¦", "¦A¦")
	for kind, want := range map[string]string{
		"A": "group q1 appearance[table-list]\n  select_one lss_points_5 q1_A\n  select_one lss_points_5 q1_A_2\n",
		"Q": "group q1 appearance[field-list]\n  text q1_A\n  text q1_A_2\n",
		";": "group q1 appearance[field-list]\n  text q1_A_x\n  text q1_A_y\n  text q1_A_2_x\n  text q1_A_2_y\n",
		"M": "select_multiple q1 q1\n",
	} {
		f := compiled(t, []string{"lss.renamed"}, twice, questions("question", "q1¦"+kind+"¦Rate"))
		if got := outline(inGroup(f.Definition)); got != want {
			t.Errorf("%s becomes\n%s\nwant\n%s", kind, got, want)
		}
	}
	compiled(t, nil, strings.ReplaceAll(twoRows, "¦B¦", "¦Acomment¦"), questions("question", "q1¦P¦Which"))
	compiled(t, nil, "subquestions\nqid¦parent_qid¦title¦question¦language¦question_order¦scale_id\n11¦1¦A¦a¦en¦1¦0\n12¦1¦A_B¦b¦en¦2¦0\n13¦1¦B_C¦c¦en¦1¦1\n14¦1¦C¦d¦en¦2¦1", questions("question", "q1¦;¦Cells"))
}

func TestTheSameFileGivesTheSameDefinition(t *testing.T) {
	file := []string{twoRows, questions("question", "q1¦P¦Which {rand(1,2)} {SURVEYNAME}?")}
	first, _ := readLSS(t, file...)
	for range 5 {
		again, _ := readLSS(t, file...)
		if outline(first.Items) != outline(again.Items) {
			t.Fatal("two readings differ")
		}
	}
}

func TestTextsInTablesOfTheirOwnAreRead(t *testing.T) {
	d, problems := readLSS(t,
		"surveys\nsid¦language¦additional_languages\n1¦en¦nl",
		"groups\ngid¦group_order\n1¦1",
		"group_l10ns\ngid¦group_name¦language\n1¦One¦en\n1¦Een¦nl",
		"questions\nqid¦gid¦type¦title\n1¦1¦L¦q1",
		"question_l10ns\nqid¦question¦help¦language\n1¦How?¦Think¦en\n1¦Hoe?¦Denk na¦nl\n11¦x¦¦en",
		"answers\naid¦qid¦code¦sortorder\n5¦1¦a¦1",
		"answer_l10ns\naid¦answer¦language\n5¦Good¦en\n5¦Goed¦nl",
		"defaultvalues\ndvid¦qid¦scale_id¦sqid\n7¦1¦0¦0",
		"defaultvalue_l10ns\ndvid¦language¦defaultvalue\n7¦en¦a")
	if len(problems) > 0 {
		t.Errorf("problems %v", keys(problems))
	}
	q := inGroup(d)[0]
	if d.Items[0].Label["Nederlands (nl)"] != "Een" || q.Label["Nederlands (nl)"] != "Hoe?" || q.Hint["Nederlands (nl)"] != "Denk na" || q.Default != "a" {
		t.Errorf("group %v, question %v, %v, default %q", d.Items[0].Label, q.Label, q.Hint, q.Default)
	}
	if c := d.Lists[0].Choices[0]; c.Label["Nederlands (nl)"] != "Goed" || c.Label["English (en)"] != "Good" {
		t.Errorf("choice %v", c.Label)
	}
}

func TestInformalDutchIsDutch(t *testing.T) {
	d, _ := readLSS(t, "surveys\nsid¦language\n1¦nl-informal",
		"questions\nqid¦gid¦type¦title¦question¦language\n1¦1¦S¦q1¦Hoe heet je?¦nl-informal")
	if l := d.Languages[0]; l.Code != "nl" || d.In(inGroup(d)[0].Label, "nl") != "Hoe heet je?" {
		t.Errorf("language %+v, label %v", l, inGroup(d)[0].Label)
	}
}
