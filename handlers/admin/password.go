package admin

import (
	"crypto/sha256"
	"fmt"
	"runtime"
	"sync"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"weerklank.nl/weerklank/surveys"
)

// hashing is how passwords are hashed: argon2id with 19 MiB and two passes, the
// first choice of OWASP's password storage cheat sheet.
var hashing = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// atOnce bounds how much memory and how many processors hashing takes when many
// people sign in at the same time: half of the processors stay with respondents.
var atOnce = make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2))

// Lengths of a password, in characters. There are no other rules: length is what
// helps, and the longest keeps a request from being work.
const (
	shortestPassword = 12
	longestPassword  = 200
)

// HashPassword hashes a chosen password. It refuses one that is too short or too
// long with an Invalid at "password".
func HashPassword(password string) (string, error) {
	var wrong surveys.Invalid
	switch n := utf8.RuneCountInString(password); {
	case n < shortestPassword:
		wrong.AddWith("password", "account.password_short", map[string]any{"Least": shortestPassword})
	case n > longestPassword:
		wrong.AddWith("password", "account.password_long", map[string]any{"Most": longestPassword})
	}
	if err := wrong.Err(); err != nil {
		return "", err
	}
	atOnce <- struct{}{}
	defer func() { <-atOnce }()
	hash, err := argon2id.CreateHash(password, hashing)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// nobody is the hash of a password that nobody has, for addresses that we do not
// know: so that they take as long as those that we do.
var nobody = sync.OnceValues(func() (string, error) {
	return argon2id.CreateHash("a password that nobody has, of any length", hashing)
})

// passwordFits tells whether the password is the account's. It takes equally long
// for no account, for one without a password and for one that was switched off,
// and says no to each.
func passwordFits(account *surveys.Account, password string) (bool, error) {
	hash, err := nobody()
	if err != nil {
		return false, fmt.Errorf("hash password: %w", err)
	}
	known := account != nil && account.Active && account.PasswordHash != ""
	if known {
		hash = account.PasswordHash
	}
	if len(password) > 4*longestPassword {
		password = ""
	}
	atOnce <- struct{}{}
	defer func() { <-atOnce }()
	fits, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return fits && known, nil
}

// tokenHash is what is stored of the token of a one-time link.
func tokenHash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
