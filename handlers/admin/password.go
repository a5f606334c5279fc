package admin

import (
	"crypto/sha256"
	_ "embed" // the list of common passwords
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"github.com/trustelem/zxcvbn/frequency"
	"golang.org/x/text/unicode/norm"

	"weerklank.nl/weerklank/surveys"
)

// hashing is how passwords are hashed: argon2id with 19 MiB and two passes, the
// first choice of OWASP's password storage cheat sheet.
var hashing = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// atOnce bounds how much memory and how many processors hashing takes when many
// people sign in at the same time: half of the processors stay with respondents.
var atOnce = make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2))

// Lengths of a password, in characters, after NIST SP 800-63B. There are no rules
// about kinds of characters: length is what helps, what many people choose does not,
// and the longest keeps a request from being work.
const (
	shortestPassword = 8
	longestPassword  = 200
)

//go:embed common_passwords.txt
var commonList string

// common are the words that passwords which many people have are made of, as
// plainWord writes them.
var common = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsSeq(commonList) {
		words[plainWord(word)] = true
	}
	return words
})

// leaked are the passwords that leaks showed most often, in lower case.
var leaked = sync.OnceValue(func() map[string]bool {
	list := frequency.FrequencyLists["passwords"]
	words := make(map[string]bool, len(list))
	for _, word := range list {
		words[word] = true
	}
	return words
})

// looks are the figures and signs that people write for letters.
var looks = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

// plainWord is a password without what people add to a word: capitals, figures for
// letters, and a year or a sign at the end.
func plainWord(password string) string {
	word := strings.ToLower(password)
	if bare := strings.TrimRight(word, "0123456789!@#$%^&*()-_=+?.,"); bare != "" {
		word = bare
	}
	return looks.Replace(word)
}

// isCommon tells whether a password is one that many people have or that leaked, one character or a
// short piece over and over, or a row of the keyboard.
func isCommon(password string) bool {
	lower := strings.ToLower(password)
	plain := plainWord(password)
	if common()[lower] || common()[plain] || leaked()[lower] || leaked()[plain] {
		return true
	}
	for length := 1; length <= min(4, len(lower)/2); length++ {
		if len(lower)%length == 0 && strings.Repeat(lower[:length], len(lower)/length) == lower {
			return true
		}
	}
	for _, row := range []string{"abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "98765432109876543210", "qwertyuiopasdfghjklzxcvbnm", "zyxwvutsrqponmlkjihgfedcba"} {
		if strings.Contains(row, lower) {
			return true
		}
	}
	return false
}

// normal is a password in one form of Unicode, so that another keyboard gives the same.
func normal(password string) string { return norm.NFKC.String(password) }

// HashPassword hashes a chosen password. It refuses one that is too short, too long or
// too common with an Invalid at "password". None of its words may be one of own: the
// name of the organisation, what stands before the @.
func HashPassword(password string, own ...string) (string, error) {
	password = normal(password)
	var wrong surveys.Invalid
	switch n := utf8.RuneCountInString(password); {
	case n < shortestPassword:
		wrong.AddWith("password", "account.password_short", map[string]any{"Least": shortestPassword})
	case n > longestPassword:
		wrong.AddWith("password", "account.password_long", map[string]any{"Most": longestPassword})
	case isCommon(password) || slices.ContainsFunc(own, func(o string) bool { return o != "" && plainWord(password) == plainWord(o) }):
		wrong.Add("password", "account.password_common")
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

// compare is the work of one try; a test counts how often it is done.
var compare = argon2id.ComparePasswordAndHash

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
	password = normal(password)
	atOnce <- struct{}{}
	defer func() { <-atOnce }()
	fits, err := compare(password, hash)
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
