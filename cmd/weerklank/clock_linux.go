package main

import "syscall"

// clockSynced tells whether a time server keeps the clock of this machine, as Linux has
// it: a clock that somebody set by hand is not kept until the time server set it again.
func clockSynced() bool {
	const (
		unsynced  = 0x40 // STA_UNSYNC of adjtimex(2)
		timeError = 5    // TIME_ERROR
	)
	var t syscall.Timex // asks and changes nothing
	state, err := syscall.Adjtimex(&t)
	return err == nil && state != timeError && t.Status&unsynced == 0
}
