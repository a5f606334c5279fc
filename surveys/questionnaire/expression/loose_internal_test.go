package expression

import "testing"

func TestAPatternWhoseLimitsHoldIsNotDoubted(t *testing.T) {
	for _, pattern := range []string{"^[a-z]{1,100}$", "[0-9]{4}", "[0-9]{4,}", "[a-z]+", "^([a-z]{2,3})$", `^0[0-9]{8,9}$`, "x?", "(", ""} {
		if bound := looseBound(pattern); bound != "" {
			t.Errorf("%q is doubted for %s", pattern, bound)
		}
	}
}
