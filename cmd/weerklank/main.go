// Command weerklank asks, listens, decides and tells: it serves the product and
// holds what its operators need. One file per sub-command; it wires everything and
// decides nothing.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"reflect"
	"strconv"
	"strings"
	"syscall"
	_ "time/tzdata" // a machine without zone files still knows when a day ends

	"github.com/alecthomas/kong"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// commands are the sub-commands. What each help tag names stands in the catalogue,
// as cli.help.NAME.
type commands struct {
	Demo    demoCmd     `cmd:"" help:"${demo}"`
	Serve   serveCmd    `cmd:"" help:"${serve}"`
	Migrate migrateCmd  `cmd:"" help:"${migrate}"`
	Keys    keyCommands `cmd:"" help:"${keys}"`
	User    userCmd     `cmd:"" help:"${user}"`
	Backup  backupCmd   `cmd:"" help:"${backup}"`
	Restore restoreCmd  `cmd:"" help:"${restore}"`
	Doctor  doctorCmd   `cmd:"" help:"${doctor}"`
	Check   CheckCmd    `cmd:"" help:"${check}"`
	Eval    EvalCmd     `cmd:"" help:"${eval}"`
	Convert ConvertCmd  `cmd:"" help:"${convert}"`
	Bench   benchCmd    `cmd:"" help:"${bench}"`

	Recompute recomputeCmd `cmd:"" help:"${recompute}"`
}

// terminal is how a sub-command speaks: in the language of whoever runs it.
type terminal struct {
	out  io.Writer
	lang surveys.Lang
	text func(lang page.Lang, key string, args map[string]any) string
}

// say writes a line out of the catalogue.
func (t *terminal) say(key string, args map[string]any) {
	fmt.Fprintln(t.out, t.text(t.lang, key, args))
}

// told is a fault that was worded for whoever runs the program.
type told struct {
	key  string
	args map[string]any
}

// Error is the key, for a log; main words it.
func (e told) Error() string { return e.key }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program, with its exit status.
func run(ctx context.Context, args []string, out, complaints io.Writer) int {
	text, err := page.Texts()
	if err != nil {
		fmt.Fprintln(complaints, err)
		return 1
	}
	t := &terminal{out: out, lang: languageOf(os.Getenv("LANG")), text: text}
	var c commands
	parser, err := kong.New(&c, kong.Name("weerklank"), kong.Description(text(t.lang, "cli.help.weerklank", nil)),
		helpTexts(t), kong.Writers(out, complaints), kong.UsageOnError(), kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(t))
	if err != nil {
		fmt.Fprintln(complaints, err)
		return 1
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(complaints, err)
		return 80 // as kong does for words it cannot read
	}
	return t.status(parsed.Run(), complaints)
}

func (t *terminal) status(err error, complaints io.Writer) int {
	var status exitCode
	var fault told
	switch {
	case err == nil:
		return 0
	case errors.As(err, &status):
		return int(status)
	case errors.As(err, &fault):
		fmt.Fprintln(complaints, t.text(t.lang, fault.key, fault.args))
	default:
		fmt.Fprintln(complaints, t.text(t.lang, "cli.failed", map[string]any{"Why": err.Error()}))
	}
	return 1
}

// languageOf reads LANG, as in en_GB.UTF-8. Dutch unless it says English.
func languageOf(locale string) surveys.Lang {
	if strings.HasPrefix(locale, "en") {
		return surveys.English
	}
	return surveys.Dutch
}

// helpTexts gives kong the words for every ${name} that stands in a help tag.
func helpTexts(t *terminal) kong.Vars {
	vars := kong.Vars{"usual_flood": strconv.Itoa(responses.UsualFlood)}
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		for i := range typ.NumField() {
			field := typ.Field(i)
			help := field.Tag.Get("help")
			if name, ok := strings.CutPrefix(help, "${"); ok {
				name = strings.TrimSuffix(name, "}")
				vars[name] = t.text(t.lang, "cli.help."+name, nil)
			}
			if field.Type.Kind() == reflect.Struct {
				walk(field.Type)
			}
		}
	}
	walk(reflect.TypeFor[commands]())
	return vars
}
