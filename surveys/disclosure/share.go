package disclosure

import (
	"slices"

	"weerklank.nl/weerklank/surveys"
)

// Share is the part of a base that gave an answer. Of a banded figure only From
// and To are known, in whole per cents.
type Share struct {
	Name   string
	Label  surveys.Text
	Score  *float64
	Count  int
	Base   int
	Banded bool
	From   int // of a band
	To     int
	Hidden Reason // why there is no number
}

// Percent is the share in per cents.
func (s Share) Percent() float64 {
	if s.Base == 0 {
		return 0
	}
	return 100 * float64(s.Count) / float64(s.Base)
}

// Interval is the 95 % interval of the share in per cents (Wilson).
func (s Share) Interval() (low, high float64) {
	low, high = Wilson(s.Count, s.Base)
	return 100 * low, 100 * high
}

// Question is the text of the question; empty for the zero value.
func (p Protected) Question() surveys.Text {
	if p.figure == nil {
		return surveys.Text{}
	}
	return p.figure.Question
}

// Group is how the group is called; empty for everybody.
func (p Protected) Group() surveys.Text {
	if p.figure == nil {
		return surveys.Text{}
	}
	return p.figure.Group
}

// Base is the number of people that the figure is about.
func (p Protected) Base() int {
	if p.figure == nil {
		return 0
	}
	return p.figure.Base
}

// Banded tells whether only bands are shown, because the base is small.
func (p Protected) Banded() bool { return p.figure != nil && p.figure.Banded }

// Single tells whether each person gave one answer, so that shares add up.
func (p Protected) Single() bool { return p.figure != nil && p.figure.Single }

// Shares are the answers in the order of the question.
func (p Protected) Shares() []Share {
	if p.figure == nil {
		return nil
	}
	return p.figure.shares(p.figure.Cells)
}

// Missing are the answers that are not in the base, of everybody only.
func (p Protected) Missing() []Share {
	if p.figure == nil {
		return nil
	}
	return p.figure.shares(p.figure.Missing)
}

// Unanswered is how many people left the question open or were not asked it; of
// everybody only.
func (p Protected) Unanswered() int {
	if p.figure == nil {
		return 0
	}
	return p.figure.None
}

func (f *figure) shares(cells []cell) []Share {
	shares := make([]Share, len(cells))
	for i, c := range cells {
		shares[i] = Share{
			Name: c.Name, Label: c.Label, Score: c.Score, Count: c.Count, Base: f.Base,
			Banded: f.Banded, From: c.Low, To: c.High, Hidden: c.Hidden,
		}
	}
	return shares
}

// Scale tells whether the answers are five steps that count for 1 to 5.
func (p Protected) Scale() bool { return p.figure != nil && isScale(p.figure.Cells) }

// Top2 is the share of the two highest steps of a scale of five.
func (p Protected) Top2() (Share, bool) {
	if !p.Scale() {
		return Share{}, false
	}
	return p.Sum(p.figure.Cells[3].Name, p.figure.Cells[4].Name)
}

// Sum is the share of the people who gave one of the answers. It is known when
// each person gave one answer, or when one answer is asked for.
func (p Protected) Sum(answers ...string) (Share, bool) {
	if p.figure == nil || p.figure.Banded || len(answers) == 0 || len(answers) > 1 && !p.figure.Single {
		return Share{}, false
	}
	total, found := Share{Base: p.figure.Base}, 0
	for i, c := range p.figure.Cells {
		if !slices.Contains(answers, c.Name) {
			continue
		}
		if c.Hidden != "" {
			return Share{}, false
		}
		total.Count += c.Count
		if found == 0 {
			total.Name, total.Label, total.Score = c.Name, c.Label, p.figure.Cells[i].Score
		}
		found++
	}
	return total, found == len(answers)
}

// Mean is the mean score of the people in the base; a second line only, and none
// where answers have no score or only bands are shown.
func (p Protected) Mean() (float64, bool) {
	if p.figure == nil || p.figure.Banded || !p.figure.Single || p.figure.Base == 0 {
		return 0, false
	}
	total, people := 0.0, 0
	for _, c := range p.figure.Cells {
		if c.Score == nil {
			if c.Count > 0 {
				return 0, false
			}
			continue
		}
		total += *c.Score * float64(c.Count)
		people += c.Count
	}
	if people != p.figure.Base {
		return 0, false
	}
	return total / float64(people), true
}

// Ends are the lowest and the highest score that an answer can have: of the question, and
// of nobody's answer. Both are 0 where answers have none.
func (p Protected) Ends() (low, high float64) {
	if p.figure == nil {
		return 0, 0
	}
	first := true
	for _, c := range p.figure.Cells {
		if c.Score == nil {
			continue
		}
		if first {
			low, high, first = *c.Score, *c.Score, false
		}
		low, high = min(low, *c.Score), max(high, *c.Score)
	}
	return low, high
}

// Middle is the answer of the median person: the first by which half of the base
// is reached. None where answers have no order or only bands are shown.
func (p Protected) Middle() (Share, bool) {
	if p.figure == nil || p.figure.Banded || !p.figure.Single || p.figure.Base == 0 {
		return Share{}, false
	}
	people := 0
	for i, c := range p.figure.Cells {
		people += c.Count
		if c.Hidden != "" {
			return Share{}, false
		}
		if 2*people >= p.figure.Base {
			return p.Shares()[i], true
		}
	}
	return Share{}, false
}
