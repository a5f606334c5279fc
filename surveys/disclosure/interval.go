package disclosure

import "math"

// z95 is the 97.5th percentile of the normal distribution.
const z95 = 1.959963984540054

// Wilson is the 95 % score interval of a share of count out of base, without
// continuity correction, as parts of one (R. G. Newcombe, Statistics in Medicine
// 17, 1998, method 3). A base of nobody gives the whole range.
func Wilson(count, base int) (low, high float64) {
	if base <= 0 {
		return 0, 1
	}
	n, p, z2 := float64(base), float64(count)/float64(base), z95*z95
	middle := 2*n*p + z2
	spread := z95 * math.Sqrt(z2+4*n*p*(1-p))
	low, high = (middle-spread)/(2*(n+z2)), (middle+spread)/(2*(n+z2))
	if count <= 0 {
		low = 0
	}
	if count >= base {
		high = 1
	}
	return max(0, low), min(1, high)
}
