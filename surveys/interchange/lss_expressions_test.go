package interchange_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// household is a survey with one question of each sort, and last the question x
// whose condition is tried.
func household(condition string) []string {
	return []string{
		`questions
qid¦gid¦title¦type¦question¦language¦relevance¦other¦mandatory¦help
1¦1¦age¦N¦Age¦en
2¦1¦name¦S¦Name¦en
3¦1¦pet¦L¦Pet¦en¦¦Y
4¦1¦food¦M¦Food¦en¦¦Y
5¦1¦rate¦A¦Rate¦en
6¦1¦born¦D¦Born¦en
7¦1¦cell¦:¦Cells¦en
8¦1¦rank¦R¦Order¦en
9¦1¦sure¦Y¦Sure¦en
10¦1¦box¦:¦Boxes¦en
11¦1¦talk¦P¦Talk¦en
12¦1¦duo¦1¦Duo¦en
13¦1¦code¦F¦Codes¦en
99¦1¦x¦X¦Shown¦en¦` + condition,
		`subquestions
qid¦parent_qid¦title¦question¦language¦question_order¦scale_id
41¦4¦A¦Apple¦en¦1
42¦4¦B¦Bread¦en¦2
51¦5¦A¦First¦en¦1
52¦5¦B¦Second¦en¦2
71¦7¦r¦Row¦en¦1
72¦7¦s¦Row¦en¦2
73¦7¦c¦Column¦en¦1¦1
74¦7¦d¦Column¦en¦2¦1
101¦10¦r¦Row¦en¦1
102¦10¦c¦Column¦en¦1¦1
103¦10¦d¦Column¦en¦2¦1
111¦11¦A¦Apple¦en¦1
121¦12¦A¦Apple¦en¦1
131¦13¦A¦Apple¦en¦1`,
		`answers
qid¦code¦answer¦sortorder¦language¦scale_id
3¦1¦Cat¦1¦en
3¦2¦Dog¦2¦en
8¦u¦Up¦1¦en
8¦v¦Down¦2¦en
12¦1¦One¦1¦en¦0
12¦2¦Two¦1¦en¦1
13¦k 1¦One¦1¦en
13¦k2¦Two¦2¦en`,
		"question_attributes\nqid¦attribute¦value\n7¦input_boxes¦1\n10¦multiflexible_checkbox¦1",
	}
}

// afternoon is the moment at which conditions are tried.
var afternoon = time.Date(2026, 11, 25, 14, 30, 0, 0, time.UTC)

