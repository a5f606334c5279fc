// Package pagetest looks at pages as people do: in Debian's chromium, at the width
// of a phone, without JavaScript, with a keyboard, and with the eyes of axe-core
// and html-validate. It also fills every template without a browser, and serves a
// router whose organisation, moment and member of staff a test chooses.
package pagetest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// Widths are those that every page is looked at in, in CSS pixels: the narrowest
// phone (also 1280 px at 400 % zoom), a tablet, a desktop.
var Widths = []int{320, 768, 1280}

var browser struct {
	once sync.Once
	ctx  context.Context
	err  error
}

// start makes one chromium for the test program; it ends with the program.
func start() {
	path, err := exec.LookPath("chromium")
	if err != nil {
		browser.err = err
		return
	}
	alloc, _ := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(path),
		chromedp.Headless,
		chromedp.NoSandbox, // tests run as root in a container
		chromedp.DisableGPU,
		chromedp.NoFirstRun,
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
	)
	browser.ctx, _ = chromedp.NewContext(alloc)
	browser.err = chromedp.Do(browser.ctx)
}

// Tab opens a tab of its own context (no cookie or storage of another tab) at the
// width. It fails the test when chromium does not start: `make test` installs it.
func Tab(t testing.TB, width int) context.Context {
	t.Helper()
	browser.once.Do(start)
	if browser.err != nil {
		t.Fatalf("start chromium (docs/tools.sh installs it): %v", browser.err)
	}
	ctx, cancel := chromedp.NewContext(browser.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	Resize(t, ctx, width)
	return ctx
}

// Resize gives the tab another width.
func Resize(t testing.TB, tab context.Context, width int) {
	t.Helper()
	if err := chromedp.Do(tab, chromedp.EmulateViewport(int64(width), 900)); err != nil {
		t.Fatal(err)
	}
}

// WithoutScript turns JavaScript off in the tab.
func WithoutScript(t testing.TB, tab context.Context) {
	t.Helper()
	if _, err := chromedp.Call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
}

// Typed enters a text where the focus is, as the keyboard of a phone does: all of it at
// once. Key by key each letter would wait for the next picture on the screen.
func Typed(text string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, input.InsertText, input.InsertTextParams{Text: text})
		return err
	})
}

// Shot writes a picture of the whole page to the file.
func Shot(t testing.TB, tab context.Context, file string) {
	t.Helper()
	png, err := chromedp.Run(tab, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// tool is a file of the npm packages that docs/tools.sh installs.
func tool(t testing.TB, path ...string) string {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	root := filepath.Join(filepath.Dir(here), "..", "..", "..", ".tools", "node_modules")
	file := filepath.Join(append([]string{root}, path...)...)
	if _, err := os.Stat(file); err != nil {
		t.Fatalf("%s lacks: run docs/tools.sh", filepath.Join(path...))
	}
	return file
}
