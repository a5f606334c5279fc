package surveys

import "slices"

// mostErasures is how many deletions of a kind an organisation remembers: of the trail ten
// years.
const mostErasures = 120

// TrailErased writes down that the trail before a day was deleted.
func (o *Organisation) TrailErased(before, today Date, entries int) {
	until := before.AddDays(-1)
	for i := range o.Keeping.Erasures {
		if e := &o.Keeping.Erasures[i]; e.Kind == KeptAudit && e.Until == until {
			e.Proven = ""
			return // the rest of one that was cut short
		}
	}
	o.erased(Erasure{Kind: KeptAudit, Until: until, Announced: today, Begun: today, Number: entries})
}

// AccountsEmptied writes down that of so many accounts, which were switched off on that
// day or before, nothing is left that says who somebody was.
func (o *Organisation) AccountsEmptied(until, today Date, accounts int) {
	o.erased(Erasure{Kind: KeptAccounts, Until: until, Announced: today, Begun: today, Number: accounts})
}

func (o *Organisation) erased(e Erasure) {
	o.Keeping.Erasures = append(o.Keeping.Erasures, e)
	of := 0
	for _, each := range o.Keeping.Erasures {
		if each.Kind == e.Kind {
			of++
		}
	}
	if oldest := slices.IndexFunc(o.Keeping.Erasures, func(each Erasure) bool { return each.Kind == e.Kind }); of > mostErasures {
		o.Keeping.Erasures = slices.Delete(o.Keeping.Erasures, oldest, oldest+1)
	}
}

// Unproven tells whether something of this kind was deleted and that has still to be
// shown.
func (o *Organisation) Unproven(k Kept) bool {
	return slices.ContainsFunc(o.Keeping.Erasures, func(e Erasure) bool { return e.Kind == k && e.Proven == "" })
}

// Proven writes down that nothing is found of what was deleted of this kind, after the
// files were cleaned.
func (o *Organisation) Proven(k Kept, today Date) {
	for i := range o.Keeping.Erasures {
		if e := &o.Keeping.Erasures[i]; e.Kind == k && e.Proven == "" {
			e.Done, e.Proven = today, today
		}
	}
}

// LastErased is the last day up to which something of this kind was deleted; "" for none.
func (o *Organisation) LastErased(k Kept) (until Date) {
	for _, e := range o.Keeping.Erasures {
		if e.Kind == k {
			until = max(until, e.Until)
		}
	}
	return until
}

// AccountsUntil is the last day on which an account may have been switched off of which
// today nothing is kept any more.
func (o *Organisation) AccountsUntil(today Date) Date {
	until := today.addMonths(-o.Keeping.Periods.Of(KeptAccounts)).AddDays(3)
	for o.EmptiesOn(until) > today { // months differ by three days
		until = until.AddDays(-1)
	}
	return until
}

// EmptiesOn is the first day on which nothing is kept of an account that was switched off
// on that day.
func (o *Organisation) EmptiesOn(switchedOff Date) Date {
	return switchedOff.addMonths(o.Keeping.Periods.Of(KeptAccounts)).AddDays(1)
}
