package respond

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

// Marks in a filled template at which it is cut: characters of the private-use
// area, which neither we nor an author types.
const (
	markOne   = "\uE010"
	markTwo   = "\uE011"
	markThree = "\uE012"
)

// stepPage is the shell of a question page: the layout with two marks in it.
type stepPage struct {
	page.Base
	Window string // the mark in the title of the window
	Main   string // the mark of everything in main
}

// shell is what stands around a question of one survey, in one language.
type shell struct {
	banner             []byte // says that this is a try-out
	head, middle, foot []byte // before the title, from there to main, after main
	open               []byte // the form's first tag and the hidden field up to its value
	errorPrefix        string // "Fout:" in the title
	surveyTitle        string
	several, one       [4][]byte // "Vraag 1 tot 3 van ongeveer 7" around its numbers
	windowSeveral      [4][]byte // the same, short, for the title of the window
	windowOne          [4][]byte
	room               int    // characters of the title that are left for a page's own
	skipLine, skipOne  []byte // which questions may be skipped, on a page of several and of one
	buttons            []byte // next, back, the other language, and the end of the form
	kept               []byte // in the error alert: what was filled in is still there
}

// shellKey names a shell: it changes when the survey's or the organisation's texts do.
type shellKey struct {
	org         surveys.OrgID
	orgRevision int
	survey      surveys.ID
	revision    int
	lang        surveys.Lang
	informal    bool
}

// shellOf is the shell of the survey's pages in the language.
func (p *pages) shellOf(c *gin.Context, v *visit) (*shell, error) {
	org := page.Org(c)
	key := shellKey{org.ID, org.Revision, v.survey.ID, v.survey.Revision, v.sitting.Lang, v.form.informal}
	if sh, ok := p.shells.get(key); ok && v.trial == nil {
		return sh, nil
	}
	sh, err := p.newShell(c, v)
	if err == nil && v.trial == nil {
		p.shells.put(key, sh)
	}
	return sh, err
}

func (p *pages) newShell(c *gin.Context, v *visit) (*shell, error) {
	s, lang, informal := v.survey, v.sitting.Lang, v.form.informal
	filled, err := p.renderStep(lang, stepPage{Base: p.stepBase(c, lang), Window: markOne, Main: markTwo})
	if err != nil {
		return nil, fmt.Errorf("fill the shell of a survey: %w", err)
	}
	head, rest, ok1 := bytes.Cut(filled, []byte(markOne))
	middle, foot, ok2 := bytes.Cut(rest, []byte(markTwo))
	if !ok1 || !ok2 {
		return nil, fmt.Errorf("fill the shell of a survey: its marks are gone")
	}
	say := func(key string) string { return p.say(lang, informal, key, nil) }
	sh := &shell{head: head, middle: middle, foot: foot, errorPrefix: p.kit.Text(lang, "page.error_prefix", nil), surveyTitle: s.Title.In(lang)}
	b := append([]byte(`<form method="post" action="`), appendEscaped(nil, v.action(), false)...)
	sh.open = append(b, `" novalidate><input type="hidden" name="tot-nu-toe" value="`...)
	sh.several = p.numbered(lang, "respond.progress_range")
	sh.windowSeveral = p.numbered(lang, "respond.window_range")
	sh.windowOne = p.numbered(lang, "respond.window_one")
	sh.room = windowLength - len([]rune(page.Org(c).Name.In(lang))) - len([]rune(p.kit.Text(lang, "respond.window_range", map[string]any{"From": 88, "To": 88}))) - len([]rune(sh.errorPrefix)) - len(" , – ")
	sh.one = p.numbered(lang, "respond.progress_one")
	sh.skipLine = []byte("<p>" + escape(say("respond.may_skip")) + "</p>\n")
	sh.skipOne = []byte("<p>" + escape(say("respond.may_skip_one")) + "</p>\n")
	sh.kept = []byte("<p>" + escape(say("respond.kept")) + "</p>\n")
	other := otherLang(lang)
	sh.buttons = []byte(p.trap(lang) + `<div class="utrecht-action-group"><button class="nl-button nl-button--primary" type="submit" name="ga" value="volgende">` + escape(say("respond.next")) +
		`</button><button class="nl-button nl-button--secondary" type="submit" name="ga" value="vorige">` + escape(say("respond.previous")) +
		"</button></div>\n" + `<p class="wk-after"><button class="nl-button nl-button--subtle wk-link" type="submit" name="taal" value="` + string(other) + `" lang="` + string(other) + `">` +
		escape(say("respond.other_language")) + "</button></p>\n</form>\n")
	if v.trial != nil {
		sh.banner = p.trialBanner(v, lang)
	}
	return sh, nil
}

// numbered is a text with three numbers in it, cut around them.
func (p *pages) numbered(lang surveys.Lang, key string) [4][]byte {
	text := escape(p.kit.Text(lang, key, map[string]any{"From": markOne, "To": markTwo, "Total": markThree}))
	var cut [4][]byte
	rest := text
	for i, mark := range []string{markOne, markTwo, markThree} {
		before, after, ok := strings.Cut(rest, mark)
		if !ok {
			before, after = "", rest
		}
		cut[i] = []byte(before)
		if !ok {
			cut[i] = nil
		}
		rest = after
	}
	cut[3] = []byte(rest)
	return cut
}

func appendNumbered(b []byte, text [4][]byte, from, to, total int) []byte {
	for i, n := range []int{from, to, total} {
		if text[i] == nil {
			continue
		}
		b = strconv.AppendInt(append(b, text[i]...), int64(n), 10)
	}
	return append(b, text[3]...)
}

// stepBase is the Base of a page that carries answers: without a menu, and with
// links that open a new tab.
func (p *pages) stepBase(c *gin.Context, lang surveys.Lang) page.Base {
	page.SetLanguage(c, lang)
	b := p.kit.PlainBase(c)
	b.NewTabs = true
	return b
}

func otherLang(lang surveys.Lang) surveys.Lang {
	if lang == surveys.English {
		return surveys.Dutch
	}
	return surveys.English
}

// windowLength is how long the title of a window may be: what comes after it is not
// read in a list of tabs or of results.
const windowLength = 70

// shortened is a text of at most n characters, cut between two words.
func shortened(text string, n int) string {
	runes := []rune(text)
	n = max(n, 12)
	if len(runes) <= n {
		return text
	}
	cut := string(runes[:n-1])
	if at := strings.LastIndexByte(cut, ' '); at > n/2 {
		cut = cut[:at]
	}
	return strings.TrimRight(cut, " ,.:;–-") + "…"
}

// windowTitle is a title of the organisation's for the window, with room left for
// the organisation's name.
func windowTitle(b page.Base, title string) string {
	return shortened(title, windowLength-len([]rune(b.Organisation.Name))-len(" – "))
}

func escape(s string) string { return string(appendEscaped(nil, s, true)) }
