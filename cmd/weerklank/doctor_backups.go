package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"weerklank.nl/weerklank/storage/backup"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/surveys"
)

// kept is a backup in the folder.
type kept struct {
	path    string
	sealed  bool
	taken   surveys.Date // of a sealed one the day of the file, which a copy may have changed
	written time.Time    // the file, as the disk has it
}

// lookAt reads of which day a backup is. Of a file that is none it is backup.ErrNotABackup.
func lookAt(path string) (kept, error) {
	k := kept{path: path}
	taken, err := backup.TakenOn(path)
	k.sealed, k.taken = errors.Is(err, backup.ErrSealed), taken
	if err != nil && !k.sealed {
		return k, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return k, err
	}
	k.written = info.ModTime()
	if k.sealed {
		k.taken = surveys.DateOf(k.written.UTC())
	}
	return k, nil
}

// backups are those in the folder, with the troubles of those that cannot be opened.
func (d *doctorCmd) backups() (all []kept, found []db.Trouble, err error) {
	entries, err := os.ReadDir(d.Backups)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return nil, []db.Trouble{{Key: "backups_unreadable", Args: map[string]string{"Folder": d.Backups}}}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	for _, entry := range entries {
		k, err := lookAt(filepath.Join(d.Backups, entry.Name()))
		switch {
		case errors.Is(err, backup.ErrNotABackup):
		case err != nil: // of the others it can still be said
			found = append(found, db.Trouble{Key: "backup_unreadable", Args: map[string]string{"File": k.path, "Why": err.Error()}})
		default:
			all = append(all, k)
		}
	}
	return all, found, nil
}

// oldBackups looks in the folder of backups for those that hold what was deleted after
// they were made: deleting here reaches no copy elsewhere.
func (d *doctorCmd) oldBackups(ctx context.Context, p *programme.Programme, orgs []surveys.Organisation) ([]db.Trouble, error) {
	there, found, err := d.backups()
	if err != nil {
		return nil, err
	}
	all, err := surveysOf(ctx, p, orgs)
	if err != nil {
		return nil, err
	}
	for _, k := range there {
		if !holdsErased(k.taken, all, orgs) {
			continue
		}
		key := "backup_older"
		if k.sealed {
			key = "backup_sealed_older"
		}
		found = append(found, db.Trouble{Key: key, Args: map[string]string{"File": k.path, "Date": string(k.taken)}})
	}
	return found, nil
}

// sealedBackups names those that are sealed, those of them that are not whole, and the
// newest where it is not whole or ought to be sealed.
func (d *doctorCmd) sealedBackups(ctx context.Context, p *programme.Programme, orgs []surveys.Organisation) ([]db.Trouble, error) {
	there, _, err := d.backups()
	if err != nil || len(there) == 0 {
		return nil, err
	}
	newest := slices.MaxFunc(there, func(a, b kept) int { return a.written.Compare(b.written) })
	var found []db.Trouble
	var sealed []string
	for _, k := range there {
		if k.sealed || k == newest { // reading all that is readable would take long
			err := backup.Whole(k.path)
			switch {
			case errors.Is(err, backup.ErrDamaged):
				found = append(found, db.Trouble{Key: "backup_cut", Args: map[string]string{"File": k.path}})
				continue
			case err != nil:
				return nil, err
			}
		}
		if k.sealed {
			sealed = append(sealed, filepath.Base(k.path))
		}
	}
	if len(sealed) > 0 {
		found = append(found, db.Trouble{Key: "backups_sealed", Args: map[string]string{"Files": strings.Join(sealed, ", ")}})
	}
	all, err := surveysOf(ctx, p, orgs)
	if err != nil {
		return nil, err
	}
	if !newest.sealed && slices.ContainsFunc(all, anonymouslyInvited) {
		found = append(found, db.Trouble{Key: "backup_unsealed", Args: map[string]string{"File": newest.path}})
	}
	return found, nil
}

// anonymouslyInvited tells whether people were invited to a survey that runs or ran, whose
// answers nobody may lead back to them: two readable backups tell who came in between.
func anonymouslyInvited(s surveys.Survey) bool {
	return (s.Mode == surveys.Invited || s.Mode == surveys.Strong) && !s.OpenedAt.IsZero()
}

func surveysOf(ctx context.Context, p *programme.Programme, orgs []surveys.Organisation) ([]surveys.Survey, error) {
	var all []surveys.Survey
	for i := range orgs {
		list, err := p.ListSurveys(ctx, orgs[i].ID)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
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
