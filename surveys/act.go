package surveys

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"
)

// Act is one thing that a member of staff does: who, when and what, with the
// settings before and after. It travels in the context of the request, and storage
// writes it down in the transaction of the change itself, so that no change goes
// without. It holds no answer, code or password, and an act of a respondent is none:
// nothing that stores a response looks at it.
type Act struct {
	ID      ID
	Org     OrgID
	Account ID // "" for nobody who signed in, and then nothing is written down
	At      time.Time
	Kind    string // of the route: "uitvragen_id_sluiten"
	Subject ID     // what it was done to; "" where the route names nothing
	Survey  ID     // the survey that it belongs to; "" where it belongs to none

	mu       sync.Mutex
	changes  map[string]map[string]Change
	recorded int
}

// Change is a setting before and after, as JSON.
type Change struct {
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}

type actKey struct{}

// WithAct puts the act in the context of what is done for it.
func WithAct(ctx context.Context, a *Act) context.Context { return context.WithValue(ctx, actKey{}, a) }

// WithoutAct is for what a request does beside its act, such as keeping its session.
func WithoutAct(ctx context.Context) context.Context {
	return context.WithValue(ctx, actKey{}, (*Act)(nil))
}

// ActAsked is the act of the request, also when nobody signed in yet, or nil.
func ActAsked(ctx context.Context) *Act {
	a, _ := ctx.Value(actKey{}).(*Act)
	return a
}

// ActOf is the act that the context is of, or nil when there is nothing to write down.
func ActOf(ctx context.Context) *Act {
	a := ActAsked(ctx)
	if a == nil || a.Account == "" {
		return nil
	}
	return a
}

// Changing is called before a thing is changed, with what the trail may show of it,
// and gives a function to call with the same afterwards. Where the context is of no
// act both do nothing.
func Changing(ctx context.Context, thing string, shown any) func(after any) {
	a := ActOf(ctx)
	if a == nil {
		return func(any) {}
	}
	before := fieldsOf(shown)
	return func(after any) { a.note(thing, before, fieldsOf(after)) }
}

// Concerning says which survey an act of staff is about when its address names none.
// Storage calls it once it found the survey, so that no key that was made up stands
// in the trail.
func Concerning(ctx context.Context, survey ID) {
	if a := ActOf(ctx); a != nil {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.Subject, a.Survey = survey, survey
	}
}

// fieldsOf are the settings of a thing, by name.
func fieldsOf(shown any) map[string]json.RawMessage {
	raw, err := json.Marshal(shown)
	if err != nil {
		return nil // what cannot be shown is not shown: the act itself still is
	}
	var fields map[string]json.RawMessage
	_ = json.Unmarshal(raw, &fields)
	return fields
}

// unsaid are the settings of which the trail tells that they were set, changed or emptied,
// and not what stood in them: it outlives the account, whose address is personal.
var unsaid = map[string]string{"account": "email"}

// Unsaid stands in the trail in the place of what is not said.
const Unsaid = "•"

// withhold leaves of a setting that is not said whether there was something.
func withhold(c Change) Change {
	hide := func(raw json.RawMessage) json.RawMessage {
		if empty(raw) {
			return raw
		}
		return json.RawMessage(`"` + Unsaid + `"`)
	}
	return Change{hide(c.Before), hide(c.After)}
}

// Withhold takes from an entry what the trail does not say: entries of before have it.
func (e *Entry) Withhold() {
	for thing, name := range unsaid {
		if c, has := e.Changes[thing][name]; has {
			e.Changes[thing][name] = withhold(c)
		}
	}
}

func (a *Act) note(thing string, before, after map[string]json.RawMessage) {
	changed := map[string]Change{}
	for name, now := range after {
		if was := before[name]; !bytes.Equal(was, now) && (!empty(was) || !empty(now)) {
			changed[name] = Change{was, now}
		}
	}
	for name, was := range before {
		if _, still := after[name]; !still && !empty(was) {
			changed[name] = Change{Before: was}
		}
	}
	if c, has := changed[unsaid[thing]]; has {
		changed[unsaid[thing]] = withhold(c)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.changes == nil {
		a.changes = map[string]map[string]Change{}
	}
	a.changes[thing] = changed
}

// empty tells whether a setting says nothing, so that what was never set does not look
// like a change.
func empty(raw json.RawMessage) bool {
	switch string(raw) {
	case "", "null", `""`, "[]", "{}", `{"nl":"","en":""}`:
		return true
	}
	return false
}

// Begin forgets what an attempt noted that did not come to its end.
func (a *Act) Begin() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.changes = nil
}

// Entry is what a transaction has to write down. due is false where an earlier
// transaction of the same act said it all.
func (a *Act) Entry() (e Entry, due bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.recorded > 0 && len(a.changes) == 0 {
		return Entry{}, false
	}
	return Entry{ID: a.ID, Part: a.recorded, Org: a.Org, Account: a.Account, At: a.At, Kind: a.Kind, Subject: a.Subject, Survey: a.Survey, Changes: a.changes}, true
}

// Recorded says that the entry was stored.
func (a *Act) Recorded() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.recorded++
	a.changes = nil
}

// Entry is an act as it was written down.
type Entry struct {
	ID      ID
	Part    int // of an act that took more than one transaction: 0, 1, …
	Org     OrgID
	Account ID
	At      time.Time // UTC, to the second
	Kind    string
	Subject ID
	Survey  ID
	Changes map[string]map[string]Change // by thing and by setting
}

// Settings are the names of what changed, in order.
func (e *Entry) Settings() []string {
	var names []string
	for _, changed := range e.Changes {
		for name := range changed {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// EntryFilter chooses entries of the trail. The zero value of a field chooses all.
type EntryFilter struct {
	Account ID
	Kind    string
	Survey  ID
	From    time.Time // not before
	Until   time.Time // before
}
