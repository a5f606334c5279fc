package main

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// roomyHeap is the size of the heap, in bytes, up to which nothing is collected.
const roomyHeap = 40 << 20

// leastPercent is Go's own garbage-collection target: collect when the heap is twice
// what is in use.
const leastPercent = 100

// collectRarely lets a small heap grow to roomyHeap before it is collected. What is in
// use of it is some ten megabytes, so Go's own target would collect it dozens of times a
// second under load. A larger heap is collected as ever. Whoever sets GOGC decides.
func collectRarely() {
	if os.Getenv("GOGC") != "" {
		return
	}
	set := leastPercent
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	var collected func(*collection)
	collected = func(c *collection) {
		metrics.Read(live)
		if want := percentFor(live[0].Value.Uint64()); want < set-set/8 || want > set+set/8 {
			debug.SetGCPercent(want)
			set = want
		}
		runtime.SetFinalizer(c, collected)
	}
	runtime.SetFinalizer(&collection{}, collected)
}

// collection is in use nowhere, so that the end of every collection is told.
type collection struct{ _ [16]byte }

// percentFor is the target with so many bytes in use.
func percentFor(live uint64) int {
	if live == 0 || live >= roomyHeap/2 {
		return leastPercent
	}
	return int(math.Round(100 * float64(roomyHeap-live) / float64(live)))
}
