package responses_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

var (
	june  = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	names = []string{"kanaal", "gemak", "thema", "open_verbeteren"}
)

func fieldsOf(int) ([]string, error) { return names, nil }

func keys(t testing.TB, replaced ...time.Time) *responses.Keys {
	t.Helper()
	var generations []responses.Generation
	for i, at := range append(replaced, time.Time{}) {
		g := responses.Generation{ID: uint32(i + 1), ReplacedAt: at}
		g.Seal[0], g.Derive[0], g.Hash[0] = byte(i+1), byte(i+1), byte(i+1)
		generations = append(generations, g)
	}
	k, err := responses.NewKeys(generations)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func seal(t testing.TB, k *responses.Keys, s *responses.Sitting) string {
	t.Helper()
	b, err := k.AppendSealed(nil, "o1", "s1", s, names, [12]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func sitting() *responses.Sitting {
	return &responses.Sitting{
		Key: responses.SubmissionKey{1, 2, 3}, Generation: 1, Issued: june, Version: 3, Lang: surveys.English, Collector: "c1",
		Prefilled: questionnaire.Answers{"kanaal": "balie"},
		Answers:   questionnaire.Answers{"gemak": "4", "thema": "a other", "thema_other": "é <b>", "not_of_this_version": "x"},
		Unread:    map[string]string{"open_verbeteren": "31 juni"},
		Visited:   []byte{5}, Checked: true, At: -1, Kiosk: true, Ballot: responses.BallotHash{9, 8, 31: 7},
	}
}

func TestSittingComesBackAsItWasSealed(t *testing.T) {
	k, s := keys(t), sitting()
	back, err := k.Open(seal(t, k, s), "o1", "s1", june, fieldsOf)
	if err != nil {
		t.Fatal(err)
	}
	if back.Key != s.Key || !back.Issued.Equal(s.Issued) || back.Version != 3 || back.Lang != "en" || back.Collector != "c1" || !back.Checked || !back.Kiosk || back.At != -1 || back.Ballot != s.Ballot ||
		!bytes.Equal(back.Visited, s.Visited) || back.Prefilled["kanaal"] != "balie" || back.Unread["open_verbeteren"] != "31 juni" || len(back.Answers) != 4 {
		t.Errorf("came back as %+v", back)
	}
	for name, v := range s.Answers {
		if back.Answers[name] != v {
			t.Errorf("%s = %q, want %q", name, back.Answers[name], v)
		}
	}
	if !back.Saw(0, "") || back.Saw(1, "") || !back.Saw(2, "") || back.Saw(70, "") {
		t.Error("forgot which pages were shown")
	}
}

func TestSittingIsRefused(t *testing.T) {
	k := keys(t)
	field := seal(t, k, sitting())
	for name, c := range map[string]struct {
		field, survey string
		now           time.Time
		want          error
	}{
		"in another survey":                   {field, "s2", june, responses.ErrTampered},
		"when its end was cut off":            {field[:len(field)-8], "s1", june, responses.ErrTampered},
		"when it is no sealed field at all":   {"v1.<>", "s1", june, responses.ErrTampered},
		"when it is empty":                    {"", "s1", june, responses.ErrTampered},
		"when it is as long as a book":        {strings.Repeat("A", responses.MostSealed+1), "s1", june, responses.ErrTooLong},
		"when its page is a month old":        {field, "s1", june.AddDate(0, 0, 31), responses.ErrOutdated},
		"when its key is not in the key file": {"AQAAAAk" + field[7:], "s1", june, responses.ErrOutdated},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := k.Open(c.field, "o1", surveys.ID(c.survey), c.now, fieldsOf); !errors.Is(err, c.want) {
				t.Errorf("Open() = %v, want %v", err, c.want)
			}
		})
	}
	t.Run("when one bit was changed", rapid.MakeCheck(func(t *rapid.T) {
		wrong := []byte(field)
		at := rapid.IntRange(8, len(wrong)-2).Draw(t, "at")
		if wrong[at]++; wrong[at] > 'z' {
			wrong[at] = 'A'
		}
		if _, err := k.Open(string(wrong), "o1", "s1", june, fieldsOf); err == nil {
			t.Fatal("a changed field was opened")
		}
	}))
}

func TestOutdatedSittingStillShowsItsAnswers(t *testing.T) {
	k := keys(t)
	s, err := k.Open(seal(t, k, sitting()), "o1", "s1", june.AddDate(0, 0, 31), fieldsOf)
	if !errors.Is(err, responses.ErrOutdated) || s == nil || s.Answers["gemak"] != "4" {
		t.Errorf("Open() = %+v, %v, want the answers with ErrOutdated", s, err)
	}
}

func TestReplacedKeyOpensPagesForThirtyDays(t *testing.T) {
	s := sitting()
	s.Issued = june
	field := seal(t, keys(t), s)
	after := keys(t, june) // the same first generation, replaced on 1 June
	if _, err := after.Open(field, "o1", "s1", june.AddDate(0, 0, 29), fieldsOf); err != nil {
		t.Errorf("after 29 days: %v", err)
	}
	if _, err := after.Open(field, "o1", "s1", june.AddDate(0, 0, 31), fieldsOf); !errors.Is(err, responses.ErrOutdated) {
		t.Errorf("after 31 days: %v, want outdated", err)
	}
}

func TestReceiptCodeSurvivesAReplacedKey(t *testing.T) {
	before, after := keys(t), keys(t, june)
	s := sitting()
	code, key, err := before.Receipt(s, "o1", "s1")
	if err != nil {
		t.Fatal(err)
	}
	again, sameKey, err := after.Receipt(s, "o1", "s1")
	if err != nil || again != code || sameKey != key {
		t.Errorf("a second sending after the key was replaced got another code (%v)", err)
	}
	found := after.KeysOf(code, "o1")
	if len(found) != 2 || found[1] != key {
		t.Error("the response is not found any more")
	}
}

func TestSealedLengthSaysLittle(t *testing.T) {
	k := keys(t)
	short, long := sitting(), sitting()
	long.Answers["open_verbeteren"] = strings.Repeat("x", 200)
	if len(seal(t, k, short)) != len(seal(t, k, long)) {
		t.Error("200 characters more can be seen from the length of the field")
	}
	long.Answers["open_verbeteren"] = strings.Repeat("x", responses.MostSealed)
	if _, err := k.AppendSealed(nil, "o1", "s1", long, names, [12]byte{1}); !errors.Is(err, responses.ErrTooLong) {
		t.Errorf("a book was sealed: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	k := keys(f)
	f.Add(seal(f, k, sitting()))
	f.Fuzz(func(t *testing.T, field string) {
		_, _ = k.Open(field, "o1", "s1", june, fieldsOf)
	})
}

func BenchmarkSealAndOpen(b *testing.B) {
	k, s := keys(b), sitting()
	b.ReportAllocs()
	var field []byte
	for b.Loop() {
		field, _ = k.AppendSealed(field[:0], "o1", "s1", s, names, [12]byte{1})
		if _, err := k.Open(string(field), "o1", "s1", june, fieldsOf); err != nil {
			b.Fatal(err)
		}
	}
}
