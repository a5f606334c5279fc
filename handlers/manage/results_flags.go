package manage

import "weerklank.nl/weerklank/surveys/disclosure"

// flagSwitch leads from the figures of everybody to those without flagged submissions,
// and back. Where they may not be shown it says so.
type flagSwitch struct {
	Value string // of the filter
	On    bool   // the page is without
	None  bool   // nobody who is counted was flagged
	Shown bool
	Base  int // people who were not flagged
}

func flagSwitchOf(r *disclosure.Release) *flagSwitch {
	known, some := r.Flags()
	if !known {
		return nil
	}
	p, reason := r.Figure("", disclosure.WithoutFlagged)
	return &flagSwitch{Value: groupText(disclosure.WithoutFlagged), None: !some, Shown: some && reason == disclosure.Shown, Base: p.Base()}
}
