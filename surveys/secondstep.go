package surveys

import (
	"crypto/subtle"
	"encoding/hex"
)

// SecondStep is the second proof at signing in: a code that an app makes every
// thirty seconds (TOTP, RFC 6238), or a recovery code on paper. It is sealed or
// hashed: a copy of the database signs nobody in.
type SecondStep struct {
	Secret   []byte   `json:"secret,omitempty"`   // sealed with the key file; empty: there is no second step
	Last     int64    `json:"last,omitempty"`     // the time step of the last code that was taken
	Recovery []string `json:"recovery,omitempty"` // hashes of the recovery codes that are left, as hex
}

// On tells whether there is a second step.
func (s *SecondStep) On() bool { return len(s.Secret) > 0 }

// Take takes the code of a time step. It refuses one that was taken before, and one
// from before that: a code that somebody looked over a shoulder is of no use.
func (s *SecondStep) Take(step int64) bool {
	if !s.On() || step <= s.Last {
		return false
	}
	s.Last = step
	return true
}

// TakeRecovery takes a recovery code, by its hash, once.
func (s *SecondStep) TakeRecovery(hash []byte) bool {
	if !s.On() {
		return false
	}
	given, at := []byte(hex.EncodeToString(hash)), -1
	for i, left := range s.Recovery {
		if subtle.ConstantTimeCompare([]byte(left), given) == 1 {
			at = i
		}
	}
	if at < 0 {
		return false
	}
	s.Recovery = append(s.Recovery[:at:at], s.Recovery[at+1:]...)
	return true
}

// NeedsSecondStep tells whether the organisation wants of this account a second step
// that it has not set up. Members of a client council are guests and choose themselves.
func (a *Account) NeedsSecondStep(o *Organisation) bool {
	return a != nil && o != nil && o.SecondStep && a.Role != CouncilMember && !a.Second.On()
}
