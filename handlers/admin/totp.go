package admin

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"weerklank.nl/weerklank/surveys"
)

// stepSeconds is how long a code is shown (RFC 6238), and drift how many codes before
// and after are taken, for a phone whose clock is off.
const (
	stepSeconds = 30
	drift       = 1
	secretSize  = 20
)

var base32Secret = base32.StdEncoding.WithPadding(base32.NoPadding)

// stepOf is the time step of which the code is one now, newer than last, or 0.
func stepOf(code string, secret []byte, now time.Time, last int64) int64 {
	options := hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}
	step, found := now.Unix()/stepSeconds, int64(0)
	for at := step - drift; at <= step+drift; at++ {
		fits, err := hotp.ValidateCustom(code, uint64(at), base32Secret.EncodeToString(secret), options) //nolint:gosec // no moment is before 1970
		if err == nil && fits && at > last {
			found = at
		}
	}
	return found
}

// keyFor is what an authenticator app reads to make codes with the secret.
func keyFor(secret []byte, issuer, account string) (string, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: account, Secret: secret, Period: stepSeconds, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		return "", fmt.Errorf("make key for an app: %w", err)
	}
	return key.URL(), nil
}

// Recovery codes: so many, of so many letters without look-alikes, 50 bits.
const (
	recoveryCodes   = 10
	recoveryLetters = 10
	letters         = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
)

// newRecovery makes recovery codes and what is kept of them.
func (s seal) newRecovery(a *surveys.Account) (codes, hashes []string) {
	for range recoveryCodes {
		chance := make([]byte, recoveryLetters)
		_, _ = rand.Read(chance) // never fails
		for i := range chance {
			chance[i] = letters[chance[i]&31]
		}
		code := string(chance)
		codes = append(codes, code[:5]+"-"+code[5:])
		hashes = append(hashes, hex.EncodeToString(s.hash(code, a)[0]))
	}
	return codes, hashes
}

// take takes a code for the second step of the account: of the app, or a recovery
// code. It tells whether it was one that counts, and changes the account then.
func (s seal) take(a *surveys.Account, typed string, now time.Time) (bool, error) {
	code := strings.ToUpper(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\t' {
			return -1
		}
		return r
	}, typed))
	switch {
	case len(code) == otp.DigitsSix.Length():
		secret, err := s.open(a.Second.Secret, a)
		if err != nil {
			return false, err
		}
		step := stepOf(code, secret, now, a.Second.Last)
		return step != 0 && a.Second.Take(step), nil
	case len(code) == recoveryLetters:
		for _, hash := range s.hash(code, a) {
			if a.Second.TakeRecovery(hash) {
				return true, nil
			}
		}
	}
	return false, nil
}
