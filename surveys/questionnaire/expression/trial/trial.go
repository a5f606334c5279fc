// Package trial works out single expressions over answers that are written beside
// them, as `weerklank eval` reads them: one JSON object a line. It needs no form,
// and holds at most one repeat.
package trial

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// DefaultNow is the moment at which a case stands that names none.
var DefaultNow = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// ErrCase is a line that is no case: the text behind it says what is wrong with it.
var ErrCase = errors.New("not a case")

// Case is one expression with what it is evaluated over. Answers are texts as they
// are stored: "" is unanswered, a select_multiple holds names with spaces between.
type Case struct {
	ID      json.RawMessage
	As      string // how the value is read: boolean, number, string, date, error
	expr    string
	now     time.Time
	seed    uint64
	sitting *Sitting
}

// line is a case as it is written.
type line struct {
	ID      json.RawMessage   `json:"id"`
	Expr    *string           `json:"expr"`
	Context json.RawMessage   `json:"context"`
	As      string            `json:"as"`
	Types   map[string]string `json:"types"`
	Choices map[string][]row  `json:"choices"`
	Files   map[string]string `json:"files"`
	Now     string            `json:"now"`
	Seed    json.Number       `json:"seed"`
}

// Read takes a case from its JSON. The error is ErrCase; the case then has at most
// its ID. Keys that are not ours are ignored, so that a case may bring along what
// is expected of it.
func Read(src []byte) (*Case, error) {
	var l line
	if err := json.Unmarshal(src, &l); err != nil {
		return &Case{ID: l.ID}, fmt.Errorf("%w: %w", ErrCase, err)
	}
	c := &Case{ID: l.ID, As: l.As, now: DefaultNow}
	if l.Expr == nil {
		return c, fmt.Errorf("%w: expr is missing", ErrCase)
	}
	c.expr = *l.Expr
	switch c.As {
	case "boolean", "number", "string", "date", "error":
	case "":
		c.As = "string"
	default:
		return c, fmt.Errorf("%w: as is %q", ErrCase, c.As)
	}
	if l.Now != "" {
		now, err := time.Parse(time.RFC3339, l.Now)
		if err != nil {
			return c, fmt.Errorf("%w: now is %q", ErrCase, l.Now)
		}
		c.now = now.UTC()
	}
	if l.Seed != "" {
		seed, err := readSeed(l.Seed.String())
		if err != nil {
			return c, fmt.Errorf("%w: seed is %s", ErrCase, l.Seed)
		}
		c.seed = seed
	}
	var err error
	if c.sitting, err = newSitting(&l); err != nil {
		return c, fmt.Errorf("%w: %w", ErrCase, err)
	}
	return c, nil
}

// Sitting are the answers over which the case is worked out.
func (c *Case) Sitting() *Sitting { return c.sitting }

// readSeed takes any whole number; what is negative counts too.
func readSeed(s string) (uint64, error) {
	if n, err := strconv.ParseUint(s, 10, 64); err == nil {
		return n, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return uint64(n), err
}

// Value evaluates the case and reads the outcome as it asks for: a bool, a string,
// a float64, or Special for a number that JSON cannot write. The error is an
// *expression.Error.
func (c *Case) Value() (any, error) {
	x, err := expression.Parse(c.expr, c.sitting)
	if err != nil {
		return nil, err
	}
	v, err := x.Value(&expression.Run{Source: c.sitting, Now: c.now, Seed: c.seed})
	if err != nil {
		return nil, err
	}
	switch c.As {
	case "boolean":
		return v.Bool(), nil
	case "number":
		n := v.Number()
		if math.IsNaN(n) || math.IsInf(n, 0) {
			return Special{expression.FormatNumber(n)}, nil
		}
		return n, nil
	}
	return v.Text(), nil
}

// Source is the expression, as it was written.
func (c *Case) Source() string { return c.expr }

// Special is a number that JSON has no way to write: NaN, Infinity, -Infinity.
type Special struct {
	Number string `json:"number"`
}
