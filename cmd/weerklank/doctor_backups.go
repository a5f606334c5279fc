package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"weerklank.nl/weerklank/storage/backup"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/surveys"
)

// oldBackups looks in the folder of backups for those that hold what was deleted after
// they were made: deleting here reaches no copy elsewhere.
func (d *doctorCmd) oldBackups(ctx context.Context, p *programme.Programme, orgs []surveys.Organisation) ([]db.Trouble, error) {
	entries, err := os.ReadDir(d.Backups)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return []db.Trouble{{Key: "backups_unreadable", Args: map[string]string{"Folder": d.Backups}}}, nil
	}
	if err != nil {
		return nil, err
	}
	var all []surveys.Survey
	for i := range orgs {
		list, err := p.ListSurveys(ctx, orgs[i].ID)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	var found []db.Trouble
	for _, entry := range entries {
		path := filepath.Join(d.Backups, entry.Name())
		taken, err := backup.TakenOn(path)
		if errors.Is(err, backup.ErrNotABackup) {
			continue
		}
		if err != nil { // of the others it can still be said
			found = append(found, db.Trouble{Key: "backup_unreadable", Args: map[string]string{"File": path, "Why": err.Error()}})
			continue
		}
		if holdsErased(taken, all, orgs) {
			found = append(found, db.Trouble{Key: "backup_older", Args: map[string]string{"File": path, "Date": string(taken)}})
		}
	}
	return found, nil
}

// holdsErased tells whether something was deleted after a backup that may be in it. Of the
// same day it is not known which came first: then it may.
func holdsErased(taken surveys.Date, all []surveys.Survey, orgs []surveys.Organisation) bool {
	for i := range all {
		for _, e := range all[i].Keeping.Erasures {
			if e.Begun >= taken && surveys.DateOf(all[i].OpenedAt) <= taken {
				return true
			}
		}
	}
	for i := range orgs {
		for _, e := range orgs[i].Keeping.Erasures {
			if e.Begun >= taken {
				return true
			}
		}
	}
	return false
}
