package respond

import (
	"html/template"
	"strings"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

const informalSuffix = "_je"

// keyFor is the key of a text as this questionnaire addresses people.
func keyFor(informal bool, key string) string {
	if informal && informally[key] {
		return key + informalSuffix
	}
	return key
}

// say is a text of the catalogue, as this questionnaire addresses people.
func (p *pages) say(lang surveys.Lang, informal bool, key string, args map[string]any) string {
	return p.kit.Text(lang, keyFor(informal, key), args)
}

// speech lets a template ask for a text as this questionnaire addresses people:
// t (.K "respond.kept").
type speech struct{ Informal bool }

// K is the key of the text in the right form of address.
func (s speech) K(key string) string { return keyFor(s.Informal, key) }

// wordsFor are the texts of ours inside questions.
func (p *pages) wordsFor(lang surveys.Lang, informal bool) words {
	say := func(key string) string { return p.say(lang, informal, key, nil) }
	many := strings.SplitN(escape(p.say(lang, informal, "respond.search.many", map[string]any{"Shown": markOne, "Found": markTwo})), markOne, 2)
	shown, found, _ := strings.Cut(many[len(many)-1], markTwo)
	return words{
		timeExample: escape(say("respond.time_example")), momentExample: escape(say("respond.moment_example")), placeExample: escape(say("respond.place_example")),
		acknowledge: escape(say("respond.acknowledge")), guidance: escape(say("respond.guidance")), place: escape(say("respond.rank_place")),
		search: escape(say("respond.search.field")), searchButton: escape(say("respond.search.button")), searchNone: escape(say("respond.search.none")),
		nothing:    escape(say("respond.nothing_to_choose")),
		searchSome: escape(say("respond.search.some")), searchMany: [3]string{many[0], shown, found}, more: say("respond.repeat.more"),
		rangeHint: func(from, to, step string) string {
			return escape(p.say(lang, informal, "respond.range_hint", map[string]any{"From": from, "To": to, "Step": step}))
		},
		required: escape(say("respond.required")), several: escape(say("respond.several")), dateExample: escape(say("respond.date_example")),
		other: say("respond.other"), otherText: escape(say("respond.other_text")), choose: escape(say("respond.choose")),
	}
}

// lines are the lines of a text of the organisation, for a list; one line is no list.
func lines(t surveys.Text, lang page.Lang) []string {
	var all []string
	for line := range strings.Lines(t.In(lang)) {
		line = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(line), "-•*"))
		if line != "" {
			all = append(all, line)
		}
	}
	return all
}

// asHTML is a plain text as HTML, with its ends of line.
func asHTML(s string) template.HTML { return trusted(appendEscaped(nil, s, true)) }

// trusted says that bytes are HTML. It is the one place in these pages that does;
// its callers escaped what people wrote.
func trusted(b []byte) template.HTML { return template.HTML(b) } //nolint:gosec // see above
