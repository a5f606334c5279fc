package responses_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys/responses"
)

func TestWhatSomebodyLooksForOpensAtTheSameSurveyOnly(t *testing.T) {
	old := responses.Generation{ID: 1, Seal: [32]byte{1}}
	before, err := responses.NewKeys([]responses.Generation{old})
	if err != nil {
		t.Fatal(err)
	}
	now, err := responses.NewKeys([]responses.Generation{old, {ID: 2, Seal: [32]byte{2}}})
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.StringN(1, 80, 400).Draw(t, "words")
		sealed := before.SealSought(words, "o", "s", [12]byte(rapid.SliceOfN(rapid.Byte(), 12, 12).Draw(t, "nonce")))
		if got := now.OpenSought(sealed, "o", "s"); got != words {
			t.Errorf("%q comes back as %q", words, got)
		}
		raw, err := base64.RawURLEncoding.DecodeString(sealed)
		if err != nil || len(words) > 3 && strings.Contains(string(raw), words) {
			t.Errorf("%q stands in %q (%v)", words, raw, err)
		}
		raw[rapid.IntRange(0, len(raw)-1).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		for name, got := range map[string]string{
			"of another survey":          now.OpenSought(sealed, "o", "t"),
			"of another organisation":    now.OpenSought(sealed, "p", "s"),
			"that were changed":          now.OpenSought(base64.RawURLEncoding.EncodeToString(raw), "o", "s"),
			"that were cut off":          now.OpenSought(sealed[:rapid.IntRange(0, len(sealed)-1).Draw(t, "end")], "o", "s"),
			"that are no sealed words":   now.OpenSought(words, "o", "s"),
			"of a key that nobody knows": before.OpenSought(now.SealSought(words, "o", "s", [12]byte{3}), "o", "s"),
		} {
			if got != "" {
				t.Errorf("words %s open as %q", name, got)
			}
		}
	})
	long := strings.Repeat("lang ", 300)
	if got := now.OpenSought(now.SealSought(long, "o", "s", [12]byte{1}), "o", "s"); len(got) != 512 || !strings.HasPrefix(long, got) {
		t.Errorf("of long words %d bytes are kept", len(got))
	}
	if got := now.SealSought("", "o", "s", [12]byte{1}); got != "" {
		t.Errorf("no words are %q", got)
	}
	if a, b := now.SealSought("Jan", "o", "s", [12]byte{1}), now.SealSought("Fatima El Amrani", "o", "s", [12]byte{2}); len(a) != len(b) {
		t.Error("from the length of the address it follows how long a name is")
	}
}
