package texts

import (
	"slices"

	"weerklank.nl/weerklank/surveys"
)

// Together is the last time that a text got or lost a theme with many others at once, and
// what it had before. It is spent once that was undone, or something else was done with
// the themes of the text.
type Together struct {
	ID     surveys.ID `json:"id"`     // of all texts of that time the same
	Number int        `json:"number"` // of the times at the question, from 1
	Theme  string     `json:"theme"`
	Taken  bool       `json:"taken,omitempty"`
	Spent  bool       `json:"spent,omitempty"`
	Coded  bool       `json:"coded,omitempty"`
	Themes []string   `json:"themes,omitempty"`
}

// ChangeTogether gives a text the theme of that time, or takes it away; false when that
// changes nothing. What it had is kept.
func (r *Review) ChangeTogether(list *Themes, t Together) (bool, error) {
	if slices.Contains(list.Of(r), t.Theme) != t.Taken {
		return false, nil
	}
	t.Coded, t.Themes, t.Spent = r.Coded, slices.Clone(r.Themes), false
	change := r.Give
	if t.Taken {
		change = r.Take
	}
	if err := change(list, t.Theme); err != nil {
		return false, err
	}
	r.Together = &t
	return true, nil
}

// UndoTogether gives a text back the themes that it had before a time; false when
// something else was done with them since.
func (r *Review) UndoTogether(id surveys.ID) bool {
	t := r.Together
	if t == nil || t.Spent || t.ID != id {
		return false
	}
	r.Coded, r.Themes = t.Coded, t.Themes
	r.spend()
	return true
}

// spend leaves of a time only that it was.
func (r *Review) spend() {
	if r.Together != nil {
		r.Together = &Together{ID: r.Together.ID, Number: r.Together.Number, Theme: r.Together.Theme, Taken: r.Together.Taken, Spent: true}
	}
}

// LastTogether is the last time at a question, and for how many texts it can be undone. For
// none when it was undone: of an earlier time nobody knows all that came after.
func LastTogether(reviews []*Review) (last Together, texts int) {
	for _, r := range reviews {
		if r.Together != nil && r.Together.after(&last) {
			last = *r.Together
		}
	}
	for _, r := range reviews {
		if r.Together != nil && r.Together.ID == last.ID && !r.Together.Spent {
			texts++
		}
	}
	return last, texts
}

// after tells whether a time is rather the last one than another. Two of the same number
// were at the same moment, by two people: one that can be undone comes first.
func (t *Together) after(other *Together) bool {
	switch {
	case t.Number != other.Number:
		return t.Number > other.Number
	case t.Spent != other.Spent:
		return other.Spent
	default:
		return t.ID > other.ID
	}
}
