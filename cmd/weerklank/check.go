package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// CheckCmd is weerklank check: it says of each file that it is in order, or what
// is wrong with it and how to mend that.
type CheckCmd struct {
	Files []string `arg:"" name:"file" help:"${check_files}"`
	JSON  bool     `help:"${check_json}"`
	Lang  string   `enum:"nl,en" default:"nl" help:"${check_lang}"`

	out io.Writer // os.Stdout when nil
}

// The codes with which check ends.
const (
	exitInvalid    exitCode = 1 // a file is not in order
	exitUnreadable exitCode = 2 // a file cannot be opened
)

// exitCode is an outcome that has been told already: the program ends with it.
type exitCode int

// Error names the code, for a log.
func (e exitCode) Error() string { return "exit " + strconv.Itoa(int(e)) }

// ExitCode is the code for the shell.
func (e exitCode) ExitCode() int { return int(e) }

// checkedFile is what --json prints of a file.
type checkedFile struct {
	File     string           `json:"file"`
	Valid    bool             `json:"valid"`
	Problems []checkedProblem `json:"problems"`
}

type checkedProblem struct {
	Sheet    string `json:"sheet"`
	Row      any    `json:"row"` // a number; of LimeSurvey and of JSON, which have no rows, the question
	Column   string `json:"column"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
}

// Run checks the files in their order. It returns an exitCode unless all are valid.
func (c *CheckCmd) Run() error {
	if c.out == nil {
		c.out = os.Stdout
	}
	word, err := wording(c.Lang)
	if err != nil {
		return fmt.Errorf("check: %w", err)
	}
	var code exitCode
	for _, name := range c.Files {
		format, problems, err := checkFile(name)
		if err != nil {
			code = exitUnreadable
			problems = notOpened()
		}
		result := checkedFileOf(name, format, problems, word)
		if !result.Valid {
			code = max(code, exitInvalid)
		}
		if err := c.print(result); err != nil {
			return fmt.Errorf("check: %w", err)
		}
	}
	if code != 0 {
		return code
	}
	return nil
}

// wording gives texts out of the catalogue in one language.
func wording(lang string) (func(key string, args map[string]any) string, error) {
	text, err := page.Texts()
	if err != nil {
		return nil, err
	}
	return func(key string, args map[string]any) string {
		if args == nil {
			args = map[string]any{}
		}
		return text(surveys.Lang(lang), key, args)
	}, nil
}

func notOpened() []questionnaire.Problem {
	return []questionnaire.Problem{{Severity: questionnaire.Error, Key: "form.file.not_opened"}}
}

// checkedFileOf words the problems of a file. A format without rows names the
// question instead.
func checkedFileOf(name string, format interchange.Format, problems []questionnaire.Problem, word func(key string, args map[string]any) string) checkedFile {
	result := checkedFile{File: name, Valid: true, Problems: []checkedProblem{}}
	for _, p := range problems {
		result.Valid = result.Valid && p.Severity != questionnaire.Error
		var row any = p.Row
		if format == interchange.LimeSurvey || p.Row == 0 && p.Question != "" {
			row = p.Question
		}
		result.Problems = append(result.Problems, checkedProblem{
			Sheet: p.Sheet, Row: row, Column: p.Column, Severity: string(p.Severity),
			Message: word(p.Key+".what", p.Args) + " " + word(p.Key+".cure", p.Args),
		})
	}
	return result
}

func (c *CheckCmd) print(r checkedFile) error {
	if c.JSON {
		enc := json.NewEncoder(c.out)
		enc.SetEscapeHTML(false)
		return enc.Encode(r)
	}
	_, err := io.WriteString(c.out, r.String())
	return err
}

// String is the file with every problem on a line of its own.
func (r checkedFile) String() string {
	var b strings.Builder
	if len(r.Problems) == 0 {
		fmt.Fprintf(&b, "%s: ok\n", r.File)
	}
	for _, p := range r.Problems {
		row := fmt.Sprint(p.Row)
		if row == "0" {
			row = ""
		}
		fmt.Fprintf(&b, "%s:%s:%s:%s: %s: %s\n", r.File, p.Sheet, row, p.Column, p.Severity, strings.ReplaceAll(p.Message, "\n", " "))
	}
	return b.String()
}

// checkFile reads a file by its kind and compiles what it holds. The error says
// that the file could not be opened.
func checkFile(name string) (interchange.Format, []questionnaire.Problem, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", nil, err
	}
	defer f.Close() //nolint:errcheck // read only
	info, err := f.Stat()
	if err != nil {
		return "", nil, err
	}
	if info.IsDir() {
		return "", nil, fmt.Errorf("%s is a folder", name)
	}
	_, format, problems := interchange.CheckBeside(name, f, info.Size(), besideOf(name))
	return format, problems, nil
}

// besideOf finds the tables that lie beside a form, or in the folder of its media
// ("form-media"), as ODK's tools do. One that cannot be read is not there.
func besideOf(form string) interchange.Beside {
	folder := filepath.Dir(form)
	media := strings.TrimSuffix(form, filepath.Ext(form)) + "-media"
	return func(name string) *questionnaire.File {
		for _, dir := range []string{folder, media} {
			f, err := os.Open(filepath.Join(dir, filepath.Base(name)))
			if err != nil {
				continue
			}
			table, err := interchange.ReadTable(name, f)
			_ = f.Close() // only read
			if err == nil {
				return table
			}
		}
		return nil
	}
}
