package attacker

import (
	"testing"

	"pgregory.net/rapid"
)

// All answers that a few people may have given are tried: Only finds a number to be the only
// one exactly when no answers that fit give another. It gives up on none of so few.
func TestOneNumberIsFoundToBeTheOnlyOneExactlyWhenNoAnswersGiveAnother(t *testing.T) {
	only, others := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		people, answers := rapid.IntRange(1, 5).Draw(t, "people"), rapid.IntRange(2, 3).Draw(t, "answers")
		c := &Counts{People: people, Answers: answers}
		truth := rapid.SliceOfN(rapid.IntRange(0, answers-1), people, people).Draw(t, "truth")
		who := rapid.SliceOfN(rapid.Bool(), people, people)
		gave := func(said []int, in []bool, answer int) (n int) {
			for p, o := range said {
				if in[p] && o == answer {
					n++
				}
			}
			return n
		}
		for range rapid.IntRange(0, 4).Draw(t, "figures") {
			in, answer, wide := who.Draw(t, "in"), rapid.IntRange(0, answers-1).Draw(t, "answer"), rapid.IntRange(0, 1).Draw(t, "wide")
			n := gave(truth, in, answer)
			c.Add(func(p int) bool { return in[p] }, []int{answer}, n, n+wide)
		}
		set, answer := who.Draw(t, "set"), rapid.IntRange(0, answers-1).Draw(t, "of answer")
		want, said := true, make([]int, people)
		var try func(p int)
		try = func(p int) {
			if p < people {
				for said[p] = range answers {
					try(p + 1)
				}
				return
			}
			for _, l := range c.known {
				if n := gave(said, l.in, l.answers[0]); n < l.least || n > l.most {
					return
				}
			}
			want = want && gave(said, set, answer) == gave(truth, set, answer)
		}
		try(0)
		got, sure := c.Only(func(p int) bool { return set[p] }, answer, gave(truth, set, answer))
		if !sure || got != want {
			t.Fatalf("people %d, truth %v, known %v, of %v answer %d: only %v (sure %v), want %v", people, truth, c.known, set, answer, got, sure, want)
		}
		if want {
			only++
		} else {
			others++
		}
	})
	if only == 0 || others == 0 {
		t.Errorf("%d with one number and %d with others", only, others)
	}
}
