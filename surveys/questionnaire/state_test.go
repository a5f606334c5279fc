package questionnaire_test

import (
	"maps"
	"slices"
	"testing"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

const places = `
	list_name | name      | label::nl | label::en | gebied
	gebied    | noord     | Noord     | North     |
	gebied    | zuid      | Zuid      | South     |
	wijk      | haven     | Haven     | Harbour   | noord
	wijk      | park      | Park      | Park      | noord
	wijk      | rand      | Rand      | Edge      | zuid
`

const journey = `
	type                   | name   | label::nl       | label::en   | relevant         | choice_filter      | calculation              | required | appearance
	select_one gebied      | gebied | Gebied?         | Area?       |                  |                    |                          | yes      |
	begin_group            | plek   |                 |             | ${gebied} != ''  |                    |                          |          |
	select_one wijk        | wijk   | Wijk in ${gebied}? | Part of ${gebied}? |        | gebied = ${gebied} |                          |          |
	integer                | jaren  | Jaren?          | Years?      |                  |                    |                          |          |
	calculate              | maanden|                 |             |                  |                    | ${jaren} * 12            |          |
	end_group              |        |                 |             |                  |                    |                          |          |
	text                   | waarom | Waarom?         | Why?        | ${maanden} > 12  |                    |                          |          |
`

func TestRelevanceAndCalculationsFollowTheAnswers(t *testing.T) {
	f := compiled(t, journey, places)
	s := f.Evaluate(questionnaire.Answers{"gebied": "noord", "wijk": "haven", "jaren": "2", "waarom": "mooi"}, env())
	want := questionnaire.Answers{"gebied": "noord", "wijk": "haven", "jaren": "2", "maanden": "24", "waarom": "mooi"}
	if got := s.Answers(); !maps.Equal(got, want) {
		t.Errorf("answers = %v, want %v", got, want)
	}

	t.Run("and what is not relevant any more leaves them", func(t *testing.T) {
		s := f.Evaluate(questionnaire.Answers{"wijk": "haven", "jaren": "2", "waarom": "mooi"}, env())
		if got := s.Answers(); len(got) != 0 {
			t.Errorf("answers = %v, want none", got)
		}
		if s.Relevant("plek") || s.Relevant("wijk") || s.Relevant("waarom") || s.Value("maanden") != "" {
			t.Error("a group that is not relevant still holds answers")
		}
	})
	t.Run("and a calculation without a result is blank", func(t *testing.T) {
		s := f.Evaluate(questionnaire.Answers{"gebied": "noord"}, env())
		if v := s.Value("maanden"); v != "" {
			t.Errorf("maanden = %q, want blank", v)
		}
	})
	t.Run("and the given answers stay as they are", func(t *testing.T) {
		a := questionnaire.Answers{"jaren": "2", "vreemd": "x"}
		f.Evaluate(a, env())
		if !maps.Equal(a, questionnaire.Answers{"jaren": "2", "vreemd": "x"}) {
			t.Errorf("answers changed: %v", a)
		}
	})
}

func TestACalculationThatYieldsYesOrNoIsACondition(t *testing.T) {
	f := compiled(t, `
		type      | name   | calculation            | relevant
		text      | a      |                        |
		calculate | agreed | ${a} = 'ja'            |
		calculate | copied | if(${a} != '', ${agreed}, false()) |
		calculate | spelt  | if(${a} = 'ja', 'true', 'false')   |
		text      | bare   |                        | ${agreed}
		text      | chain  |                        | ${copied} and ${agreed}
		text      | number |                        | ${agreed} = 1
		text      | word   |                        | ${agreed} = 'true'
		text      | other  |                        | ${agreed} = 'false'
		text      | plain  |                        | ${spelt}
	`, "")
	for a, want := range map[string][]string{"ja": {"bare", "chain", "number", "word", "plain"}, "nee": {"other", "plain"}, "": {"other", "plain"}} {
		s := f.Evaluate(questionnaire.Answers{"a": a}, env())
		var got []string
		for _, name := range []string{"bare", "chain", "number", "word", "other", "plain"} {
			if s.Relevant(name) {
				got = append(got, name)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("with %q asked are %v, want %v", a, got, want)
		}
	}
	if got := f.Evaluate(questionnaire.Answers{"a": "nee"}, env()).Value("agreed"); got != "false" {
		t.Errorf("stored is %q", got)
	}
}

func TestChoicesAreFilteredByAnEarlierAnswer(t *testing.T) {
	f := compiled(t, journey, places)
	s := f.Evaluate(questionnaire.Answers{"gebied": "noord", "wijk": "rand"}, env())
	var names []string
	for _, c := range s.Choices(f.Field("wijk")) {
		names = append(names, c.Name)
	}
	if !slices.Equal(names, []string{"haven", "park"}) {
		t.Errorf("choices = %v", names)
	}
	problems := s.CheckAll("nl")
	if len(problems) != 1 || problems[0].Name != "wijk" || problems[0].Key != "form.answer.no_such_choice" {
		t.Errorf("problems = %v, want one about a choice that is filtered out", problems)
	}
}

func TestStatusTellsWhyThereIsNoAnswer(t *testing.T) {
	f := compiled(t, journey, places)
	s := f.Evaluate(questionnaire.Answers{"gebied": "noord", "jaren": "1"}, env())
	for name, want := range map[string]questionnaire.Status{
		"gebied": questionnaire.Answered, "wijk": questionnaire.Skipped, "waarom": questionnaire.NotShown,
		"maanden": questionnaire.Answered, "onbekend": questionnaire.NotShown,
	} {
		if got := s.Status(name); got != want {
			t.Errorf("status of %s = %d, want %d", name, got, want)
		}
	}
}

func TestAnswersAreShownInTexts(t *testing.T) {
	f := compiled(t, journey, places)
	s := f.Evaluate(questionnaire.Answers{"gebied": "noord"}, env())
	if got := s.Text(f.Field("wijk").Label, "en"); got != "Part of North?" {
		t.Errorf("text = %q", got)
	}
	if got := s.Text(f.Field("wijk").Label, "nl"); got != "Wijk in Noord?" {
		t.Errorf("text = %q", got)
	}
}

func TestPagesWithNothingToAskAreSkipped(t *testing.T) {
	f := compiled(t, `
		type              | name   | relevant          | prefill
		select_one gebied | gebied |                   | collector
		text              | a      | ${gebied} = 'zuid' |
		text              | b      |                   |
	`, places)
	given := questionnaire.Answers{"gebied": "noord"}
	s := f.Evaluate(given, env())
	if got := s.Next(-1, given); got != 2 {
		t.Errorf("first page = %d, want 2", got)
	}
	if got := s.Next(-1, nil); got != 0 {
		t.Errorf("first page without prefill = %d, want 0", got)
	}
	if got := s.Next(2, given); got != len(f.Pages) {
		t.Errorf("after the last page comes %d, want %d", got, len(f.Pages))
	}
	if got := s.Previous(2, given); got != -1 {
		t.Errorf("before the first page comes %d, want -1", got)
	}
	if got := s.Previous(2, nil); got != 0 {
		t.Errorf("previous = %d, want 0", got)
	}
}

func TestNobodyMustChooseWhereAFilterLeavesNothing(t *testing.T) {
	f := compiled(t, `
		type              | name  | required | choice_filter
		select_one gebied | a     |          |
		select_one plek   | b     | yes      | in = ${a}
	`, `
		list_name | name  | in
		gebied    | noord |
		gebied    | zuid  |
		plek      | markt | noord
	`)
	for area, want := range map[string]int{"": 0, "zuid": 0, "noord": 1} {
		if got := f.Evaluate(questionnaire.Answers{"a": area}, env()).CheckAll("nl"); len(got) != want {
			t.Errorf("area %q: %d problems, want %d: %v", area, len(got), want, got)
		}
	}
	if got := f.Evaluate(questionnaire.Answers{"a": "zuid", "b": "markt"}, env()).CheckAll("nl"); len(got) != 1 || got[0].Key != "form.answer.no_such_choice" {
		t.Errorf("an answer that may not be chosen: %v", got)
	}
}

func TestTypingSomethingElseChoosesIt(t *testing.T) {
	f := compiled(t, `
		type                            | name | relevant
		select_multiple gebied or_other | waar |
		select_one gebied or_other      | een  |
		text                            | c    | ${waar_other} = 'Oost'
	`, places)
	waar := f.Field("waar")
	v, other, p := f.Read(waar, questionnaire.Typed{Values: []string{"zuid", "noord"}, Other: " Oost "})
	if v != "noord zuid other" || other != "Oost" || p != nil {
		t.Errorf("read = %q, %q, %v", v, other, p)
	}
	if v, _, _ := f.Read(f.Field("een"), questionnaire.Typed{Values: []string{"zuid"}, Other: "Oost"}); v != "other" {
		t.Errorf("read = %q, want other", v)
	}
	s := f.Evaluate(questionnaire.Answers{"waar": v, "waar_other": other}, env())
	if !s.Relevant("c") || s.Answers()["waar_other"] != "Oost" || len(s.CheckAll("nl")) > 0 {
		t.Errorf("answers = %v, problems %v", s.Answers(), s.CheckAll("nl"))
	}
	if cs := s.Choices(waar); cs[len(cs)-1].Name != questionnaire.OtherChoice {
		t.Error("the last choice is not other")
	}
	s = f.Evaluate(questionnaire.Answers{"waar": "zuid", "waar_other": "Oost"}, env())
	if _, kept := s.Answers()["waar_other"]; kept {
		t.Error("the text of other stays although other is not chosen")
	}
}

func TestCheckSaysWhatTheAuthorSays(t *testing.T) {
	f := compiled(t, `
		type              | name | required | required_message::nl | constraint | constraint_message::nl | relevant
		select_one gebied | a    | yes      | Kies een gebied.     |            |                        |
		integer           | b    |          |                      | . > 0 and . <= 40 | Tussen 1 en 40.  |
		text              | c    | ${b} > 3 |                      |            |                        |
		text              | d    | yes      |                      |            |                        | false()
	`, places)
	check := func(a questionnaire.Answers) (out []string) {
		for _, p := range f.Evaluate(a, env()).CheckAll("nl") {
			out = append(out, p.Name+" "+p.Message+p.Key)
		}
		return out
	}
	for _, c := range []struct {
		answers questionnaire.Answers
		want    []string
	}{
		{questionnaire.Answers{}, []string{"a Kies een gebied."}},
		{questionnaire.Answers{"a": "noord", "b": "41"}, []string{"b Tussen 1 en 40.", "c form.answer.required"}},
		{questionnaire.Answers{"a": "oost", "b": "3"}, []string{"a form.answer.no_such_choice"}},
		{questionnaire.Answers{"a": "noord zuid", "b": "3,5"}, []string{"a form.answer.one_choice", "b form.answer.unreadable"}},
		{questionnaire.Answers{"a": "noord", "b": "4", "c": "ja"}, nil},
	} {
		if got := check(c.answers); !slices.Equal(got, c.want) {
			t.Errorf("%v: problems = %q, want %q", c.answers, got, c.want)
		}
	}
}
