package page

import (
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/surveys"
)

// PeriodRow is the field of one period in a form.
type PeriodRow struct {
	Kind   surveys.Kept
	Months string // as typed
}

// Count is how many months it is; 0 when what was typed is no whole number.
func (r PeriodRow) Count() int {
	n, _ := strconv.Atoi(r.Months)
	return n
}

// Field is the name of the field.
func (r PeriodRow) Field() string { return surveys.PeriodField(r.Kind) }

// Label and Hint are its texts.
func (r PeriodRow) Label() string { return KindKey(r.Kind) }

// Hint says from when it counts, and why it is what it usually is.
func (r PeriodRow) Hint() string { return "keep.why." + string(r.Kind) }

// KindKey is the text of a kind of what is kept.
func KindKey(k surveys.Kept) string { return "keep.kind." + string(k) }

// PeriodRows are the fields of the periods that hold.
func PeriodRows(kinds []surveys.Kept, p surveys.Periods) []PeriodRow {
	rows := make([]PeriodRow, len(kinds))
	for i, k := range kinds {
		rows[i] = PeriodRow{k, strconv.Itoa(p.Of(k))}
	}
	return rows
}

// ReadPeriods reads periods as they were typed. A field that is left open takes the
// usual one.
func ReadPeriods(c *gin.Context, kinds []surveys.Kept, usual surveys.Periods) ([]PeriodRow, surveys.Periods, surveys.Invalid) {
	rows, periods := make([]PeriodRow, len(kinds)), surveys.Periods{}
	var wrong surveys.Invalid
	for i, k := range kinds {
		rows[i] = PeriodRow{k, strings.TrimSpace(c.PostForm(surveys.PeriodField(k)))}
		if rows[i].Months == "" {
			periods[k] = usual.Of(k)
			continue
		}
		months, err := strconv.Atoi(rows[i].Months)
		if err != nil {
			wrong.Add(rows[i].Field(), "keep.not_number")
			continue
		}
		periods[k] = months
	}
	return rows, periods, wrong
}

// KeptState is how it stands with something that is kept; its text is under keep.state.
type KeptState string

// The states.
const (
	StillKept KeptState = "kept"
	Announced KeptState = "announced" // it goes soon
	Asked     KeptState = "asked"     // it goes now, because somebody asked
	Busy      KeptState = "busy"
	Done      KeptState = "done"
	Proven    KeptState = "proven" // and shown to be gone
)

// KeptRow is how one kind of what a survey holds stands.
type KeptRow struct {
	Survey surveys.ID
	Title  surveys.Text
	Kind   surveys.Kept
	Until  surveys.Date // the last day that it is, or was, kept
	State  KeptState
	On     surveys.Date // that the state names
	Number int          // of people on a list; 0 where no number is told
}

// KindKey and StateKey are the texts of the row.
func (r KeptRow) KindKey() string { return KindKey(r.Kind) }

// StateKey is how it stands.
func (r KeptRow) StateKey() string { return "keep.state." + string(r.State) }

// Announced tells whether it goes soon, and Gone whether it went.
func (r KeptRow) Announced() bool { return r.State == Announced || r.State == Asked }

// Gone tells whether it is being deleted or was.
func (r KeptRow) Gone() bool { return r.State == Busy || r.State == Done || r.State == Proven }

// KeptRows are what a survey holds of people, and how that stands.
func KeptRows(s *surveys.Survey, usual surveys.Periods) []KeptRow {
	var rows []KeptRow
	for _, k := range s.Mode.Keeps() {
		e := s.Erasure(k)
		r := KeptRow{Survey: s.ID, Title: s.Title, Kind: k, Until: s.KeptUntil(k, usual), State: StillKept, Number: e.Number}
		switch {
		case e.Proven != "":
			r.State, r.On = Proven, e.Proven
		case e.Done != "":
			r.State, r.On = Done, e.Done
		case e.Begun != "":
			r.State, r.On = Busy, e.Begun
		case e.Asked:
			r.State = Asked
		case e.Announced != "":
			r.State, r.On = Announced, e.Goes()
		}
		if e.Until != "" {
			r.Until = e.Until
		}
		rows = append(rows, r)
	}
	return rows
}
