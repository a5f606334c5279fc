package responses

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// Sitting is one respondent on the way from the first page to the receipt code.
// Nothing of it is kept by us: it travels in the page, sealed.
type Sitting struct {
	Key        SubmissionKey // the same at every step and every sending
	Generation uint32        // of the keys that derive and hash its receipt code
	Issued     time.Time     // when its first page was shown, to five seconds
	Version    int           // of the questionnaire; it stays, whatever is published meanwhile
	Lang       surveys.Lang
	Collector  surveys.ID            // the way in; "" for none
	Prefilled  questionnaire.Answers // what the way in filled in, and is not asked
	Answers    questionnaire.Answers // what was answered, also where it is no longer relevant
	Unread     map[string]string     // what was typed and cannot be read, by question, as it was typed
	Visited    []byte                // a bit for each page of the version that was shown
	Within     string                // the instance of a repeat in which it stands; "" for none
	SeenWithin map[string]string     // Visited, for the pages of each instance of a repeat
	At         int                   // the page that it stands in: -1 the first one, from 0 the version's, len(pages) the check page
	Checked    bool                  // whether the check page was shown
	Kiosk      bool                  // on a shared device, which keeps no page
	Ballot     BallotHash            // what lets it in where people are invited; zero elsewhere
	Trapped    bool                  // something was typed in a field that people do not see
}

// Saw tells whether the page was shown, in the instance of a repeat ("" for none).
func (s *Sitting) Saw(page int, within string) bool {
	if within != "" {
		return hasBit([]byte(s.SeenWithin[within]), page)
	}
	return hasBit(s.Visited, page)
}

// See records that the page is shown.
func (s *Sitting) See(page int, within string) {
	switch {
	case page < 0:
	case within == "":
		s.Visited = withBit(s.Visited, page)
	default:
		if s.SeenWithin == nil {
			s.SeenWithin = map[string]string{}
		}
		s.SeenWithin[within] = string(withBit([]byte(s.SeenWithin[within]), page))
	}
}

func hasBit(bits []byte, n int) bool {
	return n >= 0 && n/8 < len(bits) && bits[n/8]&(1<<(n%8)) != 0
}

func withBit(bits []byte, n int) []byte {
	for n/8 >= len(bits) {
		bits = append(bits, 0)
	}
	bits[n/8] |= 1 << (n % 8)
	return bits
}

// All is everything answered so far, what the way in filled in included.
func (s *Sitting) All() questionnaire.Answers {
	if len(s.Prefilled) == 0 {
		return s.Answers
	}
	all := make(questionnaire.Answers, len(s.Answers)+len(s.Prefilled))
	maps.Copy(all, s.Answers)
	maps.Copy(all, s.Prefilled)
	return all
}

// Fields names the questions of a version in their fixed order. It is not found
// when this installation has no such version.
type Fields func(version int) ([]string, error)

const otherSuffix = "_other"

const (
	flagChecked = 1 << iota
	flagKiosk
	flagBallot
	flagTrapped
)

// The moment of a sitting is kept to the minute, and how many steps of some seconds after
// it in the upper bits of the flags: an instance from before that was kept looks at the
// lower ones only, and reads the same page.
const (
	issuedStep = 5 // seconds
	issuedBits = 4 // from this bit on
)

// errEncoding says that what was unsealed is no sitting of this format.
var errEncoding = errors.New("sitting: cannot be decoded")

// append writes the sitting in its compact form: questions by their place in the
// version, or by name where the version has none of that name.
func (s *Sitting) append(b []byte, names []string) []byte {
	b = binary.AppendUvarint(b, uint64(s.Version))
	b = binary.BigEndian.AppendUint32(b, s.Generation)
	b = append(b, s.Key[:]...)
	b = binary.AppendUvarint(b, uint64(s.Issued.Unix()/60))
	b = appendString(b, string(s.Lang))
	b = appendString(b, string(s.Collector))
	b = appendString(b, string(s.Visited))
	b = binary.AppendUvarint(b, uint64(s.At+1))
	var flags byte
	if s.Checked {
		flags |= flagChecked
	}
	if s.Kiosk {
		flags |= flagKiosk
	}
	if s.Ballot != (BallotHash{}) {
		flags |= flagBallot
	}
	if s.Trapped {
		flags |= flagTrapped
	}
	b = append(b, flags|byte(s.Issued.Unix()%60/issuedStep)<<issuedBits) //nolint:gosec // below 12
	if flags&flagBallot != 0 {
		b = append(b, s.Ballot[:]...)
	}
	for _, m := range []map[string]string{s.Prefilled, s.Answers, s.Unread} {
		b = appendAnswers(b, m, names)
	}
	if s.Within != "" || len(s.SeenWithin) > 0 { // only where there are repeats
		b = appendString(b, s.Within)
		b = appendAnswers(b, s.SeenWithin, nil)
	}
	return b
}

