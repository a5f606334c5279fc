package pagetest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// violation is a rule of axe-core that a page breaks, with the elements.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// Axe fails the test for every rule of axe-core (WCAG 2.2 A and AA, and best
// practice) that the page in the tab breaks. Scripts must be on in the tab.
func Axe(t testing.TB, tab context.Context, name string) {
	t.Helper()
	there, err := chromedp.Run(tab, chromedp.Evaluate[bool](`"axe" in window`))
	if err == nil && !there { // of a page that is looked at again it is
		err = chromedp.Do(tab, chromedp.Evaluate[chromedp.Void](axeSource(t)))
	}
	if err != nil {
		t.Fatalf("%s: axe-core: %v", name, err)
	}
	// What it would load beforehand are style sheets, for rules that are off, and sounds and films.
	found, err := chromedp.Run(tab, chromedp.Evaluate[[]violation](`axe.run(document, {preload: false, resultTypes: ["violations"]}).then(r => r.violations.map(v => ({id: v.id, help: v.help,
		nodes: v.nodes.map(n => ({html: n.html, failureSummary: n.failureSummary}))})))`, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: axe-core: %v", name, err)
	}
	for _, v := range found {
		for _, n := range v.Nodes {
			t.Errorf("%s: axe %s: %s\n%s\n%s", name, v.ID, v.Help, n.HTML, n.Summary)
		}
	}
}

var axe struct {
	once   sync.Once
	source []byte
	err    error
}

// axeSource is axe-core, which is read once.
func axeSource(t testing.TB) string {
	t.Helper()
	file := tool(t, "axe-core", "axe.min.js")
	axe.once.Do(func() { axe.source, axe.err = os.ReadFile(file) })
	if axe.err != nil {
		t.Fatal(axe.err)
	}
	return string(axe.source)
}

// WithLargeText has look done while the text is twice as large as usual, as somebody
// sets it who sees little (WCAG 1.4.4).
func WithLargeText(t testing.TB, tab context.Context, look func()) {
	t.Helper()
	size := func(size string) {
		t.Helper()
		if _, err := chromedp.Run(tab, chromedp.Evaluate[string](`document.documentElement.style.fontSize = "`+size+`"`)); err != nil {
			t.Fatal(err)
		}
	}
	size("200%")
	look()
	size("")
}

// NoSidewaysScroll fails the test when the page is wider than the window, which
// people on a phone or at 400 % zoom would have to scroll (WCAG 1.4.10).
func NoSidewaysScroll(t testing.TB, tab context.Context, name string) {
	t.Helper()
	over, err := chromedp.Run(tab, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`))
	if err != nil {
		t.Fatal(err)
	}
	if over > 0 {
		t.Errorf("%s: %d px wider than the window", name, over)
	}
}

// NoStrayStop fails the test when a full stop or comma stands at the beginning of a
// line, away from the date or the link that it belongs to.
func NoStrayStop(t testing.TB, tab context.Context, name string) {
	t.Helper()
	stray, err := chromedp.Run(tab, chromedp.Evaluate[[]string](`[...document.querySelectorAll("time, a, abbr, span, strong")].filter(e => {
		const after = e.nextSibling, boxes = e.getClientRects()
		if (!boxes.length || after?.nodeType !== Node.TEXT_NODE || !/^[.,;:!?)]/.test(after.data)) return false
		const stop = document.createRange()
		stop.setStart(after, 0)
		stop.setEnd(after, 1)
		return stop.getBoundingClientRect().top >= boxes[boxes.length-1].bottom
	}).map(e => e.outerHTML + e.nextSibling.data.slice(0, 20))`))
	if err != nil {
		t.Fatal(err)
	}
	for _, where := range stray {
		t.Errorf("%s: a line begins with what should follow its word: %s", name, where)
	}
}

// validateConfig is html-validate's recommended set; radios, checkboxes and the
// submit buttons of one question share a name, as the standard allows; how long a
// title is, an organisation decides with the title of its survey.
const validateConfig = `{
  "root": true,
  "extends": ["html-validate:recommended"],
  "rules": {"long-title": "off", "form-dup-name": ["error", {"shared": ["radio", "checkbox", "submit", "button"]}]}
}`

// Validate fails the test for everything that html-validate finds in the pages,
// which are given by name. It runs once for all of them.
func Validate(t testing.TB, pages map[string]string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ".htmlvalidate.json"), []byte(validateConfig), 0o644); err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for name, html := range pages {
		file := filepath.Join(dir, fmt.Sprintf("page-%d.html", len(names)))
		if err := os.WriteFile(file, []byte(html), 0o644); err != nil {
			t.Fatal(err)
		}
		names[file] = name
	}
	cmd := exec.CommandContext(t.Context(), "node", tool(t, "html-validate", "bin", "html-validate.mjs"), "--formatter", "json", filepath.Join(dir, "*.html"))
	cmd.Dir = dir
	report := filepath.Join(dir, "report.json")
	file, err := os.Create(report) // a pipe would lose what node had not written when it ends
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = file, &complaint
	runErr := cmd.Run()
	out, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	var results []struct {
		FilePath string `json:"filePath"`
		Messages []struct {
			RuleID  string `json:"ruleId"`
			Message string `json:"message"`
			Line    int    `json:"line"`
			Column  int    `json:"column"`
		} `json:"messages"`
	}
	if err := json.Unmarshal(out, &results); err != nil {
		t.Fatalf("html-validate: %v %v\n%s%s", runErr, err, out, complaint.String())
	}
	for _, r := range results {
		for _, m := range r.Messages {
			t.Errorf("%s:%d:%d: html-validate %s: %s", names[r.FilePath], m.Line, m.Column, m.RuleID, m.Message)
		}
	}
}