// TestAConditionMeansTheSame tries conditions of the ExpressionManager on answers:
// the question that has one is asked when LimeSurvey would ask it.
func TestAConditionMeansTheSame(t *testing.T) {
	const yes, no = true, false
	for _, c := range []struct {
		condition string
		want      string // the translation
		answers   string // name=value, parted by ;
		asked     bool
	}{
		{`age == 30`, `${age} = 30`, "age=30", yes},
		{`age == "30"`, `${age} = 30`, "age=30.0", yes},
		{`age != 30`, `${age} != 30`, "", yes},
		{`age > 18 && age < 65`, `${age} > 18 and ${age} < 65`, "age=40", yes},
		{`age gt 18 and age le 65`, `${age} > 18 and ${age} <= 65`, "age=70", no},
		{`age.NAOK ge 18 or name eq "Bo"`, `${age} >= 18 or ${name} = 'Bo'`, "name=Bo", yes},
		{`age < 18`, `${age} < 18`, "", no},
		{`age`, `${age} != '' and ${age} != 0`, "age=0", no},
		{`age`, `${age} != '' and ${age} != 0`, "age=3", yes},
		{`!age`, `not(${age} != '' and ${age} != 0)`, "", yes},
		{`name`, `${name} != '' and ${name} != '0'`, "name=Bo", yes},
		{`name == ""`, `${name} = ''`, "", yes},
		{`name > " "`, `${name} != ''`, "name=x", yes},
		{`name >= ""`, `${name} != ''`, "", no},
		{`!is_empty(name)`, `${name} != ''`, "name=x", yes},
		{`is_empty(age) || age >= 18`, `${age} = '' or ${age} >= 18`, "", yes},
		{`pet == "1"`, `${pet} = '1'`, "pet=1", yes},
		{`pet == 2`, `${pet} = 2`, "pet=2", yes},
		{`pet == "-oth-"`, `${pet} = 'other'`, "pet=other", yes},
		{`pet_other == "fish"`, `${pet_other} = 'fish'`, "pet=other;pet_other=fish", yes},
		{`food_A == "Y"`, `selected(${food}, 'A')`, "food=A B", yes},
		{`food_A != "Y"`, `not(selected(${food}, 'A'))`, "food=B", yes},
		{`food_A == ""`, `not(selected(${food}, 'A'))`, "food=A", no},
		{`food_A`, `selected(${food}, 'A')`, "food=A", yes},
		{`is_empty(food_A)`, `not(selected(${food}, 'A'))`, "food=B", yes},
		{`food_A.NAOK == food_B.NAOK`, `if(selected(${food}, 'A'), 'Y', '') = if(selected(${food}, 'B'), 'Y', '')`, "food=A B", yes},
		{`food_other == "Y"`, `${food_other} != ''`, "food=other;food_other=x", yes},
		{`count(food_A, food_B) == 2`, `if(selected(${food}, 'A'), 1, 0) + if(selected(${food}, 'B'), 1, 0) = 2`, "food=A B", yes},
		{`count(that.food) > 1`, `count-selected(${food}) > 1`, "food=A B", yes},
		{`count(that.food.NAOK)`, `count-selected(${food}) != 0`, "", no},
		{`rate_A > rate_B`, `${rate_A} > ${rate_B}`, "rate_A=4;rate_B=2", yes},
		{`sum(that.rate) >= 6`, `coalesce(${rate_A}, 0) + coalesce(${rate_B}, 0) >= 6`, "rate_A=4", no},
		{`sum(rate_A.NAOK, rate_B.NAOK)/2 >= 3`, `(coalesce(${rate_A}, 0) + coalesce(${rate_B}, 0)) div 2 >= 3`, "rate_A=4;rate_B=2", yes},
		{`max(rate_A, rate_B) == 4`, `max(coalesce(${rate_A}, ${rate_B}), coalesce(${rate_B}, ${rate_A})) = 4`, "rate_A=4", yes},
		{`min(rate_A, rate_B, 3) == 2`, `min(3, coalesce(${rate_A}, 3), coalesce(${rate_B}, 3)) = 2`, "rate_A=2", yes},
		{`countif("4", that.rate) == 1`, `if(${rate_A} = '4', 1, 0) + if(${rate_B} = '4', 1, 0) = 1`, "rate_A=4;rate_B=2", yes},
		{`countifop(">=", 3, that.rate) == 1`, `if(${rate_A} >= 3, 1, 0) + if(${rate_B} >= 3, 1, 0) = 1`, "rate_A=4;rate_B=2", yes},
		{`sumifop("gt", 2, that.rate) == 4`, `if(${rate_A} > 2, coalesce(${rate_A}, 0), 0) + if(${rate_B} > 2, coalesce(${rate_B}, 0), 0) = 4`, "rate_A=4;rate_B=2", yes},
		{`countifop("RX", "/^[24]$/", that.rate) == 2`, `if(regex(${rate_A}, '^[24]$'), 1, 0) + if(regex(${rate_B}, '^[24]$'), 1, 0) = 2`, "rate_A=4;rate_B=2", yes},
		{`unique(rate_A, rate_B)`, `not(${rate_B} != '' and ${rate_B} = ${rate_A})`, "rate_A=2;rate_B=2", no},
		{`sum(that.cell.sq_c) == 5`, `coalesce(${cell_r_c}, 0) + coalesce(${cell_s_c}, 0) = 5`, "cell_r_c=2;cell_s_c=3;cell_r_d=9", yes},
		{`count(that.cell.nosq_d) == 2`, `if(${cell_r_c} != '', 1, 0) + if(${cell_s_c} != '', 1, 0) = 2`, "cell_r_c=2;cell_r_d=9", no},
		{`cell_r_c + cell_r_d > 10`, `coalesce(${cell_r_c}, 0) + coalesce(${cell_r_d}, 0) > 10`, "cell_r_c=11", yes},
		{`box_r_c == 1`, `selected(${box_r}, 'c')`, "box_r=c", yes},
		{`sum(that.box) == 2`, `if(selected(${box_r}, 'c'), 1, 0) + if(selected(${box_r}, 'd'), 1, 0) = 2`, "box_r=c d", yes},
		{`count(that.box) == 2`, `count-selected(${box_r}) = 2`, "box_r=c d", yes},
		{`rank_1 == "v"`, `selected-at(${rank}, 0) = 'v'`, "rank=v u", yes},
		{`sure == "Y"`, `${sure} = 'Y'`, "sure=N", no},
		{`born < "2008-11-25"`, `decimal-date-time(${born}) < decimal-date-time('2008-11-25')`, "born=1990-01-01", yes},
		{`born <= date("Y-m-d")`, `decimal-date-time(${born}) <= decimal-date-time(today())`, "born=2026-11-26", no},
		{`strtotime(born) < time()`, `decimal-date-time(${born}) * 86400 < decimal-date-time(now()) * 86400`, "born=2026-11-25", yes},
		{`(time() - strtotime(born)) / 31557600 >= 18`, `(decimal-date-time(now()) * 86400 - decimal-date-time(${born}) * 86400) div 31557600 >= 18`, "born=2008-11-24", yes},
		{`date("Y", strtotime(born)) < 2000`, `number(format-date(${born}, '%Y')) < 2000`, "born=1999-12-31", yes},
		{`talk_A == "Y" and talk_Acomment != ""`, `selected(${talk}, 'A') and ${talk_Acomment} != ''`, "talk=A;talk_Acomment=x", yes},
		{`count(that.talk.comments) == 1`, `if(${talk_Acomment} != '', 1, 0) = 1`, "talk=A;talk_Acomment=x", yes},
		{`duo_A_0 == 1 && duo_A_1 == 2`, `${duo_A_0} = 1 and ${duo_A_1} = 2`, "duo_A_0=1;duo_A_1=2", yes},
		{`code_A == "k 1"`, `${code_A} = 'k_1'`, "code_A=k_1", yes},
		{`strlen(name) > 2`, `string-length(${name}) > 2`, "name=Bob", yes},
		{`substr(name, 0, 1) == "B"`, `substr(${name}, 0, 1) = 'B'`, "name=Bob", yes},
		{`substr(name, -1) == "b"`, `substr(${name}, -1) = 'b'`, "name=Bob", yes},
		{`strpos(name, "b")`, `contains(${name}, 'b')`, "name=Bob", yes},
		{`strtolower(trim(name)) == "bob"`, `lower-case(normalize-space(${name})) = 'bob'`, "name= Bob ", yes},
		{`regexMatch("/^[a-z]+$/i", name)`, `regex(${name}, '(?i)^[a-z]+$')`, "name=Bob", yes},
		{`regexMatch('/\d/', name)`, `regex(${name}, '[\s\S]*(?:\d)[\s\S]*')`, "name=Bob", no},
		{`regexMatch("/o/", name) == 1`, `regex(${name}, '[\s\S]*(?:o)[\s\S]*')`, "name=Bob", yes},
		{`is_numeric(age)`, `${age} != ''`, "age=3", yes},
		{`is_numeric(name)`, `regex(${name}, '^-?[0-9]+(\.[0-9]*)?$')`, "name=x", no},
		{`round(age / 10) == 3`, `round(${age} div 10) = 3`, "age=31", yes},
		{`floor(age / 10) == 3`, `if(int(${age} div 10) > ${age} div 10, int(${age} div 10) - 1, int(${age} div 10)) = 3`, "age=39", yes},
		{`ceil(age / 10) == 4`, `if(int(${age} div 10) < ${age} div 10, int(${age} div 10) + 1, int(${age} div 10)) = 4`, "age=31", yes},
		{`abs(-age) == 3`, `abs(-${age}) = 3`, "age=3", yes},
		{`if(age > 18, name == "Bo", sure == "Y")`, `${age} > 18 and ${name} = 'Bo' or not(${age} > 18) and ${sure} = 'Y'`, "age=10;sure=Y", yes},
		{`if(age > 18, 1, 0)`, `${age} > 18`, "age=20", yes},
		{`(age > 18) == 1`, `${age} > 18`, "age=20", yes},
		{`is_empty(name) == 0`, `${name} != ''`, "name=x", yes},
		{`1X1X1.NAOK > 18`, `${age} > 18`, "age=20", yes},
		{`1X1X4A.NAOK == "Y"`, `selected(${food}, 'A')`, "food=A", yes},
		{`1X1X7r_c.NAOK == 2`, `${cell_r_c} = 2`, "cell_r_c=2", yes},
		{`1X1X12A#1.NAOK == 2`, `${duo_A_1} = 2`, "duo_A_1=2", yes},
		{`AGE > 18`, `${age} > 18`, "age=20", yes},
		{`name + "s" == "Bobs"`, `concat(${name}, 's') = 'Bobs'`, "name=Bob", yes},
		{`name == "it's"`, `${name} = "it's"`, "name=it's", yes},
		{`1`, ``, "", yes},
		{`0`, `false()`, "", no},
		{`age &gt; 18 &amp;&amp; age &lt; 20`, `${age} > 18 and ${age} < 20`, "age=19", yes},
	} {
		t.Run(c.condition+" on "+c.answers, func(t *testing.T) {
			f := compiled(t, nil, household(c.condition)...)
			x := f.Field("x")
			if x.Relevant != c.want {
				t.Errorf("translated to\n%s\nwant\n%s", x.Relevant, c.want)
			}
			answers := questionnaire.Answers{}
			for pair := range strings.SplitSeq(c.answers, ";") {
				if name, value, ok := strings.Cut(pair, "="); ok {
					answers[name] = value
				}
			}
			if got := f.Evaluate(answers, questionnaire.Env{Now: afternoon}).Relevant("x"); got != c.asked {
				t.Errorf("asked: %v, want %v", got, c.asked)
			}
		})
	}
}

