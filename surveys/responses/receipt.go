package responses

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"log/slog"
	"strings"
	"unicode"

	"weerklank.nl/weerklank/surveys"
)

// alphabet has no look-alikes: A–Z without I and O, and 2–9. A character's place
// in it is its value, five bits.
const alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

// codeLength is the number of characters of a receipt code: fifteen derived from
// the submission key, 75 bits, and one that checks them.
const codeLength = 16

// Refusals of a typed receipt code, each before anything is looked up.
var (
	ErrCodeEmpty     = errors.New("receipt code: nothing typed")
	ErrCodeLength    = errors.New("receipt code: not sixteen characters")
	ErrCodeCharacter = errors.New("receipt code: a character that no code has")
	ErrCodeCheck     = errors.New("receipt code: the check character does not agree")
)

// SubmissionKey is the random key of one sitting, 128 bits, made when its first
// page is shown. Every sending of that sitting carries the same key.
type SubmissionKey [16]byte

// ReceiptCode opens a response to its holder. It exists in the respondent's hands
// and in the page that shows it; what is stored is its keyed hash, as the key of the
// response. It does not print: Groups is the one way to show it.
type ReceiptCode struct {
	chars [codeLength]byte
}

// codeOf makes the receipt code of a sitting from its submission key, so that a second
// sending shows the code of the first. mac holds the secret and nothing yet besides:
// whoever lacks it learns nothing about the code from the key.
func codeOf(mac hash.Hash, survey surveys.ID, key SubmissionKey) ReceiptCode {
	var room [64]byte
	mac.Write(append(append(room[:0], key[:]...), survey...))
	return codeFrom([sha256.Size]byte(mac.Sum(room[:0])))
}

// codeFrom is the code that the first 75 bits of a hash make, with its check character.
func codeFrom(hash [sha256.Size]byte) ReceiptCode {
	var code ReceiptCode
	var bits, held uint
	sum := hash[:]
	for i := range codeLength - 1 {
		if held < 5 {
			bits, held = bits<<8|uint(sum[0]), held+8
			sum = sum[1:]
		}
		held -= 5
		code.chars[i] = alphabet[bits>>held&31]
	}
	code.chars[codeLength-1] = alphabet[checkOf(code.chars[:codeLength-1])]
	return code
}

// ParseReceiptCode reads a code as people type it: capitals or not, with or
// without spaces and dashes of any kind. A typing error in one character, and any
// two characters that changed places, are found by the check character.
func ParseReceiptCode(typed string) (ReceiptCode, error) {
	var code ReceiptCode
	n := 0
	for _, r := range typed {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || unicode.Is(unicode.Cf, r) || r == '.' || r == '_' || r == '−' {
			continue
		}
		r = unicode.ToUpper(r)
		if r > unicode.MaxASCII || strings.IndexByte(alphabet, byte(r)) < 0 {
			return ReceiptCode{}, ErrCodeCharacter
		}
		if n < codeLength {
			code.chars[n] = byte(r)
		}
		n++
	}
	switch {
	case n == 0:
		return ReceiptCode{}, ErrCodeEmpty
	case n != codeLength:
		return ReceiptCode{}, ErrCodeLength
	case alphabet[checkOf(code.chars[:codeLength-1])] != code.chars[codeLength-1]:
		return ReceiptCode{}, ErrCodeCheck
	}
	return code, nil
}

// Groups is the code in its four groups of four, to show to its holder.
func (c ReceiptCode) Groups() [4]string {
	return [4]string{string(c.chars[0:4]), string(c.chars[4:8]), string(c.chars[8:12]), string(c.chars[12:16])}
}

// Key is the keyed hash under which the response of the code is stored and found in
// the organisation: HMAC-SHA-256, cut off at 128 bits. Without the secret a copy of
// the database gives no code away.
func (c ReceiptCode) Key(secret []byte, org surveys.OrgID) Key {
	return c.key(hmac.New(sha256.New, secret), org)
}

// key is Key with a mac that holds the secret and nothing yet besides.
func (c ReceiptCode) key(mac hash.Hash, org surveys.OrgID) Key {
	var room [64]byte
	mac.Write(append(append(room[:0], c.chars[:]...), org...))
	return Key(mac.Sum(room[:0])[:len(Key{})])
}

// Format keeps a code out of logs and error texts, whatever the verb.
func (c ReceiptCode) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("receipt code")) }

// LogValue keeps a code out of structured logs.
func (c ReceiptCode) LogValue() slog.Value { return slog.StringValue("receipt code") }

// MarshalText refuses: a code is shown once, to its holder, through Groups.
func (c ReceiptCode) MarshalText() ([]byte, error) {
	return nil, errors.New("receipt code: is not written out")
}

// checkOf is the value of the check character: the sum over GF(32) of every
// character times a weight of its own. The weights are the powers of a generator,
// all different and never zero, so a changed character changes the sum, and so do
// two unequal characters that swap places (their weights differ).
func checkOf(chars []byte) byte {
	var sum, weight byte = 0, 2
	for _, c := range chars {
		sum ^= times(valueOf(c), weight)
		weight = times(weight, 2)
	}
	return sum
}

// valueOf is a character's place in the alphabet.
func valueOf(c byte) byte { return byte(strings.IndexByte(alphabet, c)) }

// times multiplies in GF(32) with the polynomial x⁵+x²+1, under which 2 generates
// all thirty-one non-zero values.
func times(a, b byte) byte {
	var product byte
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			product ^= a
		}
		if a <<= 1; a&32 != 0 {
			a ^= 0b100101
		}
	}
	return product
}
