package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
	"weerklank.nl/weerklank/surveys/questionnaire/expression/trial"
)

// EvalCmd is weerklank eval: it works out expressions, one JSON object a line, and
// writes what each yields, one line each and in the same order.
type EvalCmd struct {
	Files []string `arg:"" optional:"" name:"file" help:"${eval_files}"`
	Lang  string   `enum:"nl,en" default:"nl" help:"${eval_lang}"`

	in  io.Reader // os.Stdin when nil
	out io.Writer // os.Stdout when nil
}

// maxEvalLine is the length, in bytes, of the longest line that eval reads: a case
// may bring along files.
const maxEvalLine = 64 << 20

// evaluated is a line that eval writes: either what the expression yields, or what
// is wrong with it.
type evaluated struct {
	ID    json.RawMessage
	Value any
	Error string
}

// MarshalJSON writes the value also where it is empty, as long as nothing is wrong.
func (e evaluated) MarshalJSON() ([]byte, error) {
	id := e.ID
	if len(id) == 0 {
		id = json.RawMessage("null")
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	var err error
	if e.Error != "" {
		err = enc.Encode(struct {
			ID    json.RawMessage `json:"id"`
			Error string          `json:"error"`
		}{id, e.Error})
	} else {
		err = enc.Encode(struct {
			ID    json.RawMessage `json:"id"`
			Value any             `json:"value"`
		}{id, e.Value})
	}
	return b.Bytes(), err
}

// Run reads the files in their order, or what comes in when there are none. It
// returns an exitCode when a line is no case or a file cannot be opened.
func (c *EvalCmd) Run() error {
	if c.out == nil {
		c.out = os.Stdout
	}
	if c.in == nil {
		c.in = os.Stdin
	}
	word, err := wording(c.Lang)
	if err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	e := &evaluator{word: word, out: bufio.NewWriter(c.out)}
	defer func() { _ = e.out.Flush() }() // flushed below where its outcome counts
	if len(c.Files) == 0 {
		if err := e.read(c.in); err != nil {
			return err
		}
	}
	for _, name := range c.Files {
		if err := e.file(name); err != nil {
			return err
		}
	}
	if err := e.out.Flush(); err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	if e.code != 0 {
		return e.code
	}
	return nil
}

type evaluator struct {
	out  *bufio.Writer
	word func(key string, args map[string]any) string
	code exitCode
	n    int // of the line being read, from 1
}

func (e *evaluator) file(name string) error {
	f, err := os.Open(name)
	if err != nil {
		e.code = exitUnreadable
		return told{"cli.eval.not_opened", map[string]any{"File": name}}
	}
	defer f.Close() //nolint:errcheck // read only
	return e.read(f)
}

func (e *evaluator) read(r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 64<<10), maxEvalLine)
	for e.n = 1; lines.Scan(); e.n++ {
		src := bytes.TrimSpace(lines.Bytes())
		if len(src) == 0 {
			continue
		}
		line, err := e.evaluate(src).MarshalJSON()
		if err != nil {
			return fmt.Errorf("eval: line %d: %w", e.n, err)
		}
		if _, err := e.out.Write(line); err != nil {
			return fmt.Errorf("eval: %w", err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("eval: line %d: %w", e.n, err)
	}
	return nil
}

func (e *evaluator) evaluate(src []byte) evaluated {
	c, err := trial.Read(src)
	if err != nil {
		e.code = max(e.code, exitInvalid)
		return evaluated{ID: c.ID, Error: e.word("cli.eval.no_case", map[string]any{"Line": e.n, "Why": err.Error()})}
	}
	value, err := c.Value()
	var bad *expression.Error
	switch {
	case errors.As(err, &bad):
		args := map[string]any{"Pos": bad.Pos, "Source": c.Source()}
		for k, v := range bad.Args {
			args[k] = v
		}
		return evaluated{ID: c.ID, Error: e.word("form."+bad.Key+".what", args) + " " + e.word("form."+bad.Key+".cure", args)}
	case err != nil:
		return evaluated{ID: c.ID, Error: err.Error()}
	}
	return evaluated{ID: c.ID, Value: value}
}
