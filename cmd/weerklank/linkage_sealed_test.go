package main

import (
	"os"
	"strings"
	"testing"
)

// TestTwoSealedBackupsTellNothingOfWhoCameBetween takes backups of two nights, between which
// people answered. The readable ones tell of every response whether it came in between. The
// sealed ones leave the attacker no order to rank anything by, which is chance, and
// are of one length, which is not how much came in.
func TestTwoSealedBackupsTellNothingOfWhoCameBetween(t *testing.T) {
	t.Parallel()
	l := plan{kind: "sqlite", seed: 97, surveys: 2, sealed: true}.live(t, nil)
	orders := l.taken().orders
	l.each(func(s *livedSurvey) {
		for _, one := range s.comes[:s.next] {
			early := one.arrived < answering/3
			if told := orders["whether in "+before][string(one.response[:])] == 1; told != early && !one.left {
				t.Errorf("of somebody who came as number %d the readable ones tell that they came early: %v", one.arrived, told)
			}
		}
	})
	for order := range orders {
		if strings.HasSuffix(order, sealedToo) {
			t.Errorf("there is an order in a sealed backup: %q", order)
		}
	}
	first, err := os.Stat(l.previous + sealedToo)
	fatal(t, err)
	second, err := os.Stat(l.backup + sealedToo)
	fatal(t, err)
	if first.Size() != second.Size() {
		t.Errorf("%d bytes, and %d in a later night: that tells how much was answered between", first.Size(), second.Size())
	}
}
