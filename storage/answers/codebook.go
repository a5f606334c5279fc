package answers

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// ErrCorrupt says that stored answers cannot be read with the version that they
// belong to.
var ErrCorrupt = errors.New("stored answers cannot be read")

// encodingVersion stands first in every stored row; docs/decisions/answers-in-one-row.md
// describes it.
const encodingVersion = 1

// Codebook gives the questions and choices of one published version their numbers.
// A version never changes, so its numbers do not either, and no table has to hand
// them out in the order in which answers came.
type Codebook struct {
	questions []codedQuestion
	byName    map[string]int
}

type codedQuestion struct {
	name     string
	multiple bool
	plain    bool     // numbers and days: never in somebody's own words
	choices  []string // nil unless it is a select
	byChoice map[string]int
}

// plainTypes are the types of question whose answers are numbers or moments. Answers of
// select questions that are written out are not of their list, and so are no plain ones.
var plainTypes = map[questionnaire.Type]bool{
	questionnaire.TypeInteger: true, questionnaire.TypeDecimal: true, questionnaire.TypeRange: true, questionnaire.TypeDate: true,
	questionnaire.TypeTime: true, questionnaire.TypeDateTime: true, questionnaire.TypeAcknowledge: true, questionnaire.TypeRank: true,
}

// NewCodebook makes the codebook of a definition as it was published, in JSON.
func NewCodebook(definition []byte) (*Codebook, error) {
	var d questionnaire.Definition
	if err := json.Unmarshal(definition, &d); err != nil {
		return nil, fmt.Errorf("read definition: %w", err)
	}
	lists := map[string][]string{}
	for _, l := range d.Lists {
		for _, c := range l.Choices {
			lists[l.Name] = append(lists[l.Name], c.Name)
		}
	}
	c := &Codebook{byName: map[string]int{}}
	c.addAll(d.Items, lists)
	return c, nil
}

func (c *Codebook) addAll(items []*questionnaire.Item, lists map[string][]string) {
	for _, item := range items {
		if item.Kind == questionnaire.Question && item.Name != "" {
			q := codedQuestion{name: item.Name, multiple: item.Type == questionnaire.TypeSelectMultiple, plain: plainTypes[item.Type]}
			if q.multiple || item.Type == questionnaire.TypeSelectOne {
				q.choices = slices.Clone(lists[item.List])
				if item.OrOther {
					q.choices = append(q.choices, "other")
				}
			}
			c.add(q)
			if item.OrOther {
				c.add(codedQuestion{name: item.Name + "_other"})
			}
		}
		c.addAll(item.Items, lists)
	}
}

func (c *Codebook) add(q codedQuestion) {
	if _, twice := c.byName[q.name]; twice {
		return
	}
	q.byChoice = make(map[string]int, len(q.choices))
	for i, name := range q.choices {
		if _, twice := q.byChoice[name]; !twice {
			q.byChoice[name] = i
		}
	}
	c.byName[q.name] = len(c.questions)
	c.questions = append(c.questions, q)
}

// Encode writes the answers as stored: per answered question its number, then the
// number of its choice or the text. A question that is there with a blank was shown
// and left open: a blank text. What the version does not know is written out, and so
// is what stands in an instance of a repeat.
func (c *Codebook) Encode(a questionnaire.Answers) []byte {
	b := make([]byte, 1, 1+3*len(a))
	b[0] = encodingVersion
	numbers := make([]int, 0, len(a))
	var names []string // that the version does not know
	for name := range a {
		if n, ok := c.byName[name]; ok {
			numbers = append(numbers, n)
		} else {
			names = append(names, name)
		}
	}
	slices.Sort(numbers) // a map has no order, and a stored row should not have one of its own
	slices.Sort(names)
	for _, n := range numbers {
		b = binary.AppendUvarint(b, uint64(n)+1)
		b = c.questions[n].encode(b, a[c.questions[n].name])
	}
	for _, name := range names {
		b = append(b, 0)
		b = appendText(b, name)
		b = appendText(b, a[name])
	}
	return b
}

