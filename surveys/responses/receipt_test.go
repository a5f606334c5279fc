package responses_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"math/bits"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

const codeAlphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

var secret = bytes.Repeat([]byte{7}, 32)

func TestReceiptCode(t *testing.T) {
	t.Run("reads back however it was typed", rapid.MakeCheck(func(t *rapid.T) {
		code := anyCode(t)
		typed := shown(code)
		typed = rapid.SampledFrom([]string{typed, strings.ToLower(typed), strings.ReplaceAll(typed, " ", ""),
			strings.ReplaceAll(typed, " ", "-"), strings.ReplaceAll(typed, " ", " – "), "  " + typed + "\t\n", strings.ReplaceAll(typed, " ", "\u00a0")}).Draw(t, "typed")
		read, err := responses.ParseReceiptCode(typed)
		if err != nil || read != code {
			t.Fatalf("ParseReceiptCode(%q) = %v, want the code", typed, err)
		}
	}))
	t.Run("has every single wrong character found", rapid.MakeCheck(func(t *rapid.T) {
		typed := []byte(strings.Join(groups(anyCode(t)), ""))
		at := rapid.IntRange(0, 15).Draw(t, "at")
		for i := range len(codeAlphabet) {
			wrong := append([]byte(nil), typed...)
			if wrong[at] = codeAlphabet[i]; wrong[at] == typed[at] {
				continue
			}
			if _, err := responses.ParseReceiptCode(string(wrong)); !errors.Is(err, responses.ErrCodeCheck) {
				t.Fatalf("ParseReceiptCode(%q) = %v, want the check to fail", wrong, err)
			}
		}
	}))
	t.Run("has every two characters that changed places found", rapid.MakeCheck(func(t *rapid.T) {
		typed := []byte(strings.Join(groups(anyCode(t)), ""))
		for i := range 15 {
			if typed[i] == typed[i+1] {
				continue
			}
			wrong := append([]byte(nil), typed...)
			wrong[i], wrong[i+1] = wrong[i+1], wrong[i]
			if _, err := responses.ParseReceiptCode(string(wrong)); !errors.Is(err, responses.ErrCodeCheck) {
				t.Fatalf("ParseReceiptCode(%q) = %v, want the check to fail", wrong, err)
			}
		}
	}))
	t.Run("is the same for the same sitting and another for another one", rapid.MakeCheck(func(t *rapid.T) {
		key, other := anyKey(t, "key"), anyKey(t, "other")
		code := responses.DeriveReceipt(secret, "s1", key)
		if again := responses.DeriveReceipt(secret, "s1", key); again != code {
			t.Fatal("a second sending got another code")
		}
		if key != other && responses.DeriveReceipt(secret, "s1", other) == code {
			t.Fatal("two sittings got one code")
		}
		if responses.DeriveReceipt(secret, "s2", key) == code {
			t.Fatal("two surveys gave one code")
		}
	}))
	t.Run("never has a look-alike in it", rapid.MakeCheck(func(t *rapid.T) {
		if s := shown(anyCode(t)); strings.ContainsAny(s, "IO01") || len(s) != 19 {
			t.Fatalf("code is %q", s)
		}
	}))
}

func TestReceiptCodeIsRefusedBeforeAnythingIsLookedUp(t *testing.T) {
	for typed, want := range map[string]error{
		"":                     responses.ErrCodeEmpty,
		" - ":                  responses.ErrCodeEmpty,
		"KX7M 9R2P":            responses.ErrCodeLength,
		"KX7M 9R2P WT4H 3QVDD": responses.ErrCodeLength,
		"KX7M 9R2P WT4H 3QV0":  responses.ErrCodeCharacter,
		"KX7M 9R2P WT4H 3QVé":  responses.ErrCodeCharacter,
		"KX7M 9R2P WT4H 3QV<":  responses.ErrCodeCharacter,
	} {
		if _, err := responses.ParseReceiptCode(typed); !errors.Is(err, want) {
			t.Errorf("ParseReceiptCode(%q) = %v, want %v", typed, err, want)
		}
	}
}

func TestReceiptCodeDoesNotPrint(t *testing.T) {
	code := responses.DeriveReceipt(secret, "s1", responses.SubmissionKey{1})
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "code", code)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "code", code)
	printed := log.String() + fmt.Sprintf("%v %s %+v %#v %x", code, code, code, code, code)
	if part := code.Groups()[0]; strings.Contains(printed, part) || strings.Contains(printed, fmt.Sprintf("%x", part)) {
		t.Errorf("the code stands in %s", printed)
	}
}

func TestResponseKeyNeedsItsSecretAndOrganisation(t *testing.T) {
	code := responses.DeriveReceipt(secret, "s1", responses.SubmissionKey{1})
	key := code.Key(secret, "o1")
	if code.Key([]byte("another secret"), "o1") == key || code.Key(secret, "o2") == key {
		t.Error("the key stays the same")
	}
}

func anyCode(t *rapid.T) responses.ReceiptCode {
	return responses.DeriveReceipt(secret, surveys.ID("s1"), anyKey(t, "key"))
}

func anyKey(t *rapid.T, label string) responses.SubmissionKey {
	return responses.SubmissionKey(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, label))
}

func groups(c responses.ReceiptCode) []string { g := c.Groups(); return g[:] }

func shown(c responses.ReceiptCode) string { return strings.Join(groups(c), " ") }

// TestTheHashOfACodeTellsNothingOfHowNearItIs: of two codes that differ in one character
// the hashes, which alone are looked up, differ in about half of their bits. Whoever
// measures how long look-ups take cannot come nearer to a code step by step.
func TestTheHashOfACodeTellsNothingOfHowNearItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := anyCode(t)
		typed := []byte(strings.Join(groups(code), ""))
		at := rapid.IntRange(0, 14).Draw(t, "at")
		typed[at] = codeAlphabet[(strings.IndexByte(codeAlphabet, typed[at])+rapid.IntRange(1, 31).Draw(t, "on"))%32]
		near, err := responses.ReceiptCode{}, errors.New("no check character fits")
		for i := 0; i < 32 && err != nil; i++ {
			typed[15] = codeAlphabet[i]
			near, err = responses.ParseReceiptCode(string(typed))
		}
		if err != nil {
			t.Fatal(err)
		}
		a, b := code.Key(secret, "waterrijk"), near.Key(secret, "waterrijk")
		differ := 0
		for i := range a {
			differ += bits.OnesCount8(a[i] ^ b[i])
		}
		if differ < 20 || differ > 108 { // 64 ± 5.7 of 128: this far off by chance once in 10¹⁴
			t.Fatalf("the hashes differ in %d of 128 bits", differ)
		}
	})
}
