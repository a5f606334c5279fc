package texts

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"weerklank.nl/weerklank/surveys"
)

// MostThemes is how many themes a question may have, removed ones counted.
const MostThemes = 40

// Themes is the list of themes in which the answers to one question are coded.
type Themes struct {
	Org      surveys.OrgID
	Survey   surveys.ID
	Question string
	List     []Theme // in the order in which they were made
	Revision int     // 0 while nothing is stored
}

// Theme is something that several people wrote about. Its code is fixed and is used
// for nothing else, also after it was removed or merged, so that both can be undone and
// a figure that was shown keeps its meaning.
type Theme struct {
	Code        string       `json:"code"`
	Name        surveys.Text `json:"name"`
	Description string       `json:"description,omitempty"` // what belongs in it, for who codes
	Into        string       `json:"into,omitempty"`        // the code of the theme that it was merged into
	Removed     bool         `json:"removed,omitempty"`
}

var codeShape = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,29}$`)

// Add makes a theme. Without a code it gets one that follows from its name.
func (t *Themes) Add(name surveys.Text, code, description string) error {
	var wrong surveys.Invalid
	t.checkName(&wrong, name, "")
	if code == "" && !wrong.Has("naam") {
		code = t.codeOf(name.NL)
	}
	if code != "" {
		wrong.Require(codeShape.MatchString(code), "code", "theme.bad_code")
		wrong.Require(t.find(code) == nil, "code", "theme.code_taken")
	}
	wrong.Require(len(t.List) < MostThemes, "naam", "theme.too_many")
	if err := wrong.Err(); err != nil {
		return err
	}
	t.List = append(t.List, Theme{Code: code, Name: name, Description: description})
	return nil
}

func (t *Themes) checkName(wrong *surveys.Invalid, name surveys.Text, but string) {
	wrong.Require(name.NL != "", "naam", "theme.no_name")
	for _, other := range t.Active() {
		if name.NL != "" && other.Code != but && strings.EqualFold(other.Name.NL, name.NL) {
			wrong.Add("naam", "theme.name_taken")
			return
		}
	}
}

// codeOf makes a code of a name: "Wachten aan de balie" is wachten-aan-de-balie.
func (t *Themes) codeOf(name string) string {
	code := strings.Map(func(r rune) rune {
		switch r = unicode.ToLower(r); {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case r == ' ' || r == '-' || r == '/':
			return '-'
		}
		return -1
	}, name)
	code = strings.Trim(code[:min(len(code), 26)], "-")
	if code == "" {
		code = "thema"
	}
	for n, first := 2, code; t.find(code) != nil; n++ {
		code = first + "-" + string(rune('0'+n/10)) + string(rune('0'+n%10))
	}
	return code
}

// Rename gives a theme other words.
func (t *Themes) Rename(code string, name surveys.Text, description string) error {
	theme := t.active(code)
	if theme == nil {
		return surveys.ErrNotFound
	}
	var wrong surveys.Invalid
	t.checkName(&wrong, name, code)
	if err := wrong.Err(); err != nil {
		return err
	}
	theme.Name, theme.Description = name, description
	return nil
}

// Merge makes a theme part of another: what was coded in it counts there.
func (t *Themes) Merge(code, into string) error {
	theme := t.active(code)
	if theme == nil {
		return surveys.ErrNotFound
	}
	var wrong surveys.Invalid
	wrong.Require(into != code && t.active(into) != nil, "met", "theme.merge_with_what")
	if err := wrong.Err(); err != nil {
		return err
	}
	theme.Into = into
	return nil
}

// Remove takes a theme out of the list. Texts keep it, unseen, until it comes back.
func (t *Themes) Remove(code string) error {
	theme := t.active(code)
	if theme == nil {
		return surveys.ErrNotFound
	}
	theme.Removed = true
	return nil
}

// Restore takes a removal or a merge back.
func (t *Themes) Restore(code string) error {
	theme := t.find(code)
	if theme == nil || !theme.Removed && theme.Into == "" {
		return surveys.ErrNotFound
	}
	var wrong surveys.Invalid
	t.checkName(&wrong, theme.Name, code)
	if err := wrong.Err(); err != nil {
		return err
	}
	theme.Removed, theme.Into = false, ""
	return nil
}

// find is the theme with a code, in capital or small letters; nil for none.
func (t *Themes) find(code string) *Theme {
	at := slices.IndexFunc(t.List, func(one Theme) bool { return strings.EqualFold(one.Code, code) })
	if at < 0 {
		return nil
	}
	return &t.List[at]
}

// active is the theme with exactly this code, when it can be chosen.
func (t *Themes) active(code string) *Theme {
	if theme := t.find(code); theme != nil && theme.Code == code && !theme.Removed && theme.Into == "" {
		return theme
	}
	return nil
}

// Active are the themes that can be chosen.
func (t *Themes) Active() []Theme {
	return slices.DeleteFunc(slices.Clone(t.List), func(one Theme) bool { return one.Removed || one.Into != "" })
}

// Gone are those that were removed or merged.
func (t *Themes) Gone() []Theme {
	return slices.DeleteFunc(slices.Clone(t.List), func(one Theme) bool { return !one.Removed && one.Into == "" })
}

// Named is the theme with this code, also when it is gone.
func (t *Themes) Named(code string) (Theme, bool) {
	if theme := t.find(code); theme != nil {
		return *theme, true
	}
	return Theme{}, false
}

// Resolve is the code of the theme as which a code counts now: itself, or the one that
// it was merged into. "" for one that was removed or is not known.
func (t *Themes) Resolve(code string) string {
	for range len(t.List) { // a merge leads to a theme that was there, and never in a circle
		theme := t.find(code)
		switch {
		case theme == nil || theme.Removed:
			return ""
		case theme.Into == "":
			return theme.Code
		}
		code = theme.Into
	}
	return ""
}

// Of are the themes that a text has now, in the order of the list.
func (t *Themes) Of(r *Review) []string {
	has := map[string]bool{}
	for _, code := range r.Themes {
		has[t.Resolve(code)] = true
	}
	var codes []string
	for _, theme := range t.List {
		if has[theme.Code] { // one that is gone counts as nothing, or as another
			codes = append(codes, theme.Code)
		}
	}
	return codes
}

// ShownThemes is what the audit trail may show of a list.
type ShownThemes struct {
	Themes string `json:"themes"` // the codes that can be chosen
	Gone   string `json:"gone"`
}

// Trail is what the audit trail may show.
func (t *Themes) Trail() ShownThemes {
	codes := func(list []Theme) string {
		var all []string
		for _, theme := range list {
			all = append(all, theme.Code)
		}
		return strings.Join(all, " ")
	}
	return ShownThemes{codes(t.Active()), codes(t.Gone())}
}
