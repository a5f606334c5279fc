package expression

import "strings"

// Words is what is known of a text that lists words, parted by spaces.
type Words struct {
	May, Must   map[string]bool // which may be, and which are certainly among them
	Least, Most int             // how many there are
}

// selects is selected() of the words.
func (w *Words) selects(choices Outcomes) Outcomes {
	o := Outcomes{Fails: choices.Fails}
	yes, no := false, false
	for _, v := range choices.Values {
		choice := strings.Trim(v.Text(), xmlSpace)
		if choice == "" {
			yes, no = yes || w.Least == 0, no || w.Most > 0
			continue
		}
		yes, no = yes || w.May[choice], no || !w.Must[choice]
	}
	if yes {
		o.Values = append(o.Values, BoolOf(true))
	}
	if no {
		o.Values = append(o.Values, BoolOf(false))
	}
	return o
}

// listed are the words of texts that are put together, each of which ends with a
// space or is blank; nil when one may be anything else.
func listed(pieces []Outcomes) *Words {
	w := &Words{May: map[string]bool{}, Must: map[string]bool{}}
	for i, piece := range pieces {
		if piece.Any || len(piece.Values) == 0 {
			return nil
		}
		least, most := -1, 0
		seen := map[string]int{}
		for _, v := range piece.Values {
			text := v.Text()
			if text != "" && !isSpace(text[len(text)-1]) && i+1 < len(pieces) {
				return nil
			}
			words := strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(xmlSpace, c) })
			if least < 0 || len(words) < least {
				least = len(words)
			}
			most = max(most, len(words))
			there := map[string]bool{}
			for _, word := range words {
				w.May[word], there[word] = true, true
			}
			for word := range there {
				seen[word]++
			}
		}
		for word, times := range seen {
			if times == len(piece.Values) {
				w.Must[word] = true
			}
		}
		w.Least, w.Most = w.Least+least, w.Most+most
	}
	return w
}
