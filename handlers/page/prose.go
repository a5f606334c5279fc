package page

import (
	"html/template"
	"strings"

	"weerklank.nl/weerklank/surveys"
)

// Paragraphs are the paragraphs of a text that somebody wrote: what stands between
// empty lines, in the language or else in the other.
func Paragraphs(t surveys.Text, lang Lang) []string {
	var all []string
	text := strings.ReplaceAll(t.In(lang), "\r\n", "\n")
	var paragraph []string
	end := func() {
		if len(paragraph) > 0 {
			all = append(all, strings.Join(paragraph, "\n"))
			paragraph = nil
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			paragraph = append(paragraph, line)
			continue
		}
		end()
	}
	end()
	return all
}

// prose is such a text as paragraphs of HTML, with the ends of line in them.
func prose(t surveys.Text, lang Lang) template.HTML {
	var b strings.Builder
	for _, paragraph := range Paragraphs(t, lang) {
		b.WriteString("<p>" + strings.ReplaceAll(template.HTMLEscapeString(paragraph), "\n", "<br>") + "</p>")
	}
	return trusted(b.String())
}