func TestAnEquationYieldsTheSame(t *testing.T) {
	for _, c := range []struct{ equation, answers, want string }{
		{`{age + 1}`, "age=20", "21"},
		{`{age * 2 - 1}`, "age=20", "39"},
		{`Hello {name}!`, "name=Bo", "Hello Bo!"},
		{`{if(age >= 18, "adult", "child")}`, "age=20", "adult"},
		{`{pet.shown}`, "pet=2", "Dog"},
		{`{list(food_A.shown, food_B.shown)}`, "food=A B", "Apple, Bread"},
		{`{implode("-", name, age)}`, "name=Bo;age=3", "Bo-3"},
		{`{join(name, age)}`, "name=Bo;age=3", "Bo3"},
		{`{date("d.m.Y", strtotime(born))}`, "born=1990-02-01", "01.02.1990"},
		{`{age.question}`, "", "Age"},
		{`{age > 3}`, "age=4", "1"},
		{`{str_replace("-", "", name)}`, "name=a-b", "ab"},
		{`{strtoupper(name)}`, "name=bo", "BO"},
		{`{pow(2, 3)}`, "", "8"},
		{`{stddev(rate_A, rate_B)}`, "rate_A=1;rate_B=3", "1.4142135623730951"},
		{`{stddev(rate_A, rate_B)}`, "rate_A=1", "0"},
		{`{rank_1.shown}`, "rank=v u", "Down"},
		{`{nl2br(name)}`, "name=bo", "bo"},
		{`{countifop("==", "Y", food_A, food_B)}`, "food=B", "1"},
	} {
		t.Run(c.equation+" on "+c.answers, func(t *testing.T) {
			tables := household("1")
			tables[0] = strings.Replace(tables[0], "99¦1¦x¦X¦Shown¦en¦1", "99¦1¦x¦*¦"+c.equation+"¦en", 1)
			f := compiled(t, nil, tables...)
			answers := questionnaire.Answers{}
			for pair := range strings.SplitSeq(c.answers, ";") {
				if name, value, ok := strings.Cut(pair, "="); ok {
					answers[name] = value
				}
			}
			if got := f.Evaluate(answers, questionnaire.Env{Now: afternoon}).Value("x"); got != c.want {
				t.Errorf("%s = %q, want %q", f.Field("x").Calculation, got, c.want)
			}
		})
	}
}

