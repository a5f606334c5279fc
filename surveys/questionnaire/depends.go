package questionnaire

import "weerklank.nl/weerklank/surveys/questionnaire/expression"

// AskedBy are the questions whose answers decide whether the question of that name
// is asked: those that its condition and the conditions of the groups around it
// read, with what calculations among them read in their turn. Nil when it is asked
// of everybody.
func (f *Form) AskedBy(name string) []string {
	slot := -1
	for _, field := range f.Fields {
		if field.Name == name {
			slot = field.slot
		}
	}
	if slot < 0 || slot >= len(f.units) {
		return nil
	}
	var names []string
	seen := map[int]bool{}
	var condition func(slot int)
	reads := func(x *expression.Expr) {
		if x == nil {
			return
		}
		for _, ref := range x.Refs() {
			if ref.Slot < 0 || ref.Slot >= len(f.units) || seen[ref.Slot] {
				continue
			}
			seen[ref.Slot] = true
			condition(ref.Slot)
			names = append(names, f.units[ref.Slot].key)
		}
	}
	condition = func(slot int) {
		reads(f.units[slot].calculation)
		for at := slot; at >= 0; at = f.units[at].parent {
			reads(f.units[at].relevant)
		}
	}
	for at := slot; at >= 0; at = f.units[at].parent {
		reads(f.units[at].relevant)
	}
	return names
}
