package respond

import (
	"strings"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// verb says what a part of a compiled page does.
type verb uint8

const (
	writeBytes       verb = iota // bytes that are the same for everybody
	skipUnless                   // leaves out the next parts unless the question or group is asked
	skipWhenLocked               // leaves out the next parts when the question takes no answer now
	skipUnlessLocked             // leaves them out when it does
	writePiped                   // a text of the author with ${answers} in it
	markChosen                   // an attribute, when the choice was chosen
	writeValue                   // what was typed
	writeOther                   // what was typed beside "other"
	markInvalid                  // bytes, when something is wrong with the question
	tieProblem                   // aria-describedby: the hint and, when something is wrong, the problem
	writeProblem                 // what is wrong with the question
	writeSpoken                  // the answer or calculation as people read it
	writeChoices                 // the choices that may be chosen now
	writeNothing                 // that there is nothing to choose, where that is so
	writeRank                    // a list for each place of a rank
)

// part is a piece of a compiled page.
type part struct {
	verb   verb
	bytes  []byte
	field  *questionnaire.Field
	group  string // of skipUnless for a group
	choice string // of markChosen; of writeChoices "option" for a list that hangs
	texts  questionnaire.Texts
	skip   int // how many parts a skip leaves out
}

// pageSheet is one page of a version in one language, compiled.
type pageSheet struct {
	heading  []part // what stands in the h1
	title    string // the same for the title of the window; "" when it is the question with an answer in it
	parts    []part
	optional bool // whether a question of it may be skipped
}

// sheet is a version of a questionnaire in one language, compiled once. Showing a
// page to somebody splices in what differs: answers, problems, the sealed sitting.
type sheet struct {
	form  *form
	lang  surveys.Lang
	pages []*pageSheet
	words words
}

// words are the texts of ours that stand inside a question.
type words struct {
	required, several, dateExample, timeExample, momentExample, placeExample string
	other, otherText, choose, acknowledge, guidance, place                   string
	search, searchButton, searchNone, searchSome                             string
	nothing                                                                  string    // where a filter leaves no choice
	searchMany                                                               [3]string // around how many are shown, and how many there are
	more                                                                     string    // heads the page that asks for more of a repeat without a name
	rangeHint                                                                func(from, to, step string) string
}

// compiler builds the parts of one page.
type compiler struct {
	def     *questionnaire.Definition
	form    *questionnaire.Form
	lang    string
	words   words
	fields  map[*questionnaire.Item]*questionnaire.Field // of the page
	fixing  bool                                         // what is compiled now is only shown
	heading string                                       // the name of the question whose text is the h1; "" under a group
	parts   []part
}

// compileSheet compiles all pages of a version in one language.
func compileSheet(f *form, lang surveys.Lang, w words) *sheet {
	s := &sheet{form: f, lang: lang, words: w}
	for _, p := range f.Pages {
		s.pages = append(s.pages, compilePage(f.Form, p, string(lang), w))
	}
	return s
}

func compilePage(f *questionnaire.Form, p *questionnaire.Page, lang string, w words) *pageSheet {
	c := &compiler{def: f.Definition, form: f, lang: lang, words: w, fields: map[*questionnaire.Item]*questionnaire.Field{}}
	for _, fl := range p.Fields {
		c.fields[fl.Item] = fl
	}
	ps := &pageSheet{}
	if p.Repeat != nil {
		if ps.title = c.def.In(p.Repeat.Label, lang); ps.title == "" || strings.Contains(ps.title, "${") {
			ps.title = w.more
		}
		c.raw(escape(ps.title))
		ps.heading = c.parts
		return ps
	}
	if p.Group != nil && c.def.In(p.Group.Label, lang) != "" {
		ps.title = c.def.In(p.Group.Label, lang)
		c.text(p.Group.Label)
	} else if len(p.Fields) == 1 && takesAnswer(p.Fields[0]) && !p.Fields[0].Locks() {
		fl := p.Fields[0]
		c.heading, ps.title = fl.Name, c.def.In(fl.Label, lang)
		c.questionText(fl, true)
	}
	if strings.Contains(ps.title, "${") {
		ps.title = ""
	}
	ps.heading, c.parts = c.parts, nil
	if p.Group != nil {
		c.items(p.Group.Items, 2, p.Group.HasAppearance("table-list"))
	} else {
		for _, fl := range p.Fields {
			c.question(fl)
		}
	}
	for _, fl := range p.Fields {
		ps.optional = ps.optional || takesAnswer(fl) && !alwaysRequired(fl)
	}
	ps.parts = c.parts
	return ps
}

// items compiles what stands in a group, with a heading for each group in it.
// Questions that share their words lie in one table.
func (c *compiler) items(items []*questionnaire.Item, level int, table bool) {
	for i := 0; i < len(items); i++ {
		it := items[i]
		switch it.Kind {
		case questionnaire.Group:
			gate := c.open(part{verb: skipUnless, group: it.Name})
			if c.def.In(it.Label, c.lang) != "" {
				c.raw("<h2>")
				c.text(it.Label)
				c.raw("</h2>\n")
			}
			c.items(it.Items, level+1, table || it.HasAppearance("table-list"))
			c.close(gate)
		case questionnaire.Question:
			rows := c.matrixRows(items[i:], table)
			if len(rows) > 0 {
				c.matrix(rows)
				i += len(rows) - 1
			} else if fl := c.fields[it]; fl != nil {
				c.question(fl)
			}
		}
	}
}

// raw adds bytes that are the same for everybody, joined to those before.
func (c *compiler) raw(pieces ...string) {
	n := len(c.parts)
	if n == 0 || c.parts[n-1].verb != writeBytes {
		c.parts = append(c.parts, part{verb: writeBytes})
		n++
	}
	for _, s := range pieces {
		c.parts[n-1].bytes = append(c.parts[n-1].bytes, s...)
	}
}

func (c *compiler) add(p part) { c.parts = append(c.parts, p) }

// open adds a skip; close makes it reach to where the parts are now.
func (c *compiler) open(p part) int {
	c.parts = append(c.parts, p, part{verb: writeBytes}) // a fresh piece, so that raw does not join over the gate
	return len(c.parts) - 2
}

func (c *compiler) close(gate int) {
	c.parts[gate].skip = len(c.parts) - gate - 1
	c.parts = append(c.parts, part{verb: writeBytes})
}

// text adds a text of the author, escaped; with an answer in it it is filled in
// per respondent.
func (c *compiler) text(t questionnaire.Texts) {
	s := c.def.In(t, c.lang)
	if strings.Contains(s, "${") {
		c.add(part{verb: writePiped, texts: t})
		return
	}
	c.raw(string(appendEscaped(nil, s, true)))
}

// appendEscaped appends text as HTML; lines says whether an end of line shows.
func appendEscaped(b []byte, s string, lines bool) []byte {
	last := 0
	for i := range len(s) {
		var with string
		switch s[i] {
		case '&':
			with = "&amp;"
		case '<':
			with = "&lt;"
		case '>':
			with = "&gt;"
		case '"':
			with = "&#34;"
		case '\'':
			with = "&#39;"
		case 0:
			with = "\ufffd"
		case '\n':
			if !lines {
				continue
			}
			with = "<br>\n"
		default:
			continue
		}
		b = append(append(b, s[last:i]...), with...)
		last = i + 1
	}
	return append(b, s[last:]...)
}