func TestADrawIsKept(t *testing.T) {
	f := compiled(t, nil, questions("question", "draw¦*¦{if(is_empty(draw), rand(1, 6), draw)}"))
	if got := f.Field("draw").Calculation; got != "once(int(random() * 6) + 1)" {
		t.Errorf("calculation %s", got)
	}
}

// TestWhatCannotBeTranslatedIsSaid tries conditions that have no counterpart: the
// question is asked of everybody, and a warning names the place.
func TestWhatCannotBeTranslatedIsSaid(t *testing.T) {
	for condition, want := range map[string]struct {
		key string
		pos int
	}{
		`nobody == 1`:                   {"lss.em.unknown_name", 1},
		`age > 3 && nobody`:             {"lss.em.unknown_name", 12},
		`TOKEN:EMAIL == "x"`:            {"lss.em.participant", 1},
		`age = 3`:                       {"lss.em.assignment", 5},
		`age >`:                         {"lss.em.unfinished", 6},
		`(age > 3`:                      {"lss.em.unfinished", 9},
		`age > 3)`:                      {"lss.em.unexpected", 8},
		`age % 3`:                       {"lss.em.strange_sign", 5},
		`name == "x`:                    {"lss.em.open_text", 9},
		`soundex(name) == "x"`:          {"lss.em.function", 1},
		`is_empty(name, age)`:           {"lss.em.arguments", 1},
		`name < "m"`:                    {"lss.em.text_order", 8},
		`born > "yesterday evening"`:    {"lss.em.date", 8},
		`that.rate == 1`:                {"lss.em.list_outside_function", 1},
		`age.relevanceStatus`:           {"lss.em.attribute", 1},
		`regexMatch("/(?=a)/", name)`:   {"lss.em.pattern", 12},
		`date("U") > 3`:                 {"lss.em.date_format", 6},
		`substr(name, age) == "x"`:      {"lss.em.needs_constant", 1},
		strings.Repeat("(", 90) + "1":   {"lss.em.too_deep", 61},
		`1` + strings.Repeat("+1", 2e4): {"lss.em.too_long", 1},
	} {
		d, problems := readLSS(t, household(condition)...)
		i := slices.IndexFunc(problems, func(p questionnaire.Problem) bool { return p.Key == want.key })
		if i < 0 {
			t.Errorf("%.40s: problems %v, want %s", condition, keys(problems), want.key)
			continue
		}
		p := problems[i]
		if p.Severity != questionnaire.Warning || p.Sheet != "Group one" || p.Question != "x" || p.Column != "relevant" || p.Args["Position"] != want.pos {
			t.Errorf("%.40s: %+v, want a warning at character %d", condition, p, want.pos)
		}
		items := inGroup(d)
		if x := items[len(items)-1]; x.Name != "x" || x.Relevant != "" {
			t.Errorf("%.40s: %s is asked when %q, want always", condition, x.Name, x.Relevant)
		}
	}
}

