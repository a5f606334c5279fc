package personal_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/static/content"
	"weerklank.nl/weerklank/surveys/personal"
)

func pieces(text string) []string {
	var all []string
	for _, f := range personal.Find(text) {
		all = append(all, fmt.Sprint(f.Kind, ":", text[f.From:f.To]))
	}
	return all
}

func TestThePersonalDataOfTheDemoAreFoundAndNoOthers(t *testing.T) {
	body, err := content.Files.ReadFile("answers-model.json")
	if err != nil {
		t.Fatal(err)
	}
	var model struct {
		Open []struct {
			Text string `json:"text"`
			PII  []struct {
				Kind, Text string
				Valid      bool
				Mask       *string
			} `json:"pii"`
		} `json:"open_answers"`
	}
	if err := json.Unmarshal(body, &model); err != nil {
		t.Fatal(err)
	}
	known := 0
	for _, a := range model.Open {
		var want []string
		for _, p := range a.PII {
			if p.Mask != nil { // a date of birth that is no date is one all the same
				want = append(want, p.Kind+":"+p.Text)
				known++
			}
		}
		if got := pieces(a.Text); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("in %q\nfound %q\nwant  %q", a.Text, got, want)
		}
	}
	if known < 8 || len(model.Open) < 90 {
		t.Errorf("the content has %d texts with %d pieces", len(model.Open), known)
	}
}

func TestWhatSaysWhoSomebodyIsIsFound(t *testing.T) {
	for text, want := range map[string]string{
		"bel 06 12345678":                 "phone:06 12345678",
		"bel 06-12 34 56 78.":             "phone:06-12 34 56 78",
		"+31 6 12345678":                  "phone:+31 6 12345678",
		"(020) 123 4567":                  "phone:(020) 123 4567",
		"0201234567!":                     "phone:0201234567",
		"1234567890":                      "",
		"bestelling 0612345678901":        "",
		"111222333":                       "bsn:111222333",
		"1112.22.333":                     "bsn:1112.22.333",
		"111222334":                       "",
		"000000000":                       "",
		"NL91ABNA0417164300":              "iban:NL91ABNA0417164300",
		"nl91 abna 0417 1643 00 graag":    "iban:nl91 abna 0417 1643 00",
		"NL92ABNA0417164300":              "",
		"BE68539007547034":                "iban:BE68539007547034",
		"a.b+c@d-e.example is mijn mail":  "email:a.b+c@d-e.example",
		"@iedereen":                       "",
		"1234 AB 12":                      "address:1234 AB 12",
		"Kade 3, 1234AB":                  "address:Kade 3, 1234AB",
		"postcode 1234 AB":                "",
		"AB-123-C":                        "licence_plate:AB-123-C",
		"12-34-56":                        "",
		"Mijn naam is Jan de Vries en":    "name:Jan de Vries",
		"mijn naam is jan":                "name:jan",
		"Ik heet Fatima El Amrani.":       "name:Fatima El Amrani",
		"de heer Van der Berg hielp mij":  "name:de heer Van der Berg",
		"geboren op 3 mei 1980 in":        "birth_date:3 mei 1980",
		"op 3 mei 2025 was ik er":         "",
		"mevrouw aan de balie was aardig": "",
		// Accents that stand by themselves, as some keyboards and copied texts have them.
		"Mijn naam is Jose\u0301 Garci\u0301a.":  "name:Jose\u0301 Garci\u0301a",
		"mijn naam is rene\u0301":                "name:rene\u0301",
		"mail rene\u0301@a.example":              "email:rene\u0301@a.example",
		"\u260e\ufe0f06-12345678":                "phone:06-12345678",
		"Het duurde 6 weken en kostte 120 euro.": "",
	} {
		if got := strings.Join(pieces(text), " "); got != want {
			t.Errorf("in %q: %q, want %q", text, got, want)
		}
	}
}

// checked is a BSN: eight digits with the ninth that makes it one.
func checked(t *rapid.T) string {
	for {
		n := rapid.IntRange(10000000, 99999999).Draw(t, "n")
		d, sum := fmt.Sprint(n), 0
		for i := range 8 {
			sum += (9 - i) * int(d[i]-'0')
		}
		if sum%11 < 10 {
			return d + fmt.Sprint(sum%11)
		}
	}
}

func TestACitizenServiceNumberIsFoundAndOneDigitFurtherNot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := checked(t)
		if n[0] == '0' {
			return
		}
		text := rapid.SampledFrom([]string{"%s", "nummer %s.", "(%s)", "x %s y"}).Draw(t, "around")
		if got := pieces(fmt.Sprintf(text, n)); len(got) != 1 || got[0] != "bsn:"+n {
			t.Fatalf("%s: %q", n, got)
		}
		wrong := []byte(n)
		at := rapid.IntRange(0, 7).Draw(t, "at")
		wrong[at] = '0' + (wrong[at]-'0'+1)%10
		if wrong[0] == '0' {
			return
		}
		if got := pieces(fmt.Sprintf(text, wrong)); len(got) != 0 {
			t.Fatalf("%s is no BSN: %q", wrong, got)
		}
	})
}

// holds are the laws of Find: pieces in their order, apart, and of whole letters.
func holds(t interface{ Fatalf(string, ...any) }, text string) {
	found, at := personal.Find(text), 0
	for _, f := range found {
		if f.From < at || f.To <= f.From || f.To > len(text) {
			t.Fatalf("in %q: %+v", text, found)
		}
		if utf8.ValidString(text) && (!utf8.ValidString(text[f.From:f.To]) || !utf8.ValidString(text[:f.From])) {
			t.Fatalf("in %q a letter is cut: %+v", text, f)
		}
		at = f.To
	}
}

func TestWhatIsFoundStandsApartAndInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"06-12345678", "NL91ABNA0417164300", "111222333", "a@b.example", "1234 AB 12", "AB-123-C", "mijn naam is Jan", " ", ", "}))
		holds(t, strings.Join(rapid.SliceOfN(part, 0, 8).Draw(t, "parts"), rapid.SampledFrom([]string{"", " "}).Draw(t, "between")))
	})
}

func FuzzFind(f *testing.F) {
	for _, text := range []string{"06-12345678 NL91ABNA0417164300", "mijn naam is Jan de Vries", "Kade 3, 1234AB a@b.example 111222333", "\xff0612345678", "AB-123-C é"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { holds(t, text) })
}
