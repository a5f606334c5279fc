package texts

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"weerklank.nl/weerklank/surveys/personal"
)

// Word is the kind of a piece that a reviewer masked, which no form of ours found.
const Word personal.Kind = "word"

// Mask is a piece of a text that others do not see: its bytes From up to To.
type Mask struct {
	From int           `json:"from"`
	To   int           `json:"to"`
	Kind personal.Kind `json:"kind"`
}

// Found are the pieces of a text that seem to say who somebody is.
func Found(body string) []Mask {
	found := personal.Find(body)
	masks := make([]Mask, len(found))
	for i, f := range found {
		masks[i] = Mask{f.From, f.To, f.Kind}
	}
	return masks
}

// Places are where a word, or words in a row, stand in a text, as words of their own
// and in capital or small letters.
func Places(body, phrase string) []Mask {
	sought := strings.Fields(phrase)
	if len(sought) == 0 {
		return nil
	}
	var places []Mask
	for at := 0; at < len(body); {
		if to := matchAt(body, at, sought); to > at && personal.Apart(body, at, to) {
			places = append(places, Mask{at, to, Word})
			at = to
			continue
		}
		_, size := utf8.DecodeRuneInString(body[at:])
		at += size
	}
	return places
}

// matchAt is where the words end when they stand at a place, with any space between
// them; −1 when they do not.
func matchAt(body string, at int, sought []string) int {
	for i, word := range sought {
		if i > 0 {
			rest := strings.TrimLeftFunc(body[at:], unicode.IsSpace)
			if len(rest) == len(body)-at {
				return -1
			}
			at = len(body) - len(rest)
		}
		for _, want := range word {
			r, size := utf8.DecodeRuneInString(body[at:])
			if size == 0 || unicode.ToLower(r) != unicode.ToLower(want) {
				return -1
			}
			at += size
		}
	}
	return at
}

// Joined puts masks in order. Where two overlap, what the first kind covers and what
// the other covers become one, so that nothing of either is seen.
func Joined(masks []Mask) []Mask {
	list := slices.Clone(masks)
	slices.SortFunc(list, func(a, b Mask) int { return cmp.Or(a.From-b.From, b.To-a.To) })
	var joined []Mask
	for _, m := range list {
		if last := len(joined) - 1; last >= 0 && m.From < joined[last].To {
			joined[last].To = max(joined[last].To, m.To)
			if joined[last].Kind == Word {
				joined[last].Kind = m.Kind
			}
			continue
		}
		joined = append(joined, m)
	}
	return joined
}

// fits tells whether masks are in order, apart, and pieces of the text that begin and
// end between letters.
func fits(body string, masks []Mask) bool {
	at := 0
	for _, m := range masks {
		if m.From < at || m.To <= m.From || m.To > len(body) || !utf8.RuneStart(body[m.From]) || m.To < len(body) && !utf8.RuneStart(body[m.To]) {
			return false
		}
		at = m.To
	}
	return true
}

// Piece is a part of a text, in a row with the others: masked, or as it was written.
type Piece struct {
	Text string
	Kind personal.Kind // "" as it was written
}

// Pieces divides a text by masks, for a page that shows the reviewer what is masked.
func Pieces(body string, masks []Mask) []Piece {
	var pieces []Piece
	at := 0
	for _, m := range masks {
		if m.From > at {
			pieces = append(pieces, Piece{Text: body[at:m.From]})
		}
		pieces = append(pieces, Piece{body[m.From:m.To], m.Kind})
		at = m.To
	}
	if at < len(body) {
		pieces = append(pieces, Piece{Text: body[at:]})
	}
	return pieces
}

// Names are the words of a text that may be names and that nothing masks yet: those
// with a capital letter that begin no sentence, each once and in their order, for a
// reviewer to choose from.
func Names(body string, masks []Mask) []string {
	var names []string
	begins := true
	for at := 0; at < len(body); {
		r, size := utf8.DecodeRuneInString(body[at:])
		if !unicode.IsLetter(r) {
			if strings.ContainsRune(".!?:\n", r) {
				begins = true
			}
			at += size
			continue
		}
		end := at
		for end < len(body) {
			next, size := utf8.DecodeRuneInString(body[end:])
			if !unicode.IsLetter(next) && !unicode.IsMark(next) && next != '-' && next != '\'' && next != '’' {
				break
			}
			end += size
		}
		word := strings.TrimRight(body[at:end], "-'’")
		masked := slices.ContainsFunc(masks, func(m Mask) bool { return at < m.To && m.From < end })
		if unicode.IsUpper(r) && !begins && !masked && !slices.Contains(names, word) && utf8.RuneCountInString(word) > 1 {
			names = append(names, word)
		}
		begins = false
		at = max(end, at+size)
	}
	return names
}
