package disclosure

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
)

// ErrAddress says that a text is no address of a figure.
var ErrAddress = errors.New("no address of a figure")

// ParseAddress reads what String wrote, with the space around it that copying brings.
// It is ErrAddress for anything else.
func ParseAddress(text string) (Address, error) {
	parts := strings.Split(strings.TrimSpace(text), ":")
	if len(parts) != 5 {
		return Address{}, ErrAddress
	}
	number, err := strconv.Atoi(parts[1])
	if err != nil || number < 1 || strconv.Itoa(number) != parts[1] {
		return Address{}, ErrAddress
	}
	a := Address{Release: number, Fingerprint: strings.ToLower(parts[4])}
	if a.Survey, err = url.QueryUnescape(parts[0]); err != nil || a.Survey == "" {
		return Address{}, ErrAddress
	}
	if parts[2] != everything {
		if a.Question, err = url.QueryUnescape(parts[2]); err != nil || a.Question == "" {
			return Address{}, ErrAddress
		}
	}
	if len(a.Fingerprint) != fingerprintLength {
		return Address{}, ErrAddress
	}
	if parts[3] == everything {
		return a, nil
	}
	first, second, pair := strings.Cut(parts[3], ",")
	if a.Group.Breakdown, a.Group.Value, err = readTerm(first); err != nil {
		return Address{}, err
	}
	if pair {
		if a.Group.With, a.Group.WithValue, err = readTerm(second); err != nil {
			return Address{}, err
		}
	}
	return a, nil
}

// readTerm reads "afdeling=burgerzaken". The value is empty for all whose value is known.
func readTerm(text string) (breakdown, value string, err error) {
	b, v, found := strings.Cut(text, "=")
	if !found || b == "" {
		return "", "", ErrAddress
	}
	if breakdown, err = url.QueryUnescape(b); err != nil {
		return "", "", ErrAddress
	}
	if value, err = url.QueryUnescape(v); err != nil {
		return "", "", ErrAddress
	}
	return breakdown, value, nil
}

// escaped leaves letters, digits and "-_.~" as they are. A part that is only the sign
// for everything is written out, so that it is not taken for it.
func escaped(text string) string {
	if text == everything {
		return "%2D"
	}
	return url.QueryEscape(text)
}
