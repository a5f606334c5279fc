package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// ConvertCmd is weerklank convert: it makes an XLSForm or our JSON of a
// questionnaire, and says what does not come along.
type ConvertCmd struct {
	In   string `arg:"" name:"in" help:"${convert_in}"`
	Out  string `arg:"" name:"out" help:"${convert_out}"`
	Lang string `enum:"nl,en" default:"nl" help:"${convert_lang}"`

	out io.Writer // os.Stdout when nil
}

// Run converts. It returns an exitCode when the questionnaire is faulty: it is
// written all the same as long as it can be read; and when a file cannot be opened.
func (c *ConvertCmd) Run() error {
	if c.out == nil {
		c.out = os.Stdout
	}
	word, err := wording(c.Lang)
	if err != nil {
		return fmt.Errorf("convert: %w", err)
	}
	target := interchange.FormatOf(c.Out)
	switch strings.ToLower(filepath.Ext(c.Out)) {
	case ".xlsx", ".json":
	default:
		return told{"cli.convert.target", map[string]any{"Out": c.Out}}
	}
	in, err := os.Open(c.In)
	if err != nil {
		fmt.Fprint(c.out, checkedFileOf(c.In, "", notOpened(), word))
		return exitUnreadable
	}
	defer in.Close() //nolint:errcheck // read only
	info, err := in.Stat()
	if err != nil || info.IsDir() {
		fmt.Fprint(c.out, checkedFileOf(c.In, "", notOpened(), word))
		return exitUnreadable
	}
	made, err := interchange.Convert(c.In, in, info.Size(), target, besideOf(c.In))
	if err != nil {
		return fmt.Errorf("convert: %w", err)
	}
	result := checkedFileOf(c.In, made.From, made.Problems, word)
	if len(made.Problems) > 0 {
		fmt.Fprint(c.out, result)
	}
	args := map[string]any{"In": c.In, "Out": c.Out}
	if len(made.Out) == 0 {
		fmt.Fprintln(c.out, word("cli.convert.nothing", args))
		return exitInvalid
	}
	if err := os.WriteFile(c.Out, made.Out, 0o644); err != nil { //nolint:gosec // a questionnaire is no secret
		return told{"cli.convert.not_written", args}
	}
	fmt.Fprintln(c.out, word("cli.convert.done", args))
	for _, file := range made.Files {
		if err := c.writeTable(file, word); err != nil {
			return err
		}
	}
	if !result.Valid {
		return exitInvalid
	}
	return nil
}

// writeTable writes a table beside the form, unless another one of that name is
// there: that may be somebody's only copy.
func (c *ConvertCmd) writeTable(file *questionnaire.File, word func(key string, args map[string]any) string) error {
	path := filepath.Join(filepath.Dir(c.Out), interchange.BareName(file.Name))
	there, err := os.ReadFile(path) //nolint:gosec // beside the file that the user names
	switch {
	case err == nil && string(there) == file.Text:
		return nil
	case err == nil:
		return told{"cli.convert.table_there", map[string]any{"Out": path}}
	}
	if err := os.WriteFile(path, []byte(file.Text), 0o644); err != nil { //nolint:gosec // a questionnaire is no secret
		return told{"cli.convert.not_written", map[string]any{"Out": path}}
	}
	fmt.Fprintln(c.out, word("cli.convert.table", map[string]any{"Out": path}))
	return nil
}
