package questionnaire

import (
	"math"
	"slices"
	"strconv"
	"time"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// numbers are the numbers at which a rule changes its mind, those beside and
// between them; or all whole numbers where a constraint bounds them narrowly.
func (p *prover) numbers(slot int, probes []expression.Probe, constants []string, whole bool) domain {
	if whole {
		if list := p.bounded(slot); list != nil {
			return domain{values: list, exact: true}
		}
	}
	d := domain{exact: true}
	points := []float64{0}
	note := func(n float64) {
		if !math.IsNaN(n) && math.Abs(n) < 1e12 {
			points = append(points, n)
		}
	}
	for _, pr := range probes {
		switch pr.Use {
		case expression.Compared:
			note(pr.Number)
		case expression.Filled:
		case expression.Elsewhere:
			d.exact = false
		default:
			d.exact = false
			note(pr.Number)
		}
	}
	if !d.exact { // sums and products: any constant of the rules may matter
		for _, c := range constants {
			note(expression.ParseNumber(c))
		}
		points = append(points, 1, 2, 10, 100)
	}
	for _, n := range around(points, whole) {
		if v, ok := plainNumber(expression.FormatNumber(n), whole); ok {
			d.values = appendNew(d.values, v)
		}
	}
	return d
}

// around are numbers, those between them and those beyond them; positive ones
// first, for people rarely answer with less than nothing.
func around(points []float64, whole bool) []float64 {
	slices.Sort(points)
	points = slices.Compact(points)
	var list []float64
	for i, n := range points {
		if whole {
			low, high := math.Floor(n), math.Ceil(n)
			list = append(list, low-1, low, high, high+1)
			continue
		}
		if i == 0 {
			list = append(list, n-1)
		} else {
			list = append(list, (points[i-1]+n)/2)
		}
		list = append(list, n)
	}
	if !whole {
		list = append(list, points[len(points)-1]+1)
	}
	slices.Sort(list)
	list = slices.Compact(list)
	slices.SortStableFunc(list, func(a, b float64) int {
		switch {
		case a >= 0 && b < 0:
			return -1
		case a < 0 && b >= 0:
			return 1
		}
		return 0
	})
	return list
}

// bounded are all whole numbers that the question's constraint can let through,
// when literals in it bound them narrowly; nil when they do not.
func (p *prover) bounded(slot int) []string {
	a := p.rules[slot].constraint
	if a == nil {
		return nil
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, pr := range a.Probes(&p.run) {
		if (pr.Slot == expression.Self || pr.Slot == slot) && pr.Use == expression.Compared && !math.IsNaN(pr.Number) {
			low, high = min(low, math.Floor(pr.Number)), max(high, math.Ceil(pr.Number))
		}
	}
	if high < low || high-low > mostWhole {
		return nil
	}
	// The literals bound the answer only when the constraint refuses all beyond them.
	for _, beyond := range []float64{low - 1, high + 1, low - 1e6, high + 1e6} {
		answer := expression.Knowledge{Answers: []string{strconv.FormatFloat(beyond, 'f', -1, 64)}, Known: true}
		yes, _ := a.Outcomes(&p.run, func(s int) expression.Knowledge {
			if s == expression.Self || s == slot {
				return answer
			}
			return anything
		}).MayBe()
		if yes {
			return nil
		}
	}
	for _, pr := range a.Probes(&p.run) {
		if (pr.Slot == expression.Self || pr.Slot == slot) && pr.Use != expression.Compared && pr.Use != expression.Filled {
			return nil // beyond the literals it may turn again
		}
	}
	var list []string
	for n := low; n <= high; n++ {
		list = append(list, strconv.FormatFloat(n, 'f', -1, 64))
	}
	return list
}

// ranged are the values of a range; of a long one its ends and its middle.
func (p *prover) ranged(f *Field) domain {
	r := p.form.RangeOf(f)
	if values := r.Values(mostWhole); values != nil {
		return domain{values: values, exact: true}
	}
	middle := r.Start + math.Round((r.End-r.Start)/r.Step/2)*r.Step
	return domain{values: []string{tidy(r.Start), tidy(middle), tidy(r.End)}}
}

// dates are the days at which a rule changes its mind, and those beside them.
func dates(probes []expression.Probe, now time.Time) domain {
	today := string(surveys.DateOf(now))
	d := domain{exact: true, values: []string{today}}
	add := func(days float64) {
		if math.IsNaN(days) || days < -25000 || days > 80000 {
			return
		}
		for _, n := range []int{0, -1, 1} {
			day := time.Unix(0, 0).UTC().AddDate(0, 0, int(math.Floor(days))+n)
			d.values = appendNew(d.values, day.Format(time.DateOnly))
		}
	}
	for _, pr := range probes {
		switch pr.Use {
		case expression.Compared:
			add(pr.Number)
		case expression.Filled:
		default:
			d.exact = false
		}
	}
	add(float64(now.Unix() / 86400))
	return d
}
