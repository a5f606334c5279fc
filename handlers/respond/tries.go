package respond

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"weerklank.nl/weerklank/surveys"
)

// Bounds on trying receipt codes, per part of the network. A code has 75 random
// bits, so guessing is hopeless; this keeps it from being loud.
const (
	triesAtOnce  = 12
	triesEvery   = 10 * time.Second // one more after so long
	mostPrefixes = 4096
)

// tries bounds how often codes are tried from one part of the network. It remembers no
// address, but hashes under a key that lives for a day, in memory only, and forgets who
// is quiet.
type tries struct {
	mu   sync.Mutex
	key  surveys.DayKey
	from map[[16]byte]*rate.Limiter
}

func newTries() *tries {
	return &tries{key: surveys.NewDayKey(newKey), from: map[[16]byte]*rate.Limiter{}}
}

// allow counts a try. When it was one too many it says after how long to try again.
func (t *tries) allow(address string, now time.Time) (wait time.Duration, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.key.Turn(now) {
		clear(t.from)
	}
	part := t.key.Hash(surveys.NetworkOf(address, surveys.OneHome))
	limiter := t.from[part]
	if limiter == nil {
		if len(t.from) >= mostPrefixes {
			t.forgetQuiet(now)
		}
		limiter = rate.NewLimiter(rate.Every(triesEvery), triesAtOnce)
		t.from[part] = limiter
	}
	if limiter.AllowN(now, 1) {
		return 0, true
	}
	return triesEvery, false
}

// forgetQuiet drops who could try as often as a newcomer; when nobody is quiet it
// drops everybody, so that memory stays bounded.
func (t *tries) forgetQuiet(now time.Time) {
	for part, limiter := range t.from {
		if limiter.TokensAt(now) >= triesAtOnce {
			delete(t.from, part)
		}
	}
	if len(t.from) >= mostPrefixes {
		clear(t.from)
	}
}
