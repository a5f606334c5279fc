package results

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"weerklank.nl/weerklank/surveys"
)

// value is an answer to a question: what one number in its column stands for. The
// zero value is: no answer.
type value struct {
	set     uint64  // of One and Many the options, a bit each; of Words 1 when something was written
	number  float64 // of Number
	numeric bool    // a number was given
	unread  uint16  // how many parts of the stored answer could not be read
}

// column says what the numbers of a question stand for. Values and options are only
// added, so an older copy of it stays right.
type column struct {
	kind    Kind
	missing uint64 // the options that are not in the base
	values  []value

	code   map[value]uint32  // only for who adds
	option map[string]uint32 // the index of an option by name; only for who adds
	grows  bool              // a background question: what stands in no list becomes an option
	listed int               // how many options the question has of itself
	names  []string          // those that came in, in the order in which they came
}

func newColumn(q *Question) column {
	c := column{kind: q.Kind, code: map[value]uint32{}, option: make(map[string]uint32, len(q.Options))}
	c.codeOf(value{})
	for n, o := range q.Options {
		c.option[o.Name] = uint32(min(n, mostOptions-1))
		if o.Missing != "" && n < mostOptions {
			c.missing |= 1 << n
		}
	}
	c.grows, c.listed = q.Background, min(len(q.Options), mostOptions)
	return c
}

// codeOf is the number of a value; one that is new gets the next.
func (c *column) codeOf(v value) uint32 {
	code, known := c.code[v]
	if !known {
		code = uint32(len(c.values))
		c.code[v] = code
		c.values = append(c.values, v)
	}
	return code
}

// bit is the bit of an option; 0 when the name is none.
func (c *column) bit(name string) uint64 {
	at, known := c.option[name]
	if !known {
		if !c.grows || c.listed+len(c.names) >= mostOptions {
			return 0
		}
		at = uint32(c.listed + len(c.names))
		c.names = append(c.names, name)
		c.option[name] = at
	}
	return 1 << at
}

// read reads an answer that came as text.
func (c *column) read(text string) value {
	text = strings.TrimSpace(text)
	if text == "" {
		return value{}
	}
	var v value
	switch c.kind {
	case Words:
		v.set = 1
	case Number:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
			v.unread = 1
		} else {
			v.number, v.numeric = n+0, true // +0: −0 is no other number
		}
	case One:
		if v.set = c.bit(text); v.set == 0 {
			v.unread = 1
		}
	case Many:
		for _, name := range strings.Fields(text) {
			bit := c.bit(name)
			v.set |= bit
			if bit == 0 && v.unread < math.MaxUint16 {
				v.unread++
			}
		}
	}
	return v
}

// answer is the value as it is counted.
func (c *column) answer(v value) Answer {
	switch {
	case c.kind == Number && v.numeric:
		return Answer{Status: InBase}
	case v.set == 0:
		return Answer{}
	case v.set&c.missing != 0:
		return Answer{Status: Missing, Set: v.set & c.missing}
	default:
		return Answer{Status: InBase, Set: v.set}
	}
}

// sorted is the column, and the question it belongs to, with the options that came
// in by themselves in the order of their names, so that their order says nothing of
// when each first came.
func (c column) sorted(q Question) (column, Question) {
	c.code, c.option = nil, nil
	if len(q.Options) > mostOptions {
		q.Options = q.Options[:mostOptions]
	}
	if len(c.names) == 0 {
		return c, q
	}
	order := slices.Sorted(slices.Values(c.names))
	q.Options = slices.Clone(q.Options)
	for _, name := range order {
		q.Options = append(q.Options, Option{Name: name, Label: surveys.Text{NL: name, EN: name}})
	}
	values := make([]value, len(c.values))
	for i, v := range c.values {
		var set uint64
		each(v.set, func(o int) {
			if o >= c.listed {
				at, _ := slices.BinarySearch(order, c.names[o-c.listed])
				o = c.listed + at
			}
			set |= 1 << o
		})
		v.set = set
		values[i] = v
	}
	c.values = values
	return c, q
}

func each(set uint64, do func(option int)) {
	for o := 0; set != 0; o, set = o+1, set>>1 {
		if set&1 == 1 {
			do(o)
		}
	}
}
