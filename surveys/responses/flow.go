package responses

// Flow is how a stream of messages goes: it runs, or is paused and why.
type Flow struct {
	Status  Status
	Why     string // why it is paused; "" otherwise
	Watched int    // messages looked at for a storm of refusals
	Refused int    // how many of those were refused for good
}

// A bounce storm: so many of so few messages are refused for good that the list, or
// our name with the receivers, is broken. Going on makes it worse.
const (
	watchedAtLeast = 20
	watchedAtMost  = 50
)

// Note counts what became of messages, and pauses sending in a storm of refusals.
func (f *Flow) Note(sent, refused int) {
	f.Watched += sent + refused
	f.Refused += refused
	if f.Status == Running && f.Watched >= watchedAtLeast && 2*f.Refused > f.Watched {
		f.Status, f.Why = Paused, WhyStorm
	}
	if f.Watched >= watchedAtMost {
		f.Refused, f.Watched = 0, 0
	}
}
