package respond

import (
	"testing"
	"time"
)

func TestTriesLeaveNoAddressInMemory(t *testing.T) {
	now := time.Date(2026, 11, 25, 23, 59, 0, 0, time.UTC)
	a, b := newTries(), newTries()
	for _, each := range []*tries{a, b} {
		for range triesAtOnce {
			if _, ok := each.allow("192.0.2.7", now); !ok {
				t.Fatal("slowed down too soon")
			}
		}
		if _, ok := each.allow("192.0.2.8", now); ok {
			t.Error("another address of the network is let through")
		}
	}
	for part := range a.from {
		if _, same := b.from[part]; same {
			t.Error("a part of the network is counted under a hash that anybody can make")
		}
	}
	a.allow("198.51.100.1", now.Add(2*time.Minute))
	if len(a.from) != 1 {
		t.Errorf("the next day %d parts of the network are counted, want the one that came", len(a.from))
	}
}
