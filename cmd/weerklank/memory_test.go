package main

import "testing"

func TestASmallHeapIsCollectedRarelyAndALargeOneAsEver(t *testing.T) {
	for live, want := range map[uint64]int{0: 100, roomyHeap / 10: 900, roomyHeap / 4: 300, roomyHeap / 2: 100, 10 * roomyHeap: 100} {
		if got := percentFor(live); got != want {
			t.Errorf("with %d MB in use the target is %d %%, want %d", live>>20, got, want)
		}
	}
}
