package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"weerklank.nl/weerklank/surveys/interchange"
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
	made, from, problems, err := interchange.Convert(c.In, in, info.Size(), target)
	if err != nil {
		return fmt.Errorf("convert: %w", err)
	}
	result := checkedFileOf(c.In, from, problems, word)
	if len(problems) > 0 {
		fmt.Fprint(c.out, result)
	}
	args := map[string]any{"In": c.In, "Out": c.Out}
	if len(made) == 0 {
		fmt.Fprintln(c.out, word("cli.convert.nothing", args))
		return exitInvalid
	}
	if err := os.WriteFile(c.Out, made, 0o644); err != nil { //nolint:gosec // a questionnaire is no secret
		return told{"cli.convert.not_written", args}
	}
	fmt.Fprintln(c.out, word("cli.convert.done", args))
	if !result.Valid {
		return exitInvalid
	}
	return nil
}
