package admin

import (
	"crypto/rand"
	"maps"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"weerklank.nl/weerklank/surveys"
)

// attempts bounds how often somebody may try a password: per network that they
// come from, and per account. Nothing is locked for good, so that nobody can shut
// a colleague out for long. Each instance counts for itself, in memory, by hashes under a
// key that lives for a day: no address stands there.
type attempts struct {
	mu       sync.Mutex
	key      surveys.DayKey
	networks counters
	accounts counters
}

// How often: that many at once, and then one more each so often.
const (
	networkBurst = 20
	networkEvery = 5 * time.Second
	accountBurst = 6
	accountEvery = 20 * time.Second
	mostCounted  = 10_000 // of each
)

func newAttempts() *attempts {
	a := &attempts{key: surveys.NewDayKey(func() (key [32]byte) {
		_, _ = rand.Read(key[:]) // never fails: crypto/rand ends the program instead
		return key
	})}
	a.begin()
	return a
}

// begin counts from nothing.
func (a *attempts) begin() {
	a.networks, a.accounts = newCounters(networkEvery, networkBurst), newCounters(accountEvery, accountBurst)
}

// allow counts an attempt at the moment and tells how long to wait before the next
// one may succeed; 0 lets this one through. What a network may not try is not
// counted for the account: who is slowed down cannot fill the memory with names.
func (a *attempts) allow(address, account string, now time.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.key.Turn(now) {
		a.begin()
	}
	first := a.networks.of(a.key.Hash("network", surveys.NetworkOf(address, surveys.OneHome)), now).ReserveN(now, 1)
	if wait := first.DelayFrom(now); wait > 0 {
		first.CancelAt(now) // a refused attempt costs nothing, or waiting would never help
		return wait
	}
	second := a.accounts.of(a.key.Hash("account", account), now).ReserveN(now, 1)
	wait := second.DelayFrom(now)
	if wait > 0 {
		second.CancelAt(now) // the network's attempt stays spent: guessing at one account is no free try
	}
	return wait
}

// counters count per key, for so many keys. Who was quiet for long is forgotten;
// when nobody was, newcomers are counted together, so that nobody starts afresh by
// being many.
type counters struct {
	every  time.Duration
	burst  int
	by     map[[16]byte]*rate.Limiter
	others *rate.Limiter
}

func newCounters(every time.Duration, burst int) counters {
	return counters{every, burst, map[[16]byte]*rate.Limiter{}, rate.NewLimiter(rate.Every(every), burst)}
}

func (c *counters) of(key [16]byte, now time.Time) *rate.Limiter {
	if limiter, ok := c.by[key]; ok {
		return limiter
	}
	if len(c.by) >= mostCounted {
		maps.DeleteFunc(c.by, func(_ [16]byte, l *rate.Limiter) bool { return l.TokensAt(now) >= float64(c.burst) })
	}
	if len(c.by) >= mostCounted {
		return c.others
	}
	limiter := rate.NewLimiter(rate.Every(c.every), c.burst)
	c.by[key] = limiter
	return limiter
}
