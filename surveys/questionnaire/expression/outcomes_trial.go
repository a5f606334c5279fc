package expression

// absent is the answer of a question that is not relevant, where that differs
// from a blank one. No answer holds a zero byte.
const absent = "\x00"

func withAbsent(list []string) []string {
	for _, s := range list {
		if s == "" {
			return append(list[:len(list):len(list)], absent)
		}
	}
	return list
}

// trial is a source in which some slots hold what is being tried.
type trial struct {
	Source
	slots   []int
	answers []string
}

func (t *trial) tried(slot int) (string, bool) {
	for i, s := range t.slots {
		if s == slot {
			return t.answers[i], true
		}
	}
	return "", false
}

func (t *trial) Value(slot int) string {
	v, ok := t.tried(slot)
	if !ok {
		return t.Source.Value(slot)
	}
	if v == absent {
		return ""
	}
	return v
}

func (t *trial) Nodes(slot int) []*Node {
	v, ok := t.tried(slot)
	switch {
	case !ok:
		return t.Source.Nodes(slot)
	case v == absent:
		return nil
	}
	return []*Node{{Text: v}}
}
