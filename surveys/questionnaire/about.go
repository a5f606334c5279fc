package questionnaire

// AboutThemselves tells whether people rate their own competence with it, as officials
// do, who are then addressed with "je".
func (d *Definition) AboutThemselves() bool {
	found := false
	d.Walk(func(i *Item) {
		switch i.Measure {
		case "importance", "level", "level_then":
			found = true
		}
	})
	return found
}
