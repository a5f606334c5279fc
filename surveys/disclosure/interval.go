package disclosure

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// z95 is the 97.5th percentile of the normal distribution.
const z95 = 1.959963984540054

// Wilson is the 95 % score interval of a share of count out of base, without
// continuity correction, as parts of one (R. G. Newcombe, Statistics in Medicine
// 17, 1998, method 3). A base of nobody gives the whole range.
func Wilson(count, base int) (low, high float64) {
	if base <= 0 {
		return 0, 1
	}
	low, high = wilson(float64(count)/float64(base), float64(base))
	if count <= 0 {
		low = 0
	}
	if count >= base {
		high = 1
	}
	return low, high
}

func wilson(p, n float64) (low, high float64) {
	z2 := z95 * z95
	middle := 2*n*p + z2
	spread := z95 * math.Sqrt(z2+4*n*p*(1-p))
	return max(0, (middle-spread)/(2*(n+z2))), min(1, (middle+spread)/(2*(n+z2)))
}

// ClopperPearson is the exact 95 % interval of a share of count out of base, as parts
// of one (C. J. Clopper and E. S. Pearson, Biometrika 26, 1934). It is never narrower
// than it says, so it serves to raise a flag. A base of nobody gives the whole range.
func ClopperPearson(count, base int) (low, high float64) {
	if base <= 0 {
		return 0, 1
	}
	const tail = 0.025
	high = 1
	if count > 0 {
		low = distuv.Beta{Alpha: float64(count), Beta: float64(base-count) + 1}.Quantile(tail)
	}
	if count < base {
		high = distuv.Beta{Alpha: float64(count) + 1, Beta: float64(base - count)}.Quantile(1 - tail)
	}
	return low, high
}

// Against tells where the share stands against what was expected, a part of one:
// −1 when it is lower than chance explains, 1 when it is higher, else 0.
func (s Share) Against(expected float64) int {
	if s.Banded || s.Hidden != "" || s.Base == 0 {
		return 0
	}
	switch low, high := ClopperPearson(s.Count, s.Base); {
	case high < expected:
		return -1
	case low > expected:
		return 1
	}
	return 0
}

// Silence is between which shares, in per cents, the outcome would lie if all of so
// many people who were asked had answered (C. F. Manski, Journal of Human Resources
// 24, 1989). Not known of a band, or of fewer people asked than answered.
func (s Share) Silence(asked int) (low, high float64, known bool) {
	if s.Banded || s.Hidden != "" || s.Base == 0 || asked < s.Base {
		return 0, 0, false
	}
	return 100 * float64(s.Count) / float64(asked), 100 * float64(s.Count+asked-s.Base) / float64(asked), true
}

// Finite is the 95 % interval in per cents when the base is part of a group of that
// many people and not of an endless one: Wilson's, with the base enlarged by the
// finite population factor (W. G. Cochran, Sampling Techniques, 1977, §2.6). When
// everybody is in the base, chance leaves nothing open.
func (s Share) Finite(asked int) (low, high float64, known bool) {
	if s.Banded || s.Hidden != "" || s.Base == 0 || asked < s.Base {
		return 0, 0, false
	}
	if asked == s.Base {
		return s.Percent(), s.Percent(), true
	}
	people := float64(s.Base) * float64(asked-1) / float64(asked-s.Base)
	low, high = wilson(float64(s.Count)/float64(s.Base), people)
	return 100 * low, 100 * high, true
}
