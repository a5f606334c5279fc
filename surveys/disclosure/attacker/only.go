package attacker

import "slices"

// mostSteps bounds a search for another number. Beyond it nothing is said.
const mostSteps = 100

// Only tells whether of a set so many people gave an answer and no other number can have:
// in whole numbers and over all answers at once, by trying every number that interval
// propagation leaves open. sure is false where that takes too many steps.
func (c *Counts) Only(set func(person int) bool, answer, gave int) (only, sure bool) {
	for _, other := range []limits{
		{answers: []int{answer}, least: gave + 1, most: c.People},
		{answers: []int{answer}, least: 0, most: gave - 1},
	} {
		if other.least > other.most {
			continue
		}
		b := c.boxes(set)
		b.figures, b.in = append(slices.Clip(b.figures), other), append(slices.Clip(b.in), b.mine)
		steps := mostSteps
		possible, sure := b.possible(&steps)
		if possible || !sure {
			return false, sure
		}
	}
	return true, true
}

// possible tells whether any numbers fit within the boxes.
func (b *boxes) possible(steps *int) (possible, sure bool) {
	if *steps--; *steps < 0 {
		return false, false
	}
	if !b.propagate() {
		return false, true
	}
	kind, answer, open := -1, -1, 0
	for k := range b.low {
		for o, low := range b.low[k] {
			if wide := b.high[k][o] - low; wide > 0 && (open == 0 || wide < open) {
				kind, answer, open = k, o, wide
			}
		}
	}
	if kind < 0 {
		return true, true
	}
	low, high := b.low, b.high
	for n := low[kind][answer]; n <= high[kind][answer]; n++ {
		b.low, b.high = clone(low), clone(high)
		b.low[kind][answer], b.high[kind][answer] = n, n
		if possible, sure = b.possible(steps); possible || !sure {
			break
		}
	}
	b.low, b.high = low, high
	return possible, sure
}

func clone(numbers [][]int) [][]int {
	all := make([][]int, len(numbers))
	for i := range numbers {
		all[i] = slices.Clone(numbers[i])
	}
	return all
}
