package main

import (
	"context"
	"errors"
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
	_, err := backup.ToFile(t.Context(), d, filepath.Join(folder, "ervoor"), "2026-11-28")
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
	for range 2 {                       // the second has nothing to do
		k.must(t, k.clock.Tick(t.Context()))
		for _, kind := range surveys.Open.Keeps() {
			if e := k.survey(t, "balie").Erasure(kind); e.Proven != "2026-11-28" {
				t.Errorf("%s is %+v, want that it was shown to be gone", kind, e)
			}
		}
	}
	left, err := d.Holds(t.Context(), "wijk", "responses", "invitees", "ballots")
	if err != nil || len(left) != 3 {
		t.Errorf("of another survey there is only %v left (%v)", left, err)
	}
	_, err = backup.ToFile(t.Context(), d, filepath.Join(folder, "erna"), "2026-11-29")
	k.must(t, err)
	orgs, err := k.vault.ListOrganisations(t.Context())
	k.must(t, err)
	doctor := doctorCmd{Backups: folder}
	if found, err := doctor.oldBackups(t.Context(), k.programme, orgs); err != nil || len(found) != 1 || filepath.Base(found[0].Args["File"]) != "ervoor" {
		t.Errorf("it names %v (%v), want the backup from before alone", found, err)
	}
	k.must(t, k.programme.ChangeSurvey(t.Context(), keeperOrg, "wijk", func(s *surveys.Survey) error { return s.EraseNow("2026-11-29") }))
	k.now = day("2026-11-29")
	k.must(t, k.clock.Tick(t.Context()))
	if found, err := doctor.oldBackups(t.Context(), k.programme, orgs); err != nil || len(found) != 2 {
		t.Errorf("it names %v (%v), want both", found, err)
	}
}
