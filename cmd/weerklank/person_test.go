package main

import (
	"context"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"weerklank.nl/weerklank/handlers/page/pagetest"
)

// person uses the product in a browser of their own, by the words on the screen: on
// a phone of 320 px, without JavaScript.
type person struct {
	*testing.T
	tab  context.Context
	home string
}

// onPhone gives a person a phone.
func (r *running) onPhone(t *testing.T) *person {
	t.Helper()
	p := &person{T: t, tab: pagetest.Tab(t, 320), home: r.url}
	pagetest.WithoutScript(t, p.tab)
	return p
}

func (p *person) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	if err := chromedp.Do(p.tab, steps...); err != nil {
		p.Fatalf("%v\n%s", err, p.page().Find("main").Text())
	}
}

// visit types an address.
func (p *person) visit(path string) {
	p.Helper()
	p.do(chromedp.Navigate(p.home + path))
}

// page is what the browser has on the screen.
func (p *person) page() *goquery.Document {
	p.Helper()
	html, err := chromedp.Run(p.tab, chromedp.OuterHTML(chromedp.CSS("html")))
	if err != nil {
		p.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		p.Fatal(err)
	}
	return doc
}

// words are those of the page, with single spaces.
func (p *person) words() string {
	p.Helper()
	return squeezed(p.page().Find("body").Text())
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), " ") }

// sees fails the test unless the page holds all of the texts.
func (p *person) sees(texts ...string) {
	p.Helper()
	words := p.words()
	for _, text := range texts {
		if !strings.Contains(words, text) {
			p.Fatalf("the page does not say %q:\n%s", text, words)
		}
	}
}

// press activates the first button or link of the page itself whose words hold
// text, and waits for the page that follows.
func (p *person) press(text string) {
	p.Helper()
	at := chromedp.Search(`//main//*[self::button or self::a][not(ancestor::nav)][contains(normalize-space(.), "` + text + `")]`)
	if !strings.Contains(squeezed(p.page().Find("main button, main a").Text()), text) {
		p.Fatalf("nothing to press says %q:\n%s", text, p.words())
	}
	if _, err := chromedp.RunResponse(p.tab, chromedp.ScrollIntoView(at), chromedp.Click(at)); err != nil {
		p.Fatalf("press %q: %v\n%s", text, err, p.words())
	}
}

// control is the id of what the label with the text belongs to.
func (p *person) control(text string) string {
	p.Helper()
	id := ""
	p.page().Find("label").EachWithBreak(func(_ int, label *goquery.Selection) bool {
		if strings.HasPrefix(squeezed(label.Text()), text) {
			id, _ = label.Attr("for")
		}
		return id == ""
	})
	if id == "" {
		p.Fatalf("no label begins with %q:\n%s", text, p.words())
	}
	return id
}

// fill types into the field with the label, in place of what stands there.
func (p *person) fill(label, value string) {
	p.Helper()
	at := chromedp.ID(p.control(label))
	p.do(chromedp.Focus(at), chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)), chromedp.KeyEvent(kb.Backspace), pagetest.Typed(value))
}

// choose presses the label of a radio or checkbox.
func (p *person) choose(label string) {
	p.Helper()
	id := p.control(label)
	at := chromedp.CSS(`label[for="` + id + `"]`)
	p.do(chromedp.ScrollIntoView(at), chromedp.Click(at))
}

// pick chooses an option of the list with the label, by typing its first words.
func (p *person) pick(label, option string) {
	p.Helper()
	p.do(chromedp.SendKeys(chromedp.ID(p.control(label)), option))
}
