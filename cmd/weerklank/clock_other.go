//go:build !linux

package main

// clockSynced is not known on this system: a person is asked sooner.
func clockSynced() bool { return false }
