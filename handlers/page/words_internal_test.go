package page

import (
	"strconv"
	"testing"

	"weerklank.nl/weerklank/surveys"
)

func TestAShareIsRoundedHalvesUpWhateverItsFraction(t *testing.T) {
	for base := 1; base <= 2000; base++ {
		for n := 0; n <= base; n++ {
			want := strconv.Itoa((200*n+base)/(2*base)) + "%"
			if got := percent(surveys.English, float64(n)/float64(base)); got != want {
				t.Fatalf("%d of %d is %s, want %s", n, base, got, want)
			}
		}
	}
}
