package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"weerklank.nl/weerklank/storage/aggregates"
	"weerklank.nl/weerklank/storage/backup"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
)

// restoreCmd fills an empty database from a backup; or, once somebody knows that
// nothing was shown since, lets a survey make releases again.
type restoreCmd struct {
	installation
	File     string `arg:"" optional:"" type:"path" help:"${restore_file}"`
	Identity string `help:"${restore_identity}" placeholder:"FILE" type:"path"`
	Resume   string `help:"${restore_resume}" placeholder:"SLUG"`
}

// refusals of a backup file, with how they are worded.
var refusals = map[error]string{
	backup.ErrNotABackup: "cli.restore.not_a_backup",
	backup.ErrDamaged:    "cli.restore.damaged",
	backup.ErrNewer:      "cli.restore.newer",
	backup.ErrNotEmpty:   "cli.restore.not_empty",
	backup.ErrSchema:     "cli.restore.not_empty",
	backup.ErrOlder:      "cli.restore.older",
	backup.ErrSealed:     "cli.restore.sealed",
	backup.ErrIdentity:   "cli.restore.wrong_identity",
	backup.ErrNotSealed:  "cli.restore.not_sealed",
}

// Run restores, and says what a backup cannot know and what was done about it.
func (r *restoreCmd) Run(ctx context.Context, t *terminal) error {
	if r.Resume != "" {
		return r.resume(ctx, t)
	}
	if r.File == "" {
		return told{key: "cli.restore.which"}
	}
	address, err := r.address()
	if err != nil {
		return err
	}
	f, err := os.Open(r.File)
	if err != nil {
		return told{key: "cli.no_file", args: map[string]any{"File": r.File}}
	}
	defer f.Close()
	by, err := r.opensWith()
	if err != nil {
		return err
	}
	// The key file is left alone: one that is made now would take the place of the
	// one that belongs to the backup.
	database, err := db.Open(ctx, address)
	if err != nil {
		return err
	}
	defer database.Close()
	report, err := backup.Restore(ctx, database, f, by, surveys.DateOf(time.Now().UTC()))
	for refusal, key := range refusals {
		if errors.Is(err, refusal) {
			return told{key: key, args: map[string]any{"File": r.File, "Identity": r.Identity}}
		}
	}
	if err != nil {
		return err
	}
	t.say("cli.restore.done", map[string]any{"Rows": report.Rows, "TakenOn": report.TakenOn})
	t.say("cli.restore.unknown", map[string]any{"TakenOn": report.TakenOn})
	if len(report.Halted) == 0 {
		t.say("cli.restore.none_halted", nil)
	} else {
		t.say("cli.restore.halted", map[string]any{"TakenOn": report.TakenOn})
		for _, h := range report.Halted {
			t.say("cli.restore.halted_survey", map[string]any{"Slug": h.Slug, "Title": h.Title.V.In(t.lang)})
		}
	}
	return nil
}

// opensWith is the identity that was named, or none.
func (r *restoreCmd) opensWith() (backup.Identity, error) {
	if r.Identity == "" {
		return backup.Identity{}, nil
	}
	by, err := backup.LoadIdentity(r.Identity)
	switch args := map[string]any{"File": r.Identity}; {
	case errors.Is(err, backup.ErrNotIdentity):
		return by, told{key: "cli.restore.not_an_identity", args: args}
	case errors.Is(err, fs.ErrNotExist):
		return by, told{key: "cli.no_file", args: args}
	case errors.Is(err, fs.ErrPermission):
		return by, told{key: "cli.restore.identity_unreadable", args: args}
	}
	return by, err
}

// resume lets a survey release again, named on purpose and one at a time.
func (r *restoreCmd) resume(ctx context.Context, t *terminal) error {
	database, err := r.openExisting(ctx)
	if err != nil {
		return err
	}
	defer database.Close()
	orgs, err := vault.New(database).ListOrganisations(ctx)
	if err != nil {
		return err
	}
	for i := range orgs {
		s, err := programme.New(database).FindSurveyBySlug(ctx, orgs[i].ID, r.Resume)
		if errors.Is(err, surveys.ErrNotFound) {
			continue
		}
		if err == nil {
			err = aggregates.New(database, nil).ChangeHalted(ctx, orgs[i].ID, s.ID, func(h *disclosure.Halted) error {
				return h.Resume("", t.text(t.lang, "cli.restore.resume_reason", nil), surveys.DateOf(time.Now().In(orgs[i].Location())))
			})
		}
		if errors.Is(err, surveys.ErrNotFound) || errors.Is(err, surveys.ErrChangedMeanwhile) {
			continue
		}
		if err != nil {
			return err
		}
		t.say("cli.restore.resumed", map[string]any{"Slug": r.Resume})
		return nil
	}
	return told{key: "cli.restore.not_halted", args: map[string]any{"Slug": r.Resume}}
}
