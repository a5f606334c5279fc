package disclosure

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses/responsestest"
	"weerklank.nl/weerklank/surveys/results"
)

// BenchmarkKept measures what is left of a question of five steps with all that the guard
// holds it to, the bounds of few people too: of the groups that are large enough, the part
// of which a figure is shown, and of those the part that is in bands. The surveys are
// of the kind of `weerklank bench guard`: 30 to 2,000 people, one to three breakdowns,
// skewed, half of those with more than one nested.
func BenchmarkKept(b *testing.B) {
	for _, releases := range []int{1, 3} {
		b.Run(fmt.Sprint("releases-", releases), func(b *testing.B) {
			var of, kept, banded [3]int // by level of the group
			for b.Loop() {
				of, kept, banded = [3]int{}, [3]int{}, [3]int{}
				for seed := range 100 {
					m, all := keptCrowd(rand.New(rand.NewPCG(uint64(seed), 42)), releases)
					s, forms := m.survey(), []*questionnaire.Form{m.form(1)}
					var newest *Release
					var memory *Memory
					var t *results.Table
					for number := 1; number <= releases; number++ {
						var err error
						if t, err = results.Read(b.Context(), responsestest.Of(all.at(number)), s, forms, ""); err != nil {
							b.Fatal(err)
						}
						if newest, memory, err = next(s, t, newest, memory, nil, "", "", false, allRules); err != nil {
							b.Fatal(err)
						}
					}
					rows := memory.mem.Questions["rating"].Rows
					last := rows[len(rows)-1]
					for _, c := range candidatesOf(newest.Breakdowns(), newest.Pairs()) {
						people := 0
						for _, p := range all {
							if p.rating != "" && c.holds(p.values) {
								people++
							}
						}
						if c.whole() || people < s.SmallestGroup {
							continue
						}
						of[c.level()]++
						if slices.Contains(last.Groups, c.Group) {
							kept[c.level()]++
						}
						if slices.ContainsFunc(last.Banded, func(one shownBand) bool { return one.Group == c.Group }) {
							banded[c.level()]++
						}
					}
				}
			}
			for level, name := range []string{"", "one", "two"} {
				if level > 0 {
					b.ReportMetric(float64(kept[level])/float64(of[level]), "kept-"+name+"-way")
					b.ReportMetric(float64(banded[level])/float64(kept[level]), "in-bands-"+name+"-way")
				}
			}
		})
	}
}

// keptCrowd is one of those surveys, whose people come in evenly over some releases.
func keptCrowd(chance *rand.Rand, releases int) (measuredSurvey, crowd) {
	m := measuredSurvey{people: int(30 * math.Pow(2000.0/30, chance.Float64())), values: make([]int, 1+chance.IntN(3))}
	for a := range m.values {
		m.values[a] = 2 + chance.IntN(9)
	}
	nested := len(m.values) > 1 && chance.IntN(2) == 0
	all := make(crowd, m.people)
	for i := range all {
		p := &all[i]
		binary.BigEndian.PutUint64(p.key[:], chance.Uint64())
		cell := make([]int, len(m.values))
		for a, n := range m.values {
			cell[a] = int(chance.Float64() * chance.Float64() * float64(n))
		}
		if nested {
			cell[1] = cell[0] * m.values[1] / m.values[0]
		}
		for _, v := range cell {
			p.values = append(p.values, fmt.Sprint("v", v))
		}
		if chance.IntN(20) > 0 {
			p.rating = fmt.Sprint("r", 1+max(chance.IntN(5), chance.IntN(5)))
		}
		p.comes = 1 + chance.IntN(releases)
	}
	return m, all
}