// TestTheConditionsTable reads conditions of files from before there were
// expressions.
func TestTheConditionsTable(t *testing.T) {
	for name, c := range map[string]struct{ rows, want string }{
		"one":                             {"1¦1X1X1¦==¦30¦1", `${age} = 30`},
		"two on one question":             {"3¦1X1X3¦==¦1¦1\n3¦1X1X3¦==¦2¦1", `${pet} = 1 or ${pet} = 2`},
		"two on two questions":            {"1¦1X1X1¦>¦18¦1\n3¦1X1X3¦==¦1¦1", `${age} > 18 and ${pet} = 1`},
		"two scenarios":                   {"1¦1X1X1¦>¦18¦1\n3¦1X1X3¦==¦1¦2", `${age} > 18 or ${pet} = 1`},
		"choices of a select_multiple":    {"4¦1X1X4¦==¦A¦1\n4¦1X1X4¦==¦B¦1", `selected(${food}, 'A') or selected(${food}, 'B')`},
		"one choice by its own name":      {"4¦+1X1X4A¦==¦Y¦1", `selected(${food}, 'A')`},
		"no answer":                       {"2¦1X1X2¦==¦ ¦1", `${name} = ''`},
		"any answer":                      {"2¦1X1X2¦!=¦ ¦1", `${name} != ''`},
		"less than, which nothing is not": {"1¦1X1X1¦<¦18¦1", `${age} != '' and ${age} < 18`},
		"a pattern":                       {"2¦1X1X2¦RX¦^B¦1", `regex(${name}, '[\s\S]*(?:^B)[\s\S]*')`},
		"the answer to another question":  {"1¦1X1X1¦==¦@1X1X2@¦1", `${age} = ${name}`},
		"a row of a matrix":               {"5¦1X1X5A¦==¦3¦1", `${rate_A} = 3`},
	} {
		t.Run(name, func(t *testing.T) {
			conditions := "conditions\nqid¦cqid¦cfieldname¦method¦value¦scenario"
			for row := range strings.SplitSeq(c.rows, "\n") {
				conditions += "\n99¦" + row
			}
			f := compiled(t, nil, append(household("1"), conditions)...)
			if got := f.Field("x").Relevant; got != c.want {
				t.Errorf("relevant\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestAConditionOnAQuestionThatIsNotAskedFails(t *testing.T) {
	for condition, want := range map[string]string{
		`b != "x"`:                `${a} = 1 and ${b} != 'x'`,
		`b.NAOK != "x"`:           `${b} != 'x'`,
		`b == "x"`:                `${b} = 'x'`,
		`b == ""`:                 `${a} = 1 and ${b} = ''`,
		`is_empty(b)`:             `${a} = 1 and ${b} = ''`,
		`!is_empty(b)`:            `${b} != ''`,
		`!(b == "x")`:             `${a} = 1 and not(${b} = 'x')`,
		`!(b > 3)`:                `${a} = 1 and not(${b} > 3)`,
		`!b`:                      `${a} = 1 and not(${b} != '' and ${b} != '0')`,
		`a == 1 && b != "x"`:      `${a} = 1 and (${a} = 1 and ${b} != 'x')`,
		`a != 2`:                  `${a} != 2`,
		`b != "x" || b.NAOK == 2`: `${a} = 1 and (${b} != 'x' or ${b} = 2)`,
	} {
		f := compiled(t, nil, questions("question¦relevance", "a¦N¦A¦1", "b¦S¦B¦a == 1", "c¦X¦C¦"+condition))
		if got := f.Field("c").Relevant; got != want {
			t.Errorf("%s becomes\n%s\nwant\n%s", condition, got, want)
		}
	}
}

func TestAnExpressionInAChoiceIsWorkedOutBeforeTheQuestion(t *testing.T) {
	f := compiled(t, nil, questions("question", "a¦S¦A", "q1¦L¦Who?"), "answers\nqid¦code¦answer¦sortorder¦language\n2¦x¦{strtoupper(a)}¦1¦en")
	if got := outline(inGroup(f.Definition)); got != "text a\ncalculate q1_text calculation[upper-case(${a})]\nselect_one q1 q1\n" {
		t.Errorf("it becomes\n%s", got)
	}
}

func TestAMisspeltNameIsGuessed(t *testing.T) {
	_, problems := readLSS(t, household("agee > 3")...)
	if len(problems) != 1 || problems[0].Args["Meant"] != "age" {
		t.Errorf("problems %+v, want a guess", problems)
	}
}

func TestAnExpressionInATextBecomesAReference(t *testing.T) {
	tables := household("1")
	tables[0] = strings.Replace(tables[0], "99¦1¦x¦X¦Shown¦en¦1",
		`99¦1¦x¦X¦<p>Dear <b>{name}</b>, you are {age + 0}. {SURVEYNAME} about {pet.shown}: {ucwords(name)} {not one} \{braces}</p>¦en`, 1)
	d, problems := readLSS(t, tables...)
	items := inGroup(d)
	x, calc := items[len(items)-1], items[len(items)-2]
	if got := d.In(x.Label, "en"); got != `Dear ${name}, you are ${x_text}. Test about ${pet}: … … \{braces}` {
		t.Errorf("label %q", got)
	}
	if calc.Name != "x_text" || calc.Calculation != "coalesce(${age}, 0) + 0" {
		t.Errorf("calculation %s: %s", calc.Name, calc.Calculation)
	}
	if got := keys(problems); len(got) != 2 || got[0] != "lss.em.function" || got[1] != "lss.em.unexpected" {
		t.Errorf("problems %v", got)
	}
}