func (q *codedQuestion) encode(b []byte, value string) []byte {
	if q.choices == nil {
		return appendText(b, value)
	}
	parts := []string{value}
	if q.multiple {
		parts = strings.Fields(value)
	}
	known := value != "" && (!q.multiple || strings.Join(parts, " ") == value)
	for _, p := range parts {
		_, ok := q.byChoice[p]
		known = known && ok
	}
	if !known {
		return appendText(append(b, 0), value)
	}
	if q.multiple {
		b = binary.AppendUvarint(b, uint64(len(parts)))
	}
	for _, p := range parts {
		b = binary.AppendUvarint(b, uint64(q.byChoice[p])+1)
	}
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// Visitor receives the answers of one response as they are stored.
type Visitor = responses.Visitor

// Names are the names of the questions by their number.
func (c *Codebook) Names() []string {
	names := make([]string, len(c.questions))
	for i := range c.questions {
		names[i] = c.questions[i].name
	}
	return names
}

// Choices are the names of a question's choices by their number.
func (c *Codebook) Choices(question int) []string { return c.questions[question].choices }

// Walk reads stored answers without making a map of them.
func (c *Codebook) Walk(stored []byte, v Visitor) error {
	r := reader{b: stored}
	if version := r.byte(); version != encodingVersion {
		return fmt.Errorf("%w: encoding %d is not known", ErrCorrupt, version)
	}
	for len(r.b) > 0 && !r.bad {
		n := r.uvarint()
		if n == 0 {
			name := r.text()
			v.Text(-1, name, r.text())
			continue
		}
		if n > uint64(len(c.questions)) {
			return fmt.Errorf("%w: the version has no question %d", ErrCorrupt, n)
		}
		c.questions[n-1].walk(&r, int(n-1), v)
	}
	if r.bad {
		return fmt.Errorf("%w: it is cut short or names an unknown choice", ErrCorrupt)
	}
	return nil
}

func (q *codedQuestion) walk(r *reader, number int, v Visitor) {
	if q.choices == nil {
		v.Text(number, q.name, r.text())
		return
	}
	count := uint64(1)
	if q.multiple {
		count = r.uvarint()
		if count == 0 {
			v.Text(number, q.name, r.text())
			return
		}
	}
	for range count {
		choice := r.uvarint()
		switch {
		case choice == 0 && !q.multiple:
			v.Text(number, q.name, r.text())
		case choice == 0 || choice > uint64(len(q.choices)):
			r.bad = true
		default:
			v.Choice(number, int(choice-1))
		}
		if r.bad {
			return
		}
	}
}

// Decode reads stored answers.
func (c *Codebook) Decode(stored []byte) (questionnaire.Answers, error) {
	d := decoder{c, questionnaire.Answers{}}
	if err := c.Walk(stored, d); err != nil {
		return nil, err
	}
	return d.answers, nil
}

type decoder struct {
	book    *Codebook
	answers questionnaire.Answers
}

func (d decoder) Choice(question, choice int) {
	q := &d.book.questions[question]
	if before := d.answers[q.name]; before != "" {
		d.answers[q.name] = before + " " + q.choices[choice]
		return
	}
	d.answers[q.name] = q.choices[choice]
}

func (d decoder) Text(_ int, name, value string) { d.answers[name] = value }

// reader reads what an encoding wrote and notes when it does not hold together.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) byte() byte {
	if len(r.b) == 0 {
		r.bad = true
		return 0
	}
	first := r.b[0]
	r.b = r.b[1:]
	return first
}

func (r *reader) uvarint() uint64 {
	if len(r.b) > 0 && r.b[0] < 0x80 { // nearly all of them
		n := r.b[0]
		r.b = r.b[1:]
		return uint64(n)
	}
	n, size := binary.Uvarint(r.b)
	if size <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[size:]
	return n
}

func (r *reader) text() string {
	n := r.uvarint()
	if n > uint64(len(r.b)) {
		r.bad, r.b = true, nil
		return ""
	}
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}
