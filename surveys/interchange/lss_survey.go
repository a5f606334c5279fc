package interchange

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// lssText is a text, as HTML, by LimeSurvey's language code; "" holds a setting
// that is the same in all languages.
type lssText map[string]string

// lssSurvey is a survey with its rows put together, before anything is translated.
type lssSurvey struct {
	sid       string
	lang      string   // the base language
	langs     []string // the base language first
	settings  lssRow
	title     lssText
	texts     map[string]lssText // other texts of surveys_languagesettings by column
	groups    []*lssGroup
	questions map[string]*lssQuestion // by qid
	tables    *lssTables
	orphans   []*lssQuestion // whose group is not in the file
}

type lssGroup struct {
	gid         string
	order       int
	title       lssText
	description lssText
	relevance   string
	random      string
	questions   []*lssQuestion
}

type lssQuestion struct {
	qid, gid   string
	kind       string // the one-character type
	code       string
	order      int
	scale      string // of a subquestion: "0" for rows, "1" for columns
	text, help lssText
	preg       string
	other      bool
	mandatory  string // Y, N or S (soft)
	relevance  string
	script     bool // the author wrote a script for it
	encrypted  bool // LimeSurvey keeps its answers encrypted
	attributes map[string]lssText
	rows, cols []*lssQuestion // subquestions
	answers    [2][]*lssAnswer
	conditions []lssRow
	defaults   []lssDefault

	group *lssGroup
	name  string   // in the definition
	parts []*emVar // what expressions may call it, in order
	made  *questionnaire.Item
}

type lssAnswer struct {
	code  string
	order int
	text  lssText
	value string // for assessments
	name  string // of the choice
}

type lssDefault struct {
	scale, sub, special string
	text                lssText
}

// attr is a setting of the question: its value in no or the base language.
func (q *lssQuestion) attr(s *lssSurvey, name string) string {
	t := q.attributes[name]
	if v := strings.TrimSpace(t[""]); v != "" {
		return v
	}
	return strings.TrimSpace(t[s.lang])
}

// newLSSSurvey joins the rows of the tables. Older files repeat a row for every
// language; since DBVersion 400 the texts stand in tables of their own (…_l10ns).
func newLSSSurvey(t *lssTables) (*lssSurvey, []questionnaire.Problem) {
	s := &lssSurvey{tables: t, title: lssText{}, texts: map[string]lssText{}, questions: map[string]*lssQuestion{}}
	if rows := t.rows["surveys"]; len(rows) > 0 {
		s.settings = rows[0]
	}
	s.sid = s.settings["sid"]
	s.addLanguages()
	for _, row := range t.rows["surveys_languagesettings"] {
		lang := row["surveyls_language"]
		for field, value := range row {
			if s.texts[field] == nil {
				s.texts[field] = lssText{}
			}
			s.texts[field][lang] = value
		}
		s.title[lang] = row["surveyls_title"]
	}
	if len(t.rows["questions"]) == 0 {
		return nil, lssRefusal("lss.no_questions", nil)
	}
	groups := s.readGroups()
	s.readQuestions(groups)
	for _, q := range s.questions {
		if len(q.rows) > maxLSSParts || len(q.cols) > maxLSSParts || len(q.rows)*max(1, len(q.cols)) > maxLSSItems {
			return nil, lssRefusal("lss.too_many_parts", map[string]any{"Code": q.code, "Max": maxLSSParts})
		}
	}
	s.readAnswers()
	s.readAttributes()
	s.readDefaults()
	for _, row := range t.rows["conditions"] {
		if q := s.questions[row["qid"]]; q != nil {
			q.conditions = append(q.conditions, row)
		}
	}
	return s, nil
}

func (s *lssSurvey) addLanguages() {
	s.lang = s.settings["language"]
	langs := append(slices.Clone(s.tables.languages), strings.Fields(s.settings["additional_languages"])...)
	if s.lang == "" && len(langs) > 0 {
		s.lang = langs[0]
	}
	if s.lang == "" {
		s.lang = "en"
	}
	s.langs = []string{s.lang}
	for _, l := range langs {
		if l != "" && !slices.Contains(s.langs, l) {
			s.langs = append(s.langs, l)
		}
	}
}

func (s *lssSurvey) readGroups() map[string]*lssGroup {
	byID := map[string]*lssGroup{}
	for _, row := range s.tables.rows["groups"] {
		g := byID[row["gid"]]
		if g == nil {
			g = &lssGroup{gid: row["gid"], order: lssNumber(row["group_order"]), title: lssText{}, description: lssText{},
				relevance: row["grelevance"], random: strings.TrimSpace(row["randomization_group"])}
			byID[g.gid] = g
			s.groups = append(s.groups, g)
		}
		g.title.set(row["language"], row["group_name"])
		g.description.set(row["language"], row["description"])
	}
	for _, row := range s.tables.rows["group_l10ns"] {
		if g := byID[row["gid"]]; g != nil {
			g.title.set(row["language"], row["group_name"])
			g.description.set(row["language"], row["description"])
		}
	}
	slices.SortStableFunc(s.groups, func(a, b *lssGroup) int { return cmp.Compare(a.order, b.order) })
	return byID
}

