package admin

import (
	"fmt"
	"testing"
	"time"
)

func TestAttempts(t *testing.T) {
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	t.Run("of a network that is slowed down fill no memory", func(t *testing.T) {
		a := newAttempts()
		for i := range 3 * networkBurst {
			a.allow("192.0.2.7", fmt.Sprint("naam ", i), now)
		}
		if n := len(a.accounts.by); n > networkBurst {
			t.Errorf("%d accounts are counted, want at most %d", n, networkBurst)
		}
	})
	t.Run("by very many do not let anybody start afresh", func(t *testing.T) {
		a := newAttempts()
		address := func(i int) string { return fmt.Sprintf("10.%d.%d.1", i/256, i%256) }
		for i := range mostCounted {
			a.allow(address(i), fmt.Sprint("naam ", i), now)
		}
		for range accountBurst {
			a.allow(address(0), "naam 0", now)
		}
		let := 0
		for i := range 500 {
			if a.allow(address(mostCounted+i), "naam 0", now) == 0 {
				let++
			}
		}
		if let > 0 {
			t.Errorf("%d guesses more at one account are let through", let)
		}
	})
	t.Run("leave no address in memory, and none of yesterday", func(t *testing.T) {
		a, b := newAttempts(), newAttempts()
		for _, each := range []*attempts{a, b} {
			for range 2 * networkBurst {
				each.allow("192.0.2.7", "naam", now)
			}
		}
		for key := range a.accounts.by {
			if _, same := b.accounts.by[key]; same {
				t.Error("an account is counted under a hash that anybody can make")
			}
		}
		if wait := a.allow("192.0.2.8", "naam", now); wait == 0 {
			t.Error("another address of the network is let through")
		}
		if wait := a.allow("192.0.2.7", "naam", now.Add(15*time.Hour)); wait != 0 || len(a.networks.by) != 1 { // the next day, in UTC
			t.Errorf("the next day it waits %s, and %d networks are counted", wait, len(a.networks.by))
		}
	})
	t.Run("are forgotten when all was quiet", func(t *testing.T) {
		a := newAttempts()
		for i := range mostCounted {
			a.allow(fmt.Sprintf("10.%d.%d.1", i/256, i%256), fmt.Sprint("naam ", i), now)
		}
		later := now.Add(time.Hour)
		if wait := a.allow("192.0.2.7", "nieuw", later); wait != 0 || len(a.accounts.by) != 1 {
			t.Errorf("a newcomer waits %s, and %d accounts are counted", wait, len(a.accounts.by))
		}
	})
}
