package questionnaire

// Status says why a question has or has no answer, from storage to export.
type Status uint8

// The statuses of a question in a response. The last three are answers: choices
// that their author marked (nvt, liever_niet, weet_niet in the column missing).
const (
	NotShown     Status = iota // not relevant, or filled in by the way in
	Skipped                    // shown, and left open
	Answered                   // with an answer that counts
	DoesNotApply               // "not applicable"
	WillNotSay                 // "does not want to say"
	DoesNotKnow                // "does not know"
)

// Code is the status as files write it; "" for an answer that counts.
func (s Status) Code() string {
	return [...]string{"not_shown", "skipped", "", "does_not_apply", "does_not_want_to_say", "does_not_know"}[s]
}

// statusOfMissing are the statuses of the codes in the column missing.
var statusOfMissing = map[string]Status{"nvt": DoesNotApply, "liever_niet": WillNotSay, "weet_niet": DoesNotKnow}

// Status says why the question has or has no answer, as far as the answers tell:
// who filled it in is not among them. What is worked out and blank was not shown.
func (s *State) Status(name string) Status {
	in, slot := s.look(name)
	if in == nil {
		return NotShown
	}
	u := s.form.units[slot]
	switch value := in.values[slot-in.first]; {
	case value != "":
		return u.statusOf(value)
	case u.use != asked:
		return NotShown
	}
	return Skipped
}

// StatusIn says why a question has or has no answer in a stored response; key is
// its key there. It is Answered for what the form does not know.
func (f *Form) StatusIn(stored Answers, key string) Status {
	value, there := stored[key]
	_, fl := f.Locate(key)
	switch {
	case !there:
		return NotShown
	case value == "":
		return Skipped
	case fl == nil:
		return Answered
	}
	return f.units[fl.slot].statusOf(value)
}

// statusOf is the status of an answer that there is.
func (u *unit) statusOf(value string) Status {
	if u.list == nil {
		return Answered
	}
	if ch := u.list.byName[value]; ch != nil {
		if s, marked := statusOfMissing[ch.Missing]; marked {
			return s
		}
	}
	return Answered
}