func appendAnswers(b []byte, m map[string]string, names []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(m)))
	if len(m) == 0 {
		return b
	}
	left := len(m)
	for i, name := range names {
		if v, ok := m[name]; ok {
			b = appendString(binary.AppendUvarint(b, uint64(i)*2+1), v)
			left--
		}
	}
	if left == 0 {
		return b
	}
	for name, v := range m {
		if slices.Contains(names, name) {
			continue
		}
		if base, ok := strings.CutSuffix(name, otherSuffix); ok {
			if i := slices.Index(names, base); i >= 0 {
				b = appendString(binary.AppendUvarint(b, uint64(i)*2+2), v)
				continue
			}
		}
		b = appendString(appendString(append(b, 0), name), v)
	}
	return b
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// reader takes a compact sitting apart; after the first fault it gives zeros.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.bad = true
		return make([]byte, min(max(n, 0), 32))
	}
	taken := r.b[:n]
	r.b = r.b[n:]
	return taken
}

func (r *reader) number() int {
	v, n := binary.Uvarint(r.b)
	if n <= 0 || v > 1<<40 {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return int(v)
}

func (r *reader) text() string { return string(r.take(r.number())) }

// readSitting is the other way round of append.
func readSitting(b []byte, fields Fields) (*Sitting, error) {
	r := &reader{b: b}
	s := &Sitting{Version: r.number()}
	s.Generation = binary.BigEndian.Uint32(r.take(4))
	copy(s.Key[:], r.take(len(s.Key)))
	s.Issued = time.Unix(int64(r.number())*60, 0).UTC()
	s.Lang = surveys.Lang(r.text())
	s.Collector = surveys.ID(r.text())
	s.Visited = []byte(r.text())
	s.At = r.number() - 1
	flags := r.take(1)[0]
	s.Issued = s.Issued.Add(time.Duration(flags>>issuedBits) * issuedStep * time.Second)
	s.Checked, s.Kiosk, s.Trapped = flags&flagChecked != 0, flags&flagKiosk != 0, flags&flagTrapped != 0
	if flags&flagBallot != 0 {
		copy(s.Ballot[:], r.take(len(s.Ballot)))
	}
	if r.bad {
		return nil, errEncoding
	}
	names, err := fields(s.Version)
	if err != nil {
		return nil, fmt.Errorf("sitting of version %d: %w", s.Version, err)
	}
	s.Prefilled = r.answers(names, 0)
	s.Answers = r.answers(names, min(len(names), mostOnPage))
	s.Unread = r.answers(names, 0)
	if s.Answers == nil {
		s.Answers = questionnaire.Answers{}
	}
	if !r.bad && len(r.b) > 0 {
		s.Within = r.text()
		s.SeenWithin = r.answers(nil, 0)
	}
	if r.bad || len(r.b) > 0 {
		return nil, errEncoding
	}
	return s, nil
}

// mostOnPage is for how many answers of the page that was sent room is made.
const mostOnPage = 32

// answers reads a map and leaves room in it for some more; nil for an empty one
// that needs no room.
func (r *reader) answers(names []string, more int) map[string]string {
	n := r.number()
	if r.bad || n > len(r.b) {
		r.bad = true
		return nil
	}
	if n+more == 0 {
		return nil
	}
	m := make(map[string]string, n+more)
	for range n {
		at, name := r.number(), ""
		switch {
		case at == 0:
			name = r.text()
		case (at-1)/2 >= len(names):
			r.bad = true
		case at%2 == 0:
			name = names[(at-1)/2] + otherSuffix
		default:
			name = names[(at-1)/2]
		}
		m[name] = r.text()
		if r.bad {
			return nil
		}
	}
	return m
}