func (s *lssSurvey) readQuestions(groups map[string]*lssGroup) {
	read := func(row lssRow) (q *lssQuestion, known bool) {
		q = s.questions[row["qid"]]
		if known = q != nil; !known {
			q = &lssQuestion{qid: row["qid"], gid: row["gid"], kind: row["type"], code: strings.TrimSpace(row["title"]),
				order: lssNumber(row["question_order"]), scale: cmp.Or(row["scale_id"], "0"), text: lssText{}, help: lssText{},
				preg: row["preg"], other: row["other"] == "Y", encrypted: row["encrypted"] == "Y", mandatory: row["mandatory"], relevance: strings.TrimSpace(row["relevance"]),
				attributes: map[string]lssText{}}
			s.questions[q.qid] = q
		}
		q.text.set(row["language"], row["question"])
		q.help.set(row["language"], row["help"])
		return q, known
	}
	for _, row := range s.tables.rows["questions"] {
		q, known := read(row)
		if known {
			continue
		}
		if q.group = groups[q.gid]; q.group == nil {
			s.orphans = append(s.orphans, q)
			continue
		}
		q.group.questions = append(q.group.questions, q)
	}
	for _, row := range s.tables.rows["subquestions"] {
		parent := s.questions[row["parent_qid"]]
		if parent == nil {
			continue
		}
		sub, known := read(row)
		if known || sub == parent {
			continue
		}
		sub.group = parent.group
		if sub.scale == "1" {
			parent.cols = append(parent.cols, sub)
		} else {
			parent.rows = append(parent.rows, sub)
		}
	}
	for _, row := range s.tables.rows["question_l10ns"] {
		if q := s.questions[row["qid"]]; q != nil {
			q.text.set(row["language"], row["question"])
			q.help.set(row["language"], row["help"])
			q.script = q.script || strings.TrimSpace(row["script"]) != ""
		}
	}
	byOrder := func(a, b *lssQuestion) int { return cmp.Compare(a.order, b.order) }
	for _, g := range s.groups {
		slices.SortStableFunc(g.questions, byOrder)
	}
	for _, q := range s.questions {
		slices.SortStableFunc(q.rows, byOrder)
		slices.SortStableFunc(q.cols, byOrder)
	}
}

func (s *lssSurvey) readAnswers() {
	byID := map[string]*lssAnswer{}
	type place struct{ qid, scale, code string }
	known := map[place]*lssAnswer{}
	for _, row := range s.tables.rows["answers"] {
		q := s.questions[row["qid"]]
		if q == nil {
			continue
		}
		at := place{q.qid, cmp.Or(row["scale_id"], "0"), row["code"]}
		a := known[at]
		if a == nil {
			a = &lssAnswer{code: strings.TrimSpace(row["code"]), order: lssNumber(row["sortorder"]), value: row["assessment_value"], text: lssText{}}
			known[at] = a
			n := 0
			if at.scale == "1" {
				n = 1
			}
			q.answers[n] = append(q.answers[n], a)
		}
		a.text.set(row["language"], row["answer"])
		if row["aid"] != "" {
			byID[row["aid"]] = a
		}
	}
	for _, row := range s.tables.rows["answer_l10ns"] {
		if a := byID[row["aid"]]; a != nil {
			a.text.set(row["language"], row["answer"])
		}
	}
	for _, q := range s.questions {
		for n := range q.answers {
			slices.SortStableFunc(q.answers[n], func(a, b *lssAnswer) int { return cmp.Compare(a.order, b.order) })
		}
	}
}

// lssRenamed are settings under the names that they had in older versions.
var lssRenamed = map[string]string{
	"exclude_all_other": "exclude_all_others", "dropdown_dates_year_min": "date_min", "dropdown_dates_year_max": "date_max",
	"min_num_value_sgqa": "min_num_value", "max_num_value_sgqa": "max_num_value", "num_value_equals_sgqa": "equals_num_value", "num_value_equals_value": "equals_num_value",
}

func (s *lssSurvey) readAttributes() {
	for _, row := range s.tables.rows["question_attributes"] {
		q := s.questions[row["qid"]]
		if q == nil || row["attribute"] == "" {
			continue
		}
		name := row["attribute"]
		if modern := lssRenamed[name]; modern != "" {
			if name = modern; row["value"] == "" {
				continue
			}
		}
		if q.attributes[name] == nil {
			q.attributes[name] = lssText{}
		}
		q.attributes[name][row["language"]] = row["value"]
	}
}

func (s *lssSurvey) readDefaults() {
	known := map[[4]string]int{}
	texts := map[string]lssText{}
	for _, row := range s.tables.rows["defaultvalue_l10ns"] {
		if texts[row["dvid"]] == nil {
			texts[row["dvid"]] = lssText{}
		}
		texts[row["dvid"]].set(row["language"], row["defaultvalue"])
	}
	for _, row := range s.tables.rows["defaultvalues"] {
		q := s.questions[row["qid"]]
		if q == nil {
			continue
		}
		d := lssDefault{scale: cmp.Or(row["scale_id"], "0"), sub: row["sqid"], special: row["specialtype"], text: texts[row["dvid"]]}
		if d.text == nil {
			d.text = lssText{}
		}
		if row["defaultvalue"] != "" {
			d.text.set(row["language"], row["defaultvalue"])
		}
		at := [4]string{q.qid, d.scale, d.sub, d.special}
		i, again := known[at]
		if !again {
			known[at] = len(q.defaults)
			q.defaults = append(q.defaults, d)
			continue
		}
		for lang, v := range d.text {
			q.defaults[i].text.set(lang, v)
		}
	}
}

// set keeps the first text of a language.
func (t lssText) set(lang, text string) {
	if text != "" && t[lang] == "" {
		t[lang] = text
	}
}

// lssNumber is a whole number of a row; 0 when there is none.
func lssNumber(s string) int {
	n, _ := strconv.Atoi(strings.TrimSpace(s))
	return n
}
