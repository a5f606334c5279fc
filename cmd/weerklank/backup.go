package main

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"time"

	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/backup"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/ledger"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
)

// backupCmd writes everything that is stored, but not the keys, to one file, which the
// recipients alone can open.
type backupCmd struct {
	installation
	File       string   `arg:"" type:"path" help:"${backup_file}"`
	Recipients []string `name:"recipient" help:"${backup_recipient}" env:"WEERKLANK_BACKUP_RECIPIENT" placeholder:"age1…"`
}

// Run mixes first, so that the days of closed surveys are no longer in the file
// than they have to be, and neither is anything of the order of arrival.
func (b *backupCmd) Run(ctx context.Context, t *terminal) error {
	var to backup.Recipients
	for i, text := range b.Recipients {
		if err := to.Add(strings.TrimSpace(text)); err != nil {
			return told{key: "cli.backup.recipient", args: map[string]any{"Number": i + 1}}
		}
	}
	database, err := b.openExisting(ctx)
	if err != nil {
		return err
	}
	defer database.Close()
	if migrated, err := database.Migrated(ctx); err != nil || !migrated {
		return errors.Join(err, told{key: "cli.doctor.not_migrated"})
	}
	p := programme.New(database)
	store := answers.New(database, p).WithBallots(ledger.New(database), ledger.Ballots, vault.Contacts)
	closed, err := p.ClosedUnmixed(ctx)
	if err != nil {
		return err
	}
	for _, s := range closed {
		if err := store.Coarsen(ctx, s.Org, s.ID, s.Mode); err != nil {
			return err
		}
	}
	if err := mixNow(ctx, store); err != nil {
		return err
	}
	rows, err := backup.ToFile(ctx, database, b.File, to, surveys.DateOf(time.Now().UTC()))
	switch args := map[string]any{"File": b.File}; {
	case errors.Is(err, fs.ErrExist):
		return told{key: "cli.backup.there", args: args}
	case errors.Is(err, fs.ErrNotExist):
		return told{key: "cli.no_file", args: args}
	case errors.Is(err, fs.ErrPermission):
		return told{key: "cli.no_permission", args: args}
	case errors.Is(err, backup.ErrSchema):
		return told{key: "cli.backup.newer_database"}
	case err != nil:
		return err
	}
	t.say("cli.backup.made", map[string]any{"File": b.File, "Rows": rows})
	if len(b.Recipients) == 0 {
		t.say("cli.backup.readable", nil)
	} else {
		t.say("cli.backup.sealed", map[string]any{"Count": len(b.Recipients)})
	}
	return nil
}

// mixNow mixes, after another instance that is mixing at this moment.
func mixNow(ctx context.Context, store *answers.Answers) error {
	for {
		err := store.Mix(ctx)
		if !errors.Is(err, db.ErrMixing) {
			if err == nil {
				err = store.EmptyLog(ctx)
			}
			if errors.Is(err, db.ErrCheckpointBusy) {
				return nil // the log is no part of the backup; the service empties it
			}
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}
