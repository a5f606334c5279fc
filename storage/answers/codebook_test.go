package answers_test

import (
	"errors"
	"maps"
	"testing"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

func book(t testing.TB) *answers.Codebook {
	t.Helper()
	b, err := answers.NewCodebook(definition(t))
	must(t, err)
	return b
}

func TestAnswersComeBackAsTheyWereGiven(t *testing.T) {
	b := book(t)
	for name, a := range map[string]questionnaire.Answers{
		"none at all":                               {},
		"five-point answers":                        {"va": "1", "vt": "5", "vb": "weet_niet"},
		"several choices":                           {"thema": "wegen afval"},
		"several choices with words of one's own":   {"thema": "groen other", "thema_other": "de brug"},
		"an open answer":                            {"open": "Ik wachtte lang.\nMaar: é, 你, \x00"},
		"a choice that the version does not know":   {"va": "6", "thema": "afval lucht"},
		"a question that the version does not know": {"oud": "ja", "va": "2"},
		"questions that were left open":             {"va": "", "thema": "", "open": "", "thema_other": "weg"},
		"instances of a repeat":                     {"kind": "2", "kind[1]/naam": "Ana", "kind[2]/naam": ""},
		"choices with more space than one":          {"thema": "afval  groen"},
	} {
		t.Run(name, func(t *testing.T) {
			back, err := b.Decode(b.Encode(a))
			if err != nil || !maps.Equal(back, a) {
				t.Errorf("came back as %v (%v), want %v", back, err, a)
			}
		})
	}
	t.Run("whatever they are", rapid.MakeCheck(func(t *rapid.T) {
		a := questionnaire.Answers(rapid.MapOf(
			rapid.OneOf(rapid.SampledFrom([]string{"va", "vb", "thema", "thema_other", "open"}), rapid.String()),
			rapid.OneOf(rapid.SampledFrom([]string{"1", "5", "afval", "afval groen", "other"}), rapid.StringN(0, -1, -1)),
		).Draw(t, "answers"))
		back, err := b.Decode(b.Encode(a))
		if err != nil || !maps.Equal(back, a) {
			t.Fatalf("came back as %v (%v), want %v", back, err, a)
		}
	}))
}

func TestTwentyChoicesTakeFewBytes(t *testing.T) {
	if n := len(book(t).Encode(response(1, 1).Answers)); n > 41 {
		t.Errorf("twenty five-point answers take %d bytes", n)
	}
}

func TestCorruptAnswersAreRefusedAndNeverPanic(t *testing.T) {
	b := book(t)
	for name, stored := range map[string][]byte{
		"nothing":                      {},
		"another encoding":             {9, 1, 1},
		"a question that there is not": {1, 99, 1},
		"a choice that there is not":   {1, 1, 99},
		"a text that is cut short":     {1, 23, 200, 'a'},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := b.Decode(stored); !errors.Is(err, answers.ErrCorrupt) {
				t.Errorf("Decode() = %v, want ErrCorrupt", err)
			}
		})
	}
	t.Run("whatever the bytes", rapid.MakeCheck(func(t *rapid.T) {
		stored := append([]byte{1}, rapid.SliceOf(rapid.Byte()).Draw(t, "stored")...)
		if _, err := b.Decode(stored); err != nil && !errors.Is(err, answers.ErrCorrupt) {
			t.Fatalf("Decode() = %v", err)
		}
	}))
}
