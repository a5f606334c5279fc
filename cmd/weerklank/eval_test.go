package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// corpus is a file of the corpus of forms and cases by others, which is no part of
// this repository: WEERKLANK_CORPUS names its folder, else it is looked for beside
// the checkout.
func corpus(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("WEERKLANK_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "corpus")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the corpus is not here (set WEERKLANK_CORPUS to its folder): %v", err)
	}
	return path
}

// evalCase is what a line of the corpus expects.
type evalCase struct {
	ID, Expr, As, Note string
	Expect             any
}

// evalLine is a line that eval wrote.
type evalLine struct {
	ID    string
	Value any
	Error string
}

func evalled(t *testing.T, in string) []evalLine {
	t.Helper()
	var out bytes.Buffer
	err := (&EvalCmd{Lang: "en", in: strings.NewReader(in), out: &out}).Run()
	if err != nil && !errors.As(err, new(exitCode)) {
		t.Fatal(err)
	}
	var lines []evalLine
	for l := range strings.Lines(out.String()) {
		var e evalLine
		if err := json.Unmarshal([]byte(l), &e); err != nil {
			t.Fatalf("eval wrote %s: %v", l, err)
		}
		lines = append(lines, e)
	}
	return lines
}

// asExpected compares an outcome; numbers within a billionth.
func asExpected(c evalCase, got evalLine) bool {
	if c.As == "error" || got.Error != "" {
		return c.As == "error" && got.Error != ""
	}
	want, isNumber := c.Expect.(float64)
	n, ok := got.Value.(float64)
	if isNumber && ok {
		return n == want || math.Abs(n-want) <= 1e-9*math.Max(math.Abs(n), math.Abs(want))
	}
	a, _ := json.Marshal(c.Expect)
	b, _ := json.Marshal(got.Value)
	return bytes.Equal(a, b)
}

func TestEvalYieldsWhatTheCorpusSays(t *testing.T) {
	for _, name := range []string{"expressions.jsonl", "repeat-expressions.jsonl"} {
		t.Run(name, func(t *testing.T) {
			src, err := os.ReadFile(corpus(t, name))
			if err != nil {
				t.Fatal(err)
			}
			got := evalled(t, string(src))
			n, right := 0, 0
			for l := range strings.Lines(string(src)) {
				var c evalCase
				if err := json.Unmarshal([]byte(l), &c); err != nil {
					t.Fatal(err)
				}
				if n >= len(got) || got[n].ID != c.ID {
					t.Fatalf("line %d: eval wrote no outcome of %s there", n+1, c.ID)
				}
				if asExpected(c, got[n]) {
					right++
				} else {
					t.Logf("%s: %s = %v %s, want %v (%s)", c.ID, c.Expr, got[n].Value, got[n].Error, c.Expect, c.Note)
				}
				n++
			}
			t.Logf("measure: eval, %s: %d of %d right", name, right, n)
			if n != len(got) || right*100 < n*99 {
				t.Errorf("%d of %d right and %d lines, want 99 %% and a line each", right, n, len(got))
			}
		})
	}
}

func TestEvalReadsEveryPartOfALine(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"with the moment that it names":    {`{"id":1,"expr":"today()","context":{},"as":"date","now":"2024-02-29T23:30:00Z"}`, `{"id":1,"value":"2024-02-29"}`},
		"in UTC":                           {`{"id":1,"expr":"today()","context":{},"as":"date","now":"2024-03-01T00:30:00+01:00"}`, `{"id":1,"value":"2024-02-29"}`},
		"with a number that is none":       {`{"id":"a","expr":"0 div 0","context":{},"as":"number"}`, `{"id":"a","value":{"number":"NaN"}}`},
		"with a number beyond all":         {`{"id":"a","expr":"-1 div 0","context":{},"as":"number"}`, `{"id":"a","value":{"number":"-Infinity"}}`},
		"with an empty text":               {`{"id":"a","expr":"${b}","context":{"b":""},"as":"string"}`, `{"id":"a","value":""}`},
		"with its own answer":              {`{"id":"a","expr":". > 17","context":{".":"18"},"as":"boolean"}`, `{"id":"a","value":true}`},
		"with signs of HTML":               {`{"id":"a","expr":"'<&>'","context":{},"as":"string"}`, `{"id":"a","value":"<&>"}`},
		"with a list":                      {`{"id":"a","expr":"jr:choice-name(${k}, '${k}')","context":{"k":"r"},"types":{"k":"select_one kleur"},"choices":{"kleur":[{"name":"r","label":"rood"}]},"as":"string"}`, `{"id":"a","value":"rood"}`},
		"with a file":                      {`{"id":"a","expr":"pulldata('prijs', 'p', 'c', 'x')","context":{},"files":{"prijs.csv":"c,p\nx,12\n"},"as":"number"}`, `{"id":"a","value":12}`},
		"in a repeat":                      {`{"id":"a","expr":"${n} + position(..)","context":{"outside":{},"repeat":"r","instances":[{"n":"1"},{"n":"5"}],"at":2},"as":"number"}`, `{"id":"a","value":7}`},
		"after a repeat":                   {`{"id":"a","expr":"sum(${n})","context":{"outside":{},"repeat":"r","instances":[{"n":"1"},{"n":"5"}],"at":null},"as":"number"}`, `{"id":"a","value":6}`},
		"after a repeat without instances": {`{"id":"a","expr":"sum(${wat})","context":{"outside":{},"repeat":"r","instances":[],"at":null},"as":"number"}`, `{"id":"a","value":0}`},
		"with a misspelt name":             {`{"id":"a","expr":"1 + ${agee}","context":{"age":"3"},"as":"number"}`, `{"id":"a","error":"In the formula, at character 5: there is no question named ‘agee’. Did you mean ${age}?"}`},
		"that is no JSON":                  {`{"id":`, `{"id":null,"error":"Line 1 is nothing to work out (not a case: unexpected end of JSON input). Write one JSON object with id, expr, context and as; as is boolean, number, string, date or error."}`},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := (&EvalCmd{Lang: "en", in: strings.NewReader(c.in + "\n"), out: &out}).Run(); err != nil && !errors.Is(err, exitInvalid) {
				t.Fatal(err)
			}
			if got := strings.TrimSpace(out.String()); got != c.want {
				t.Errorf("eval wrote %s, want %s", got, c.want)
			}
		})
	}
}

func TestEvalGivesTheSameChanceToTheSameSeed(t *testing.T) {
	line := func(seed string) string {
		return `{"id":"a","expr":"random()","context":{},"as":"number","seed":` + seed + `}` + "\n"
	}
	got := evalled(t, line("7")+line("7")+line("8"))
	if len(got) != 3 || got[0].Value != got[1].Value || got[0].Value == got[2].Value {
		t.Errorf("random() = %v", got)
	}
}
