package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/backup"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
)

// interrupted are answers whose first deletion breaks off.
type interrupted struct {
	*answers.Answers
	broke bool
}

func (i *interrupted) Erase(ctx context.Context, org surveys.OrgID, survey surveys.ID) error {
	if !i.broke {
		i.broke = true
		return errors.New("the power went")
	}
	return i.Answers.Erase(ctx, org, survey)
}

func TestADeletionThatWasCutShortGoesOnAndABackupFromBeforeIsNamed(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t))
	k := givenKeeper(t, d)
	k.night(t, "2026-11-28")
	folder := t.TempDir()
	_, err := backup.ToFile(t.Context(), d, filepath.Join(folder, "ervoor"), backup.Recipients{}, "2026-11-28")
	k.must(t, err)
	k.must(t, k.programme.ChangeSurvey(t.Context(), keeperOrg, "balie", func(s *surveys.Survey) error { return s.EraseNow("2026-11-28") }))
	k.clock.Erasing.Answers = &interrupted{Answers: k.answers}
	k.now = day("2026-11-28")
	if err := k.clock.Tick(t.Context()); err == nil {
		t.Fatal("nothing broke")
	}
	if e := k.survey(t, "balie").Erasure(surveys.KeptAnswers); e.Begun == "" || e.Done != "" {
		t.Fatalf("after it broke off it is %+v, want begun and not done", e)
	}
	k.start(t)
	k.now = k.now.Add(10 * time.Minute) // the first one is waited for no longer
	k.must(t, k.clock.Tick(t.Context()))
	k.wantProven(t, "balie", "")
	for range 2 { // the second has nothing to do
		k.must(t, k.tick(t, "2026-11-29 03:00"))
		k.wantProven(t, "balie", "2026-11-29")
	}
	left, err := d.Holds(t.Context(), "wijk", "responses", "invitees", "ballots")
	if err != nil || len(left) != 3 {
		t.Errorf("of another survey there is only %v left (%v)", left, err)
	}
	_, err = backup.ToFile(t.Context(), d, filepath.Join(folder, "erna"), backup.Recipients{}, "2026-11-29")
	k.must(t, err)
	k.must(t, os.WriteFile(filepath.Join(folder, "boodschappen"), []byte("melk"), 0o600))
	orgs, err := k.vault.ListOrganisations(t.Context())
	k.must(t, err)
	doctor := doctorCmd{Backups: folder}
	if found, err := doctor.oldBackups(t.Context(), k.programme, orgs); err != nil || len(found) != 1 || filepath.Base(found[0].Args["File"]) != "ervoor" {
		t.Errorf("it names %v (%v), want the backup from before alone", found, err)
	}
	k.eraseNow(t, "wijk", "2026-11-29")
	k.now = day("2026-11-29")
	k.must(t, k.clock.Tick(t.Context()))
	k.must(t, os.Symlink("aan zichzelf", filepath.Join(folder, "aan zichzelf"))) // cannot be opened
	if found, err := doctor.oldBackups(t.Context(), k.programme, orgs); err != nil || len(found) != 3 || found[0].Key != "backup_unreadable" {
		t.Errorf("it names %v (%v), want both, and first that a file cannot be opened", found, err)
	}
}
