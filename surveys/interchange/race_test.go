//go:build race

package interchange

// Share is which part of what a heavy test can try it tries: the race detector makes it
// ten times as slow, and `make corpus` tries all without it.
const (
	Share   = 8
	MostOwn = 4 // faults of a kind in a questionnaire of our own
)
