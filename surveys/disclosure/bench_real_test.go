package disclosure

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses/responsestest"
	"weerklank.nl/weerklank/surveys/results"
)

// measuredSurvey is a survey of a real size: so many people, breakdowns with so many values, all
// pairs of them declared, and of twenty questions of five steps.
type measuredSurvey struct {
	people int
	values []int // by breakdown
}

func (m measuredSurvey) survey() *surveys.Survey {
	s := &surveys.Survey{ID: "s", SmallestGroup: 5}
	for a := range m.values {
		s.Breakdowns = append(s.Breakdowns, axisName(a))
		for b := range a {
			s.Pairs = append(s.Pairs, surveys.Pair{First: axisName(b), Second: axisName(a)})
		}
	}
	return s
}

func (m measuredSurvey) form(questions int) *questionnaire.Form {
	f := form(len(m.values), 0)
	for a, values := range m.values {
		for v := range values {
			f.Fields[1+a].List.Choices = append(f.Fields[1+a].List.Choices, &questionnaire.Choice{Name: fmt.Sprint("v", v)})
		}
	}
	for q := 1; q < questions; q++ {
		f.Fields = append(f.Fields, &questionnaire.Field{Name: "rating" + strconv.Itoa(q),
			Item: &questionnaire.Item{Name: "rating" + strconv.Itoa(q), Type: questionnaire.TypeSelectOne}, List: f.Fields[0].List})
	}
	return f
}

// crowd are the people: skewed, four in five of whom answer the first question, who
// come in evenly over some releases; one in thirty withdraws.
func (m measuredSurvey) crowd(releases int) crowd {
	chance := rand.New(rand.NewPCG(7, uint64(m.people)))
	all := make(crowd, m.people)
	for i := range all {
		p := &all[i]
		binary.BigEndian.PutUint64(p.key[:], chance.Uint64())
		for _, values := range m.values {
			p.values = append(p.values, fmt.Sprint("v", min(chance.IntN(values), chance.IntN(values))))
		}
		if chance.IntN(5) > 0 {
			p.rating = fmt.Sprint("r", 1+max(chance.IntN(5), chance.IntN(5)))
		}
		p.comes = 1 + chance.IntN(releases)
		if chance.IntN(30) == 0 {
			p.goes = p.comes + 1 + chance.IntN(releases)
		}
	}
	return all
}

// BenchmarkRealSurvey measures the first and the third release of surveys of real sizes, of
// one question.
func BenchmarkRealSurvey(b *testing.B) {
	for _, m := range []measuredSurvey{{40, []int{4, 3, 2}}, {300, []int{6, 4, 3}}, {2000, []int{10, 5}}, {1000, []int{12, 8}}, {2000, []int{20, 15}}, {20000, []int{30, 10}}} {
		for _, releases := range []int{1, 3} {
			b.Run(fmt.Sprint(m.people, m.values, "/release-", releases), func(b *testing.B) {
				forms, all, s := []*questionnaire.Form{m.form(1)}, m.crowd(releases), m.survey()
				var newest *Release
				var memory *Memory
				table := func(number int) *results.Table {
					t, err := results.Read(b.Context(), responsestest.Of(all.at(number)), s, forms, "")
					if err != nil {
						b.Fatal(err)
					}
					return t
				}
				release := func(number int, t *results.Table) (*Release, *Memory) {
					r, m, err := next(s, t, newest, memory, nil, "", "", false, allRules)
					if err != nil {
						b.Fatal(err)
					}
					return r, m
				}
				for number := 1; number < releases; number++ {
					newest, memory = release(number, table(number))
				}
				last := table(releases)
				for b.Loop() {
					release(releases, last)
				}
			})
		}
	}
}

// BenchmarkManyReleases measures what a release takes after ever more of them. It is to
// grow at most evenly.
func BenchmarkManyReleases(b *testing.B) {
	m := measuredSurvey{1500, []int{10, 6}}
	const most = 40
	forms, all, s := []*questionnaire.Form{m.form(1)}, m.crowd(most), m.survey()
	var newest *Release
	var memory *Memory
	for number := 1; number <= most; number++ {
		t, err := results.Read(b.Context(), responsestest.Of(all.at(number)), s, forms, "")
		if err != nil {
			b.Fatal(err)
		}
		var r *Release
		var m *Memory
		again := func() {
			if r, m, err = next(s, t, newest, memory, nil, "", "", false, allRules); err != nil {
				b.Fatal(err)
			}
		}
		if number%10 == 0 || number == 2 {
			b.Run(strconv.Itoa(number), func(b *testing.B) {
				for b.Loop() {
					again()
				}
			})
		} else {
			again()
		}
		if m == nil {
			again()
		}
		newest, memory = r, m
	}
}
