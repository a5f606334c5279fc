package interchange

import (
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// lssPlainText is what a text says without its HTML: paragraphs and list items on
// lines of their own, the address of a link behind it in brackets. dropped names
// the images, films and forms that were in it, by file name or else by element.
func lssPlainText(source string) (text string, dropped []string) {
	if !strings.ContainsAny(source, "<&") {
		return lssTidyLines(source), nil
	}
	var b strings.Builder
	type link struct {
		address string
		start   int // of its text
	}
	var links []link
	skip := 0 // inside an element whose content is no text
	z := html.NewTokenizer(strings.NewReader(source))
	z.SetMaxBuf(maxLSSTextToken)
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		token := z.Token()
		switch kind {
		case html.TextToken:
			if skip == 0 {
				b.WriteString(lssCollapse(token.Data))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			switch token.DataAtom {
			case atom.Script, atom.Style, atom.Template, atom.Noscript:
				if token.DataAtom == atom.Script {
					dropped = append(dropped, droppedScript)
				}
				if kind == html.StartTagToken {
					skip++
				}
			case atom.Img, atom.Audio, atom.Video, atom.Iframe, atom.Object, atom.Embed, atom.Svg, atom.Canvas, atom.Form, atom.Input, atom.Button, atom.Select, atom.Textarea:
				dropped = append(dropped, mediaName(token))
				if alt := strings.TrimSpace(htmlAttribute(token, "alt")); alt != "" && skip == 0 {
					b.WriteString(alt)
				}
			case atom.A:
				links = append(links, link{htmlAttribute(token, "href"), b.Len()})
			case atom.Li:
				b.WriteString("\n- ")
			case atom.Td, atom.Th:
				b.WriteString(" ")
			default:
				if isBlock(token.DataAtom) {
					b.WriteByte('\n')
				}
			}
		case html.EndTagToken:
			switch {
			case token.DataAtom == atom.Script || token.DataAtom == atom.Style || token.DataAtom == atom.Template || token.DataAtom == atom.Noscript:
				skip = max(0, skip-1)
			case token.DataAtom == atom.A && len(links) > 0:
				last := links[len(links)-1]
				links = links[:len(links)-1]
				address := strings.TrimSpace(last.address)
				if strings.HasPrefix(address, "http") && b.String()[last.start:] != address {
					b.WriteString(" (" + address + ")")
				}
			case isBlock(token.DataAtom) && token.DataAtom != atom.Br:
				b.WriteByte('\n')
			}
		}
	}
	return lssTidyLines(b.String()), dropped
}

// droppedScript stands for a script among what was dropped.
const droppedScript = "<script>"

// maxLSSTextToken is how long one piece of HTML may be, in bytes.
const maxLSSTextToken = 1 << 20

func isBlock(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Div, atom.Br, atom.Ul, atom.Ol, atom.Table, atom.Tr, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6,
		atom.Blockquote, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Hr, atom.Dl, atom.Dt, atom.Dd, atom.Pre, atom.Center:
		return true
	}
	return false
}

func htmlAttribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// mediaName says which image or film it was.
func mediaName(t html.Token) string {
	source := htmlAttribute(t, "src")
	if source == "" {
		source = htmlAttribute(t, "data")
	}
	if u, err := url.Parse(source); err == nil && u.Path != "" && !strings.HasPrefix(source, "data:") {
		if base := path.Base(u.Path); base != "." && base != "/" {
			return base
		}
	}
	return t.Data
}

// lssCollapse makes each run of white space one space, as a browser shows it.
func lssCollapse(s string) string {
	var b strings.Builder
	space := false
	for _, r := range s {
		if unicode.IsSpace(r) {
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		}
		space = false
		b.WriteRune(r)
	}
	return b.String()
}

// lssTidyLines trims every line and leaves at most one line open between two.
func lssTidyLines(s string) string {
	var lines []string
	for line := range strings.Lines(strings.ReplaceAll(s, "\r", "\n")) {
		line = strings.Join(strings.FieldsFunc(line, unicode.IsSpace), " ")
		if line == "-" {
			continue
		}
		if line == "" && (len(lines) == 0 || lines[len(lines)-1] == "") {
			continue
		}
		lines = append(lines, line)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// lssAnyText is the text in one of its languages, the first by the alphabet.
func lssAnyText(t questionnaire.Texts) string {
	for _, tag := range slices.Sorted(maps.Keys(t)) {
		return t[tag]
	}
	return ""
}
