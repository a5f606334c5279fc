package main

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/backup"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/surveys"
)

// backupCmd writes everything that is stored, but not the keys, to one file.
type backupCmd struct {
	installation
	File string `arg:"" type:"path" help:"${backup_file}"`
}

// Run mixes first, so that the days of closed surveys are no longer in the file
// than they have to be, and neither is anything of the order of arrival.
func (b *backupCmd) Run(ctx context.Context, t *terminal) error {
	database, _, err := b.open(ctx)
	if err != nil {
		return err
	}
	defer database.Close()
	p := programme.New(database)
	store := answers.New(database, p)
	closed, err := p.ClosedUnmixed(ctx)
	if err != nil {
		return err
	}
	for _, s := range closed {
		if err := store.Coarsen(ctx, s.ID, s.Mode); err != nil {
			return err
		}
	}
	if err := store.Mix(ctx); err != nil {
		return err
	}
	rows, err := backup.ToFile(ctx, database, b.File, surveys.DateOf(time.Now()))
	if errors.Is(err, fs.ErrExist) {
		return told{key: "cli.backup.there", args: map[string]any{"File": b.File}}
	}
	if err != nil {
		return err
	}
	t.say("cli.backup.made", map[string]any{"File": b.File, "Rows": rows})
	return nil
}
