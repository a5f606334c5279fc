package questionnaire

import (
	"strconv"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// Bounds of what one response may hold: a count that an author works out from an
// answer must not make us ask, or remember, without end.
const (
	MostRepeats   = 100  // of one repeat, in one place
	mostInstances = 1000 // of all repeats of a form together
)

// instance is one round of a repeat, or the form itself: the root. Its questions
// are those that no deeper repeat holds.
type instance struct {
	repeat   int    // the slot of the repeat; -1 of the root
	first    int    // the slot at which values and relevant begin
	number   int    // from 1
	prefix   string // of its keys in Answers: "kinderen[2]/"
	parent   *instance
	values   []string // by slot, calculations too; also of what is not relevant
	relevant []bool
	below    map[int][]*instance // by the slot of a repeat right inside
	nodes    []*expression.Node  // as expressions see it; nil until one asks
}

// instanceFor is the instance that holds the slot, seen from another one: the one
// around it, else the first that there is; nil when there is none.
func (f *Form) instanceFor(from *instance, slot int) *instance {
	home := f.units[slot].home
	for in := from; in != nil; in = in.parent {
		if in.repeat == home {
			return in
		}
	}
	holder := f.instanceFor(from, home)
	if holder == nil || len(holder.below[home]) == 0 {
		return nil
	}
	return holder.below[home][0]
}

// RepeatKey is the key in Answers under which the number of instances of a repeat
// stands; within names the instance around it ("" for none).
func RepeatKey(within, repeat string) string { return within + repeat }

// InstanceOf names an instance: what its keys in Answers begin with.
func InstanceOf(within, repeat string, number int) string {
	return within + repeat + "[" + strconv.Itoa(number) + "]/"
}

// lastInstance takes the name of an instance apart: "a[1]/b[2]/" is number 2 of b
// in "a[1]/".
func lastInstance(name string) (within, repeat string, number int, ok bool) {
	rest, closed := strings.CutSuffix(name, "]/")
	open := strings.LastIndexByte(rest, '[')
	if !closed || open < 0 {
		return "", "", 0, false
	}
	number, err := strconv.Atoi(rest[open+1:])
	slash := strings.LastIndexByte(rest[:open], '/')
	return rest[:slash+1], rest[slash+1 : open], number, err == nil && number > 0
}

// RemoveInstance takes one instance of a repeat out of what is kept by key, and
// moves those after it up. It does not change the number that is kept of them.
func RemoveInstance[V any](kept map[string]V, within, repeat string, number int) {
	head := within + repeat + "["
	moved := map[string]V{}
	for key, v := range kept {
		rest, ok := strings.CutPrefix(key, head)
		if !ok {
			continue
		}
		digits, tail, closed := strings.Cut(rest, "]/")
		n, err := strconv.Atoi(digits)
		if !closed || err != nil || n < number {
			continue
		}
		delete(kept, key)
		if n > number {
			moved[InstanceOf(within, repeat, n-1)+tail] = v
		}
	}
	for key, v := range moved {
		kept[key] = v
	}
}

// Locate finds a question by its key in Answers: its field, and the instance that
// it stands in. The field is nil when the form has none of that key.
func (f *Form) Locate(key string) (within string, fl *Field) {
	at := strings.LastIndex(key, "]/")
	if at < 0 {
		if fl = f.byName[key]; fl != nil && f.units[fl.slot].home >= 0 {
			return "", nil
		}
		return "", fl
	}
	within = key[:at+2]
	_, repeat, _, ok := lastInstance(within)
	home, known := f.repeats[repeat]
	if !ok || !known {
		return "", nil
	}
	slot, known := f.locals[home][key[at+2:]]
	if !known {
		return "", nil
	}
	return within, f.units[slot].field
}

// open makes the instances of a repeat that is relevant, with the answers in them.
func (e *evaluation) open(in *instance, slot int) {
	u := e.form.units[slot]
	count := 1 // the first one is asked without being asked for
	switch {
	case u.count != nil:
		n, err := u.count.Number(&e.run)
		if err != nil || !(n > 0) {
			n = 0
		}
		count = int(min(n, MostRepeats))
	default:
		if n, err := strconv.Atoi(e.given[in.prefix+u.local]); err == nil {
			count = min(max(n, 0), MostRepeats)
		}
	}
	if count = min(count, mostInstances-e.opened); count == 0 {
		return
	}
	if in.below == nil {
		in.below = map[int][]*instance{}
	}
	if e.instances == nil {
		e.instances = map[int][]*instance{}
	}
	for n := 1; n <= count; n++ {
		child := &instance{repeat: slot, first: slot, number: n, parent: in, prefix: InstanceOf(in.prefix, u.local, n),
			values: make([]string, u.end-slot), relevant: make([]bool, u.end-slot)}
		for i := slot + 1; i < u.end; i++ {
			if v := e.form.units[i]; v.home == slot && (v.field != nil || v.choice >= 0) {
				child.values[i-slot] = e.given[child.prefix+v.local]
			}
		}
		in.below[slot] = append(in.below[slot], child)
		e.instances[slot] = append(e.instances[slot], child)
	}
	e.opened += count
	e.root.nodes = nil // what expressions see is made anew
}

// each calls f for every unit of the instance and of those inside it, in the order
// of the form; a repeat comes before its instances.
func (e *evaluation) each(in *instance, f func(in *instance, slot int)) {
	slot, end := 0, len(e.form.units)
	if in.repeat >= 0 {
		slot, end = in.repeat+1, e.form.units[in.repeat].end
	}
	for slot < end {
		f(in, slot)
		u := e.form.units[slot]
		if u.item.Kind != Repeat {
			slot++
			continue
		}
		for _, child := range in.below[slot] {
			e.each(child, f)
		}
		slot = u.end
	}
}

// Add gives a repeat one instance more in the answers, as the state sees it.
func (f *Form) Add(a Answers, s *State, repeat *Item) {
	if now := s.Instances(repeat); now < MostRepeats {
		a[s.repeatKey(repeat)] = strconv.Itoa(now + 1)
	}
}

// Remove takes the instance of that number out of the answers.
func (f *Form) Remove(a Answers, s *State, repeat *Item, number int) {
	now := s.Instances(repeat)
	if number < 1 || number > now {
		return
	}
	within, name := s.repeatPlace(repeat)
	RemoveInstance(a, within, name, number)
	a[within+name] = strconv.Itoa(now - 1)
}

func (s *State) repeatPlace(repeat *Item) (within, name string) {
	slot := s.form.repeats[repeat.Name]
	in := s.form.instanceFor(s.here, slot)
	return in.prefix, s.form.units[slot].local
}

func (s *State) repeatKey(repeat *Item) string {
	within, name := s.repeatPlace(repeat)
	return within + name
}

// InstancesOf names the instances of a repeat that there are here, in order.
func (s *State) InstancesOf(repeat *Item) []string {
	within, name := s.repeatPlace(repeat)
	names := make([]string, s.Instances(repeat))
	for i := range names {
		names[i] = InstanceOf(within, name, i+1)
	}
	return names
}

// LastOf is the first place of the last instance of the repeat that a page asks to
// lengthen: where who added one goes. Without instances it is the page itself.
func (s *State) LastOf(more Place, prefilled Answers) Place {
	page := s.form.Pages[more.Page]
	names := s.In(more.Within).InstancesOf(page.Repeat)
	if len(names) == 0 {
		return more
	}
	found := more
	s.places(func(view *State, p *Page) bool {
		if strings.HasPrefix(view.here.prefix, names[len(names)-1]) && view.asks(p, prefilled) {
			found = Place{p.Index, view.here.prefix}
			return false
		}
		return true
	})
	return found
}
