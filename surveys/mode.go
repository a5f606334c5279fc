package surveys

// Mode is the privacy mode of a survey: what is kept of who answered. It is fixed
// as soon as the survey opens.
type Mode string

// The privacy modes; docs/privacy.md says what each holds against and what not.
const (
	Open    Mode = "open"
	Invited Mode = "invited"
	Strong  Mode = "strong"
	Named   Mode = "named"
)

// ModesOffered are the modes in which a survey can be opened.
var ModesOffered = []Mode{Open, Invited, Named}

// Anonymous tells whether nothing may lead from a response to a person.
func (m Mode) Anonymous() bool { return m != Named }

// Invites tells whether people come in by a ballot of their own, and not by the plain
// link.
func (m Mode) Invites() bool { return m == Invited || m == Named }

// DayKept is what is stored of the day on which a response came in: the day in
// the open and named modes, nothing in the invited and strong modes.
func (m Mode) DayKept(day Date) Date {
	if m == Invited || m == Strong {
		return ""
	}
	return day
}

// DayAtClosing is what remains of a stored day once the survey closed: its week
// in the open mode.
func (m Mode) DayAtClosing(day Date) Date {
	if m == Open {
		return day.Week()
	}
	return m.DayKept(day)
}
