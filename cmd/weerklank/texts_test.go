package main

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/surveys"
)

// TestATextReviewerWorksOnAPhone reads texts of the demo at 320 px without script: one
// is approved with a name left out, one is sorted with the keyboard alone, and a manager
// reads what was approved.
func TestATextReviewerWorksOnAPhone(t *testing.T) {
	t.Parallel()
	r := onSQLite(t)
	s, err := r.programme.FindSurveyBySlug(t.Context(), r.filled.Org, "uw-ervaring")
	if err != nil {
		t.Fatal(err)
	}
	path := "/beheer/uitvragen/" + string(s.ID)
	reviewer := r.onPhone(t)
	reviewer.signIn(r.emailOf(t, surveys.TextReviewer))
	reviewer.visit(path + "/teksten")
	reviewer.sees("5 van de 12 teksten zijn beoordeeld.")
	reviewer.press("Teksten lezen")
	reviewer.press("Lees de volgende tekst")
	text := masked(reviewer.page().Find("blockquote"))
	word := longestWord(text)
	reviewer.choose("Weghouden")
	reviewer.press("Bewaren en volgende")
	reviewer.sees("Kies waarom u de tekst weghoudt.")
	reviewer.choose("Goedkeuren")
	reviewer.fill("Nog meer woorden weglaten", word)
	reviewer.press("Bewaren en volgende")
	reviewer.sees("De tekst is bewaard.", "6 van de 12 teksten zijn beoordeeld.")

	// The next one by the keyboard: into a theme by its space, and on by Enter.
	if _, err := chromedp.Call(reviewer.tab, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	before := squeezed(reviewer.page().Find("blockquote").Text())
	reviewer.do(chromedp.Focus(chromedp.ID(reviewer.control("Wachten"))), chromedp.KeyEvent(" "))
	if _, err := chromedp.RunResponse(reviewer.tab, chromedp.KeyEvent(kb.Enter)); err != nil {
		t.Fatal(err)
	}
	reviewer.sees("De tekst is bewaard.")
	if now := squeezed(reviewer.page().Find("blockquote").Text()); now == before {
		t.Error("Enter does not lead to the next text")
	}

	manager := r.onPhone(t)
	manager.signIn(r.emailOf(t, surveys.ProgrammeManager))
	manager.visit(path + "/geschreven")
	public := squeezed(manager.page().Find(".wk-rows").Text())
	if want := strings.ReplaceAll(text, word, "[weggelaten]"); !strings.Contains(public, want) {
		t.Errorf("a manager reads: %s; want %q in it", public, want)
	}
	if n := manager.page().Find(".wk-rows li").Length(); n != 6 {
		t.Errorf("a manager reads %d texts, want 6", n)
	}

	seeing := pagetest.Tab(t, 320)
	withCookies(t, seeing, r.staff(t, surveys.TextReviewer), r.url)
	text = reviewer.page().Find(`main form[method="post"]`).AttrOr("action", "")
	for _, at := range []string{text, path + "/teksten/open_verbeteren", path + "/teksten/open_verbeteren/themas"} {
		if err := chromedp.Do(seeing, chromedp.Navigate(r.url+at)); err != nil {
			t.Fatal(err)
		}
		pagetest.NoSidewaysScroll(t, seeing, at)
		pagetest.Axe(t, seeing, at)
	}
}

// masked is a text as others than its reviewer get it: what the page marks is the name of
// its kind.
func masked(quote *goquery.Selection) string {
	text := squeezed(quote.Text())
	quote.Find("mark").Each(func(_ int, m *goquery.Selection) {
		before, after, _ := strings.Cut(text, squeezed(m.Text())+" (")
		kind, after, _ := strings.Cut(after, ")")
		text = before + "[" + kind + "]" + after
	})
	return text
}

// longestWord is the longest word of a text that is not the name of a kind.
func longestWord(text string) string {
	return slices.MaxFunc(strings.FieldsFunc(regexp.MustCompile(`\[[^\]]*\]`).ReplaceAllString(text, " "), func(r rune) bool { return !unicode.IsLetter(r) }),
		func(a, b string) int { return cmp.Compare(len(a), len(b)) })
}
