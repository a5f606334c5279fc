package texts

import (
	"slices"
	"strings"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/personal"
	"weerklank.nl/weerklank/surveys/responses"
)

// State is what a reviewer decided about a text.
type State string

// The states. Of an approved text others see what is not masked; of any other text
// they see nothing.
const (
	Unread   State = ""
	Approved State = "approved"
	Withheld State = "withheld"
)

// Reasons are why a text is withheld, in the order in which a form offers them. There
// is no reason in own words: it would be about a text that nobody else may see.
var Reasons = []string{"recognisable", "about_other", "hurtful", "no_answer", "other"}

// Review is what was made of one text: whether others may see it, what of it is
// masked, and its themes. It holds nothing of the text itself, no moment, and nobody
// who reviewed it. It goes when the response is withdrawn.
type Review struct {
	Org      surveys.OrgID
	Survey   surveys.ID
	Question string
	Key      responses.Key // of the response
	State    State
	Reason   string    // of a withheld text
	Masks    []Mask    // of an approved text, in order
	Coded    bool      // somebody coded it; also when it fits in no theme
	Themes   []string  // codes, as they were given; those of removed and merged themes stay
	Shown    []Shown   // by publication of themes in which it was counted, the first one first
	Together *Together // nil for a text of which the themes were never changed with others
	Revision int       // 0 for a text that nobody touched
}

// Shown is with which themes a text was counted in a publication of the guard. It is
// kept with the text, so that a withdrawal takes it away.
type Shown struct {
	Number int      `json:"number"`
	Themes []string `json:"themes,omitempty"`
}

// In is with which themes it was counted in a publication; false when it was not.
func (r *Review) In(number int) (themes []string, counted bool) {
	for _, s := range r.Shown {
		if s.Number == number {
			return s.Themes, true
		}
	}
	return nil, false
}

// Approve lets others see the text without its masks.
func (r *Review) Approve(body string, masks []Mask) error {
	var wrong surveys.Invalid
	wrong.Require(fits(body, masks), "maskeren", "review.masks_do_not_fit")
	if err := wrong.Err(); err != nil {
		return err
	}
	r.State, r.Reason, r.Masks = Approved, "", masks
	return nil
}

// Withhold keeps the text from others.
func (r *Review) Withhold(reason string) error {
	var wrong surveys.Invalid
	wrong.Require(slices.Contains(Reasons, reason), "reden", "review.no_reason")
	if err := wrong.Err(); err != nil {
		return err
	}
	r.State, r.Reason, r.Masks = Withheld, reason, nil
	return nil
}

// Reopen takes the decision back: nobody else sees the text until there is another.
func (r *Review) Reopen() { r.State, r.Reason, r.Masks = Unread, "", nil }

// Public is the text as others may see it, with a word in the place of each mask;
// false when they may not see it.
func (r *Review) Public(body string, words func(personal.Kind) string) (string, bool) {
	if r.State != Approved || !fits(body, r.Masks) {
		return "", false
	}
	var public strings.Builder
	for _, piece := range Pieces(body, r.Masks) {
		if piece.Kind != "" {
			piece.Text = words(piece.Kind)
		}
		public.WriteString(piece.Text)
	}
	return public.String(), true
}

// Code gives the text its themes, by their codes, in the place of those it had.
// Themes of the list that cannot be chosen, because they were removed, stay as they
// were, so that taking the removal back brings them back. It refuses no theme at all
// unless none says that the text fits in none.
func (r *Review) Code(list *Themes, chosen []string, none bool) error {
	var wrong surveys.Invalid
	switch {
	case len(chosen) > 0 && none:
		wrong.Add("themas", "review.themes_and_none")
	case slices.ContainsFunc(chosen, func(code string) bool { return list.active(code) == nil }):
		wrong.Add("themas", "review.no_such_theme")
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	coded, before := r.Coded, r.Themes
	r.Coded = none || len(chosen) > 0
	r.Themes = slices.DeleteFunc(slices.Clone(r.Themes), func(code string) bool { // what is not chosen any more
		is := list.Resolve(code)
		return is != "" && !slices.Contains(chosen, is)
	})
	has := list.Of(r)
	for _, code := range chosen {
		if !slices.Contains(has, code) {
			r.Themes = append(r.Themes, code)
		}
	}
	if r.Coded != coded || !slices.Equal(r.Themes, before) {
		r.spend()
	}
	return nil
}

// Give adds a theme to those that the text has.
func (r *Review) Give(list *Themes, code string) error {
	return r.Code(list, union(list.Of(r), code), false)
}

// Take takes a theme away. A text that keeps none is as one that was not coded.
func (r *Review) Take(list *Themes, code string) error {
	left := slices.DeleteFunc(list.Of(r), func(c string) bool { return c == code })
	return r.Code(list, left, false)
}

func union(codes []string, code string) []string {
	if slices.Contains(codes, code) {
		return codes
	}
	return append(codes, code)
}

// Change changes a review, given the text that it is of and the themes of the question.
// false leaves it as it was.
type Change func(body string, list *Themes, r *Review) (bool, error)

// ShownReview is what the audit trail may show of a review: what was decided, and
// never the text, where in it something is masked, or of which response it is.
type ShownReview struct {
	State  State  `json:"state"`
	Reason string `json:"reason"`
	Masks  int    `json:"masks"`
	Themes string `json:"themes"`
}

// Trail is what the audit trail may show.
func (r *Review) Trail() ShownReview {
	return ShownReview{r.State, r.Reason, len(r.Masks), strings.Join(r.Themes, " ")}
}

// ReadMasks is what a form asks to be masked: of what was found the pieces whose
// numbers are kept, what a reviewer masked before as far as it is kept, and each
// further word. unknown are words that do not stand in the text.
func ReadMasks(body string, offered []Mask, kept func(int) bool, words []string) (masks []Mask, unknown []string) {
	for i, m := range offered {
		if kept(i) {
			masks = append(masks, m)
		}
	}
	for _, word := range words {
		places := Places(body, word)
		if len(places) == 0 && strings.TrimSpace(word) != "" {
			unknown = append(unknown, strings.TrimSpace(word))
		}
		masks = append(masks, places...)
	}
	return Joined(masks), unknown
}

// Masked tells whether all of a piece is masked.
func (r *Review) Masked(piece Mask) bool {
	return slices.ContainsFunc(r.Masks, func(m Mask) bool { return m.From <= piece.From && piece.To <= m.To })
}

// Offered are the pieces of a text that a form offers to mask: what was found, and
// what a reviewer masked besides.
func (r *Review) Offered(body string) []Mask {
	offered := Found(body)
	for _, m := range r.Masks {
		if !slices.ContainsFunc(offered, func(f Mask) bool { return f.From == m.From && f.To == m.To }) {
			offered = append(offered, m)
		}
	}
	slices.SortFunc(offered, func(a, b Mask) int { return a.From - b.From })
	return offered
}
