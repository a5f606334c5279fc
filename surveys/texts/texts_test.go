package texts_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/personal"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/responses/responsestest"
	"weerklank.nl/weerklank/surveys/texts"
)

const (
	org    = surveys.OrgID("waterrijk")
	survey = surveys.ID("balie")
)

// wrote puts responses in a store, in the order of arrival that keys gives.
func wrote(keys []responses.Key) *responsestest.Memory {
	store := responsestest.New()
	for i, key := range keys {
		store.Put(responses.Response{Org: org, Survey: survey, Version: 1, Key: key, Answers: questionnaire.Answers{
			"open": "tekst " + string(rune('a'+i%26)), "idee": "idee", "leeg": "  ", "keuze": "1"}})
	}
	return store
}

func drawKeys(t *rapid.T) []responses.Key {
	return rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) (key responses.Key) {
		copy(key[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "key"))
		return key
	}), 2, 60, func(k responses.Key) responses.Key { return k }).Draw(t, "keys")
}

func read(t *rapid.T, store responses.Store) map[string][]texts.Text {
	t.Helper()
	all, err := texts.Read(t.Context(), store, org, survey, []string{"open", "idee", "leeg"})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestTheOrderOfTextsDoesNotTellWhoCameWhenNorWhoWroteWhat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := drawKeys(t)
		all := read(t, wrote(keys))
		if len(all["open"]) != len(keys) || len(all["idee"]) != len(keys) || len(all["leeg"]) != 0 {
			t.Fatalf("%d, %d and %d texts of %d people", len(all["open"]), len(all["idee"]), len(all["leeg"]), len(keys))
		}
		order := func(list []texts.Text) (o []texts.Handle) {
			for _, one := range list {
				o = append(o, one.Handle)
			}
			return o
		}
		later := rapid.Permutation(keys).Draw(t, "another order of arrival")
		if !slices.Equal(order(all["open"]), order(read(t, wrote(later))["open"])) {
			t.Error("another order of arrival gives another order of texts")
		}
		for _, one := range all["open"] {
			if one.Handle == texts.HandleOf(survey, "idee", one.Key) || one.Handle == texts.HandleOf("other", "open", one.Key) {
				t.Error("a handle is the same for another question or survey")
			}
			if found, ok := texts.Find(all["open"], one.Handle); !ok || found != one {
				t.Error("a text is not found by its handle")
			}
			if strings.Contains(string(one.Handle), string(one.Key[:4])) {
				t.Error("a handle holds a part of the key")
			}
		}
	})
}

func TestTheOrderOfOneQuestionIsNotThatOfAnother(t *testing.T) {
	var keys []responses.Key
	for i := range 60 {
		keys = append(keys, responses.Key{byte(i * 41), byte(i)})
	}
	order := func(question string) (o []responses.Key) {
		all, err := texts.Read(t.Context(), wrote(keys), org, survey, []string{"open", "idee"})
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range all[question] {
			o = append(o, one.Key)
		}
		return o
	}
	open, idea, same := order("open"), order("idee"), 0
	for i := range open {
		if open[i] == idea[i] {
			same++
		}
	}
	if same > 6 { // of 60 at random one
		t.Errorf("%d of 60 texts stand at the same place in both questions: whoever reads both pairs them", same)
	}
}

var bodies = rapid.OneOf(
	rapid.String(),
	rapid.SampledFrom([]string{
		"Mijn naam is Jan de Vries, bel 06-12345678 of mail jan@voorbeeld.nl. Bij Karin aan de balie wachtte ik lang.",
		"Karin Karin karin. Karin's broer Émile en Ömer; ömer en KARIN de Boer.",
		"Ik woon op Dorpsstraat 12, 1234 AB Waterrijk en heet jan.", "é", "", "Noord-Holland",
		"Jose\u0301 van de balie hielp Jose\u0301, en E\u0301mile ook. Mijn naam is Rene\u0301.",
	}))

func TestNothingMaskedIsSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := bodies.Draw(t, "body")
		words := rapid.SliceOfN(rapid.SampledFrom([]string{"karin", "Karin de Boer", "balie", "ÖMER", "émile", "é", "niet", "  ", "lang.", "jose", "Jose\u0301", "e", "bel 06-12345678"}), 0, 4).Draw(t, "words")
		kept := rapid.SliceOfN(rapid.Bool(), 12, 12).Draw(t, "kept")
		offered := texts.Found(body)
		masks, unknown := texts.ReadMasks(body, offered, func(i int) bool { return kept[i%12] }, words)
		var r texts.Review
		if err := r.Approve(body, masks); err != nil {
			t.Fatalf("masks %v do not fit %q: %v", masks, body, err)
		}
		public, ok := r.Public(body, func(personal.Kind) string { return "\x00" })
		if !ok {
			t.Fatal("an approved text is not public")
		}
		parts, pieces := strings.Split(public, "\x00"), texts.Pieces(body, masks)
		if len(parts) != len(masks)+1 && !strings.Contains(body, "\x00") {
			t.Fatalf("%q has %d masks: %q", body, len(masks), public)
		}
		whole := ""
		for _, p := range pieces {
			whole += p.Text
		}
		if whole != body {
			t.Errorf("the pieces of %q make %q", body, whole)
		}
		for _, m := range masks {
			if next, _ := utf8.DecodeRuneInString(body[m.To:]); unicode.IsMark(next) {
				t.Errorf("of a letter at the end of %q the accent is left", body[m.From:m.To])
			}
		}
		for i, m := range offered {
			if kept[i%12] && !covered(masks, m) {
				t.Errorf("%q is kept and not masked", body[m.From:m.To])
			}
		}
		for _, word := range words {
			for _, place := range texts.Places(body, word) {
				if !covered(masks, place) {
					t.Errorf("%q is still seen in %q", word, public)
				}
			}
			if strings.TrimSpace(word) != "" && len(texts.Places(body, word)) == 0 && !slices.Contains(unknown, strings.TrimSpace(word)) {
				t.Errorf("%q does not stand in %q, and nobody says so", word, body)
			}
		}
		again, _ := texts.ReadMasks(body, r.Offered(body), func(i int) bool { return r.Masked(r.Offered(body)[i]) }, nil)
		for _, m := range masks {
			if !slices.ContainsFunc(again, func(o texts.Mask) bool { return o.From == m.From && o.To == m.To }) || len(again) != len(masks) {
				t.Errorf("of %q the masks %v are kept as they were, and become %v", body, masks, again)
			}
		}
		r.Reopen()
		if _, seen := r.Public(body, nil); seen {
			t.Error("a text whose approval was taken back is public")
		}
	})
}

// covered tells whether a piece is part of one of the masks.
func covered(masks []texts.Mask, piece texts.Mask) bool {
	return slices.ContainsFunc(masks, func(m texts.Mask) bool { return m.From <= piece.From && piece.To <= m.To })
}

func TestOnlyAnApprovedTextIsSeen(t *testing.T) {
	var r texts.Review
	body := "Bel 06-12345678"
	words := func(k personal.Kind) string { return "[" + string(k) + "]" }
	if _, seen := r.Public(body, words); seen {
		t.Error("a text that nobody read is public")
	}
	if err := r.Withhold("because"); !errors.As(err, new(surveys.Invalid)) {
		t.Errorf("withheld for no reason of the list: %v", err)
	}
	if err := r.Withhold("hurtful"); err != nil {
		t.Fatal(err)
	}
	if _, seen := r.Public(body, words); seen {
		t.Error("a withheld text is public")
	}
	if err := r.Approve(body, []texts.Mask{{From: 4, To: 99, Kind: texts.Word}}); !errors.As(err, new(surveys.Invalid)) {
		t.Errorf("a mask beyond the text is taken: %v", err)
	}
	if err := r.Approve(body, r.Offered(body)); err != nil {
		t.Fatal(err)
	}
	if got, _ := r.Public(body, words); got != "Bel [phone]" {
		t.Errorf("it is seen as %q", got)
	}
	if _, seen := r.Public("Bel", words); seen {
		t.Error("masks of another text are used")
	}
	if trail := r.Trail(); trail.State != texts.Approved || trail.Masks != 1 || trail.Reason != "" {
		t.Errorf("the trail says %+v", trail)
	}
}

func TestALooseAccentIsPartOfItsWord(t *testing.T) {
	body := "Bij de balie hielp Jose\u0301 mij."
	if got := texts.Places(body, "Jose"); len(got) != 0 {
		t.Errorf("the name without its accent stands at %v", got)
	}
	names := texts.Names(body, nil)
	if !slices.Equal(names, []string{"Jose\u0301"}) {
		t.Fatalf("offered %q", names)
	}
	if masks, unknown := texts.ReadMasks(body, nil, nil, names); len(masks) != 1 || body[masks[0].To:] != " mij." || len(unknown) != 0 {
		t.Errorf("masked %v, not found %q", masks, unknown)
	}
}

func TestWordsWithACapitalAreOfferedForMasking(t *testing.T) {
	body := "Bij de balie hielp Karin mij goed. Daarna belde Ömer van team Noord. Mijn naam is Jan."
	if got, want := texts.Names(body, texts.Found(body)), []string{"Karin", "Ömer", "Noord"}; !slices.Equal(got, want) {
		t.Errorf("offered %q, want %q", got, want)
	}
}
