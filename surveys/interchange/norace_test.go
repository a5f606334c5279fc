//go:build !race

package interchange

// Share is which part of what a heavy test can try it tries: all.
const (
	Share   = 1
	MostOwn = 1 << 30 // faults of a kind in a questionnaire of our own
)
