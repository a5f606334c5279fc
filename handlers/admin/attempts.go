package admin

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// attempts bounds how often somebody may try a password: per network that they
// come from, and per account. Nothing is locked for good, so that nobody can shut
// a colleague out for long. Each instance counts for itself.
type attempts struct {
	mu       sync.Mutex
	networks map[netip.Prefix]*rate.Limiter
	accounts map[string]*rate.Limiter
}

// How often: that many at once, and then one more each so often.
const (
	networkBurst = 20
	networkEvery = 5 * time.Second
	accountBurst = 6
	accountEvery = 20 * time.Second
	mostCounted  = 10_000 // of each; beyond it counting starts again
)

func newAttempts() *attempts {
	return &attempts{networks: map[netip.Prefix]*rate.Limiter{}, accounts: map[string]*rate.Limiter{}}
}

// allow counts an attempt at the moment and tells how long to wait before the next
// one may succeed; 0 lets this one through.
func (a *attempts) allow(address, account string, now time.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := counted(a.networks, networkOf(address), networkEvery, networkBurst)
	m := counted(a.accounts, account, accountEvery, accountBurst)
	first, second := n.ReserveN(now, 1), m.ReserveN(now, 1)
	wait := max(first.DelayFrom(now), second.DelayFrom(now))
	if wait > 0 {
		// A refused attempt costs nothing, or waiting would never help.
		first.CancelAt(now)
		second.CancelAt(now)
	}
	return wait
}

func counted[K comparable](m map[K]*rate.Limiter, key K, every time.Duration, burst int) *rate.Limiter {
	limiter, ok := m[key]
	if !ok {
		if len(m) >= mostCounted {
			clear(m)
		}
		limiter = rate.NewLimiter(rate.Every(every), burst)
		m[key] = limiter
	}
	return limiter
}

// networkOf is the network that an address counts for: /24 of IPv4 and /64 of
// IPv6, because one person can have all addresses of it.
func networkOf(address string) netip.Prefix {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Prefix{}
	}
	ip = ip.Unmap()
	bits := 64
	if ip.Is4() {
		bits = 24
	}
	network, _ := ip.Prefix(bits) // the number of bits fits the kind of address
	return network
}
