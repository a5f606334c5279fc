package questionnaire

import (
	"maps"
	"slices"
)

// Reworded tells whether a question was asked differently in two forms, so that
// its answers cannot be compared without saying so: its type, its label or hint in
// any language, or a choice: its name, its words, its score, its place. A question
// that one of them does not have is not reworded; it is not there.
func Reworded(before, after *Form, question string) bool {
	was, is := fieldOf(before, question), fieldOf(after, question)
	if was == nil || is == nil {
		return false
	}
	if was.Type != is.Type || was.OrOther != is.OrOther || !maps.Equal(was.Label, is.Label) || !maps.Equal(was.Hint, is.Hint) {
		return true
	}
	return !slices.EqualFunc(choicesOf(was), choicesOf(is), func(a, b *Choice) bool {
		sameScore := (a.Score == nil) == (b.Score == nil) && (a.Score == nil || *a.Score == *b.Score)
		return a.Name == b.Name && sameScore && a.Missing == b.Missing && maps.Equal(a.Label, b.Label)
	})
}

func fieldOf(f *Form, name string) *Field {
	at := slices.IndexFunc(f.Fields, func(one *Field) bool { return one.Name == name })
	if at < 0 {
		return nil
	}
	return f.Fields[at]
}

func choicesOf(f *Field) []*Choice {
	if f.List == nil {
		return nil
	}
	return f.List.Choices
}
