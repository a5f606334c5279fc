//go:build race

package main

// raced tells whether the race detector is on, which makes counting ten times as slow.
const raced = true
