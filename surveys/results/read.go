package results

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// Source is where raw responses come from, in any order.
type Source interface {
	EachResponse(ctx context.Context, org surveys.OrgID, survey surveys.ID, each func(*responses.Response) error) error
}

// Most options of one question that are counted apart, the last of which stands
// for all that come after it.
const mostOptions = 64

// Read counts the responses of a survey. forms are the versions that it asked,
// the newest last. Responses of which the day is known and later than asOf are
// left out; an empty asOf takes all.
func Read(ctx context.Context, source Source, s *surveys.Survey, forms []*questionnaire.Form, asOf surveys.Date) (*Table, error) {
	t := &Table{questions: Questions(forms), breakdowns: s.Breakdowns, unread: map[string]int{}}
	r := newReader(t)
	err := source.EachResponse(ctx, s.Org, s.ID, func(resp *responses.Response) error {
		if asOf == "" || resp.Day <= asOf {
			r.add(s.ID, resp)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read responses of survey %s: %w", s.ID, err)
	}
	return t, nil
}

type reader struct {
	t      *Table
	option []map[string]int // by question: the index of an option
	cell   map[string]int32
	split  []int // the questions that are the breakdowns; -1 when a breakdown is no question
}

func newReader(t *Table) *reader {
	r := &reader{t: t, cell: map[string]int32{}}
	t.columns = make([]column, len(t.questions))
	r.option = make([]map[string]int, len(t.questions))
	index := map[string]int{}
	for i := range t.questions {
		q := &t.questions[i]
		index[q.Name] = i
		r.option[i] = make(map[string]int, len(q.Options))
		for n, o := range q.Options {
			r.option[i][o.Name] = min(n, mostOptions-1)
			if o.Missing != "" && n < mostOptions {
				t.columns[i].missing |= 1 << n
			}
		}
		if len(q.Options) > mostOptions {
			q.Options = q.Options[:mostOptions]
		}
	}
	for _, name := range t.breakdowns {
		at, known := index[name]
		if !known {
			at = -1
		}
		r.split = append(r.split, at)
	}
	return r
}

func (r *reader) add(survey surveys.ID, resp *responses.Response) {
	t := r.t
	for i := range t.questions {
		r.answer(i, resp.Answers[t.questions[i].Name])
	}
	row := len(t.keys)
	t.keys = append(t.keys, hashOf(survey, resp.Key))
	cell := make(Cell, len(t.breakdowns))
	for b, at := range r.split {
		if at < 0 {
			continue
		}
		if a := t.Answer(at, row); a.Status == InBase && t.questions[at].Kind == One {
			cell[b] = resp.Answers[t.breakdowns[b]]
		}
	}
	key := cell.Key()
	at, known := r.cell[key]
	if !known {
		at = int32(len(t.cells))
		r.cell[key] = at
		t.cells = append(t.cells, cell)
	}
	t.cellOf = append(t.cellOf, at)
}

func (r *reader) answer(i int, value string) {
	q, col := &r.t.questions[i], &r.t.columns[i]
	value = strings.TrimSpace(value)
	switch q.Kind {
	case Words:
		var set uint64
		if value != "" {
			set = 1
		}
		col.sets = append(col.sets, set)
	case Number:
		number := math.NaN()
		if value != "" {
			n, err := strconv.ParseFloat(value, 64)
			if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
				r.t.unread[q.Name]++
			} else {
				number = n
			}
		}
		col.numbers = append(col.numbers, number)
	case One:
		var set uint64
		if value != "" {
			set = r.bit(i, value)
		}
		col.sets = append(col.sets, set)
	case Many:
		var set uint64
		for _, name := range strings.Fields(value) {
			set |= r.bit(i, name)
		}
		col.sets = append(col.sets, set)
	}
}

// bit is the bit of an option; 0 when the stored answer names none. The values of
// a hidden question, which has no list, become its options as they come.
func (r *reader) bit(i int, name string) uint64 {
	at, known := r.option[i][name]
	if !known {
		q := &r.t.questions[i]
		if !q.Background || len(q.Options) >= mostOptions {
			r.t.unread[q.Name]++
			return 0
		}
		at = len(q.Options)
		q.Options = append(q.Options, Option{Name: name, Label: surveys.Text{NL: name, EN: name}})
		r.option[i][name] = at
	}
	return 1 << at
}

// Answer is how a response answered a question. Of a Number, classes give the
// option.
func (t *Table) Answer(question, row int) Answer {
	col := &t.columns[question]
	if t.questions[question].Kind == Number {
		n := col.numbers[row]
		if math.IsNaN(n) {
			return Answer{}
		}
		return Answer{Status: InBase}
	}
	set := col.sets[row]
	switch {
	case set == 0:
		return Answer{}
	case set&col.missing != 0:
		return Answer{Status: Missing, Set: set & col.missing}
	default:
		return Answer{Status: InBase, Set: set}
	}
}

// Numeric is the number that a response gave; NaN for none.
func (t *Table) Numeric(question, row int) float64 { return t.columns[question].numbers[row] }

// hashOf shortens a random key so that a guard can know it again without holding it.
func hashOf(survey surveys.ID, key responses.Key) uint64 {
	sum := sha256.Sum256(append([]byte(survey+"\x00"), key[:]...))
	return binary.BigEndian.Uint64(sum[:8])
}
