package surveys

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// DayKey hides what is counted in memory, such as parts of addresses, under a random key
// that lives for a day (in UTC). Once the key is gone nobody can turn the hashes back: at
// the end of the day, and when the program stops.
type DayKey struct {
	newKey func() [32]byte
	key    [32]byte
	day    Date
}

// NewDayKey makes one; newKey gives a random key.
func NewDayKey(newKey func() [32]byte) DayKey { return DayKey{newKey: newKey} }

// Turn begins a day with a key of its own, when it is another day than before: whatever
// was counted under the old one is of no use any more.
func (k *DayKey) Turn(now time.Time) bool {
	day := DateOf(now.UTC())
	if day == k.day {
		return false
	}
	k.key, k.day = k.newKey(), day
	return true
}

// Hash is a keyed hash of texts, of which each stands by itself.
func (k *DayKey) Hash(texts ...string) (h [16]byte) {
	mac := hmac.New(sha256.New, k.key[:])
	for _, t := range texts {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(t)))
		mac.Write(length[:])
		mac.Write([]byte(t))
	}
	copy(h[:], mac.Sum(nil))
	return h
}
