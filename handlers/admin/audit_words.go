package admin

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

// settingKey begins the texts of settings. One that means something else of one thing
// than of others has a text of its own: the title of an account is a function.
const settingKey = "audit.setting."

// worded are the settings that have a text, of each thing. Others are shown by their name.
var worded = map[string][]string{
	"account": {"email", "title", "role", "council", "grants", "language", "active", "second_step"},
	"organisation": {"name", "phone", "email", "hours", "zone", "address", "logo", "structure", "second_step", "periods",
		"register"},
	"survey": {"slug", "title", "questionnaire_id", "version", "mode", "owner_id", "audience", "purpose", "can_change", "cannot_change", "opens", "closes",
		"promised_on", "promise_moves", "promise_kept_on", "breakdowns", "pairs", "hierarchies", "merged", "heads", "people", "smallest_group", "invited",
		"readers", "councils", "own_answers", "wordings", "opened_at", "closed_at", "basis", "basis_text", "periods", "hold", "erase"},
	"collector":     {"code", "kind", "name", "prefill", "budget"},
	"questionnaire": {"form_id", "title", "template", "draft", "published"},
	"invitations":   {"status", "round", "round_on"},
	"mailing":       {"status"},
	"halted":        {"halted", "reason"},
	"clock":         {"seen"},
	"text_review":   {"state", "masks", "themes"},
	"text_reviews":  {"texts"},
	"themes":        {"themes", "gone"},
}

// titled are the things of which the title is no function but a title.
var titled = []string{"survey", "questionnaire"}

// values are the settings whose values are words of ours, with what their texts begin with.
var values = map[string]string{"role": "account.role.", "grants": "account.role.", "mode": "mode.", "kind": "collector.kind.",
	"status": "invite.status.", "basis": "keep.basis.", "erase": "keep.kind.", "periods": "keep.kind."}

// keyed are the settings that have something of each of what is named, such as a period of
// each kind; in others the names are ours, and say nothing to a reader.
var keyed = []string{"prefill", "grants", "periods", "structure", "register"}

// teller words settings before and after.
type teller struct {
	kit   *page.Kit
	lang  surveys.Lang
	names map[surveys.ID]string // of accounts, surveys and questionnaires
}

// setting is what a setting of a thing is called.
func (t teller) setting(thing, name string) string {
	switch {
	case !slices.Contains(worded[thing], name):
		return name
	case name == "title" && slices.Contains(titled, thing):
		return t.kit.Text(t.lang, settingKey+"thing_title", nil)
	}
	return t.kit.Text(t.lang, settingKey+name, nil)
}

// value is a setting as the page shows it; the export has all of it.
func (t teller) value(name string, raw json.RawMessage) string {
	const most = 160
	var read any
	digits := json.NewDecoder(bytes.NewReader(raw))
	digits.UseNumber()
	if len(raw) == 0 || digits.Decode(&read) != nil {
		return ""
	}
	text := t.words(name, read)
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// words is a value of JSON in words: lists and what belongs together with commas in
// between, a text in the language of the page.
func (t teller) words(name string, read any) string {
	switch v := read.(type) {
	case bool:
		return t.kit.Text(t.lang, "account.active."+map[bool]string{true: "yes", false: "no"}[v], nil)
	case json.Number:
		return v.String()
	case string:
		return t.word(name, v)
	case []any:
		var all []string
		for _, each := range v {
			all = append(all, t.words(name, each))
		}
		return strings.Join(all, "; ")
	case map[string]any:
		var said surveys.Text
		if raw, err := json.Marshal(v); err == nil && strictly(raw, &said) {
			return said.In(t.lang)
		}
		var all []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			text := t.words(name, v[key])
			if text != "" && slices.Contains(keyed, name) {
				text = t.word(name, key) + ": " + text
			}
			if text != "" {
				all = append(all, text)
			}
		}
		return strings.Join(all, ", ")
	}
	return ""
}

// word is one word of a value: of ours, somebody's or something's name, a day, or as it is.
func (t teller) word(name, v string) string {
	if called, known := t.names[surveys.ID(v)]; known {
		return called
	}
	if v == surveys.Unsaid {
		return t.kit.Text(t.lang, "audit.unsaid", nil)
	}
	if begins := values[name]; begins != "" && ours[begins+v] {
		return t.kit.Text(t.lang, begins+v, nil)
	}
	if d, err := surveys.ParseDate(v); err == nil {
		return page.TypedDate(d)
	}
	return v
}

// strictly reads a value that is nothing but what it is read into.
func strictly(raw []byte, into any) bool {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	return d.Decode(into) == nil
}

// ours are the values that have a text.
var ours = oursOf()

func oursOf() map[string]bool {
	all := map[string]bool{}
	for _, r := range surveys.Roles {
		all["account.role."+string(r)] = true
	}
	for _, m := range []surveys.Mode{surveys.Open, surveys.Invited, surveys.Strong, surveys.Named} {
		all["mode."+string(m)] = true
	}
	for _, k := range []surveys.CollectorKind{surveys.Link, surveys.QR, surveys.Kiosk, surveys.Phone, surveys.Paper, surveys.Invitation} {
		all["collector.kind."+string(k)] = true
	}
	for _, b := range surveys.Bases {
		all["keep.basis."+string(b)] = true
	}
	for _, k := range surveys.KeptKinds {
		all["keep.kind."+string(k)] = true
	}
	for _, s := range []string{"ready", "running", "paused", "stopped"} {
		all["invite.status."+s] = true
	}
	return all
}

// changesOf are the settings of an act before and after, in order.
func (t teller) changesOf(e *surveys.Entry) []changeRow {
	var rows []changeRow
	for _, thing := range slices.Sorted(maps.Keys(e.Changes)) {
		for _, name := range slices.Sorted(maps.Keys(e.Changes[thing])) {
			changed := e.Changes[thing][name]
			rows = append(rows, changeRow{t.setting(thing, name), t.value(name, changed.Before), t.value(name, changed.After)})
		}
	}
	return rows
}
