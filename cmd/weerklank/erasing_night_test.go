package main

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/aggregates"
	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
)

// eraseNow asks for everything of a survey to be deleted.
func (k *keeper) eraseNow(t *testing.T, id surveys.ID, today surveys.Date) {
	t.Helper()
	k.must(t, k.programme.ChangeSurvey(t.Context(), keeperOrg, id, func(s *surveys.Survey) error { return s.EraseNow(today) }))
}

// tick turns the clock at a moment, written as in a log.
func (k *keeper) tick(t *testing.T, moment string) error {
	t.Helper()
	now, err := time.Parse("2006-01-02 15:04", moment)
	k.must(t, err)
	k.now = now
	return k.clock.Tick(t.Context())
}

// wantProven checks of every kind of a survey that it was deleted, and on which day that
// was shown; "" for not yet.
func (k *keeper) wantProven(t *testing.T, id surveys.ID, on surveys.Date) {
	t.Helper()
	s := k.survey(t, id)
	for _, kind := range s.Mode.Keeps() {
		if e := s.Erasure(kind); e.Done == "" || e.Proven != on {
			t.Errorf("%s of %s is %+v, want that it was shown to be gone on %q", kind, id, e, on)
		}
	}
}

// watchedFiles count how often they are written anew, which fails as long as the disk is
// full.
type watchedFiles struct {
	*db.DB
	scrubs int
	full   bool
}

func (w *watchedFiles) Scrub(ctx context.Context, tables ...string) error {
	w.scrubs++
	if w.full {
		return errors.New("the disk is full")
	}
	return w.DB.Scrub(ctx, tables...)
}

// busyAnswers have a reader in the way of their log, or somebody else who mixes them.
type busyAnswers struct {
	*answers.Answers
	read, mixed bool
}

func (b *busyAnswers) EmptyLog(ctx context.Context) error {
	if b.read {
		return db.ErrCheckpointBusy
	}
	return b.Answers.EmptyLog(ctx)
}

func (b *busyAnswers) Mix(ctx context.Context) error {
	if b.mixed {
		return db.ErrMixing
	}
	return b.Answers.Mix(ctx)
}

func TestNothingIsShownToBeGoneThatWasNotMixed(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		k := givenKeeper(t, d)
		k.night(t, "2026-11-28")
		k.eraseNow(t, "balie", "2026-11-28")
		busy := &busyAnswers{Answers: k.answers, mixed: true}
		k.clock.Answers = busy
		if err := k.tick(t, "2026-11-29 03:00"); !errors.Is(err, db.ErrMixing) {
			t.Errorf("Tick() = %v, want that it could not mix", err)
		}
		k.wantProven(t, "balie", "")
		k.start(t) // of what was deleted the new one knows what is stored alone
		k.clock.Answers = busy
		if err := k.tick(t, "2026-11-29 03:10"); !errors.Is(err, db.ErrMixing) {
			t.Errorf("after a new start Tick() = %v, want that it could not mix", err)
		}
		k.wantProven(t, "balie", "")
		busy.mixed = false
		k.must(t, k.tick(t, "2026-11-29 03:11"))
		k.wantProven(t, "balie", "2026-11-29")
	})
}

func TestFilesAreWrittenAnewAtNightAndOnce(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t))
	k := givenKeeper(t, d)
	k.must(t, k.vault.ChangeOrganisation(t.Context(), keeperOrg, func(o *surveys.Organisation) error { o.Zone = "America/Curacao"; return nil }))
	k.night(t, "2026-11-28")
	files, log := &watchedFiles{DB: d}, &busyAnswers{Answers: k.answers, read: true}
	k.clock.Erasing.Files, k.clock.Answers = files, log
	k.eraseNow(t, "balie", "2026-11-28")
	_ = k.tick(t, "2026-11-28 13:00") // the log waits for its reader
	k.wantProven(t, "balie", "")
	if files.scrubs > 0 {
		t.Errorf("by day the files were written anew %d times", files.scrubs)
	}
	for _, moment := range []string{"2026-11-29 03:00", "2026-11-29 03:01", "2026-11-29 03:02"} {
		if err := k.tick(t, moment); !errors.Is(err, db.ErrCheckpointBusy) {
			t.Errorf("Tick() = %v, want that the log has a reader", err)
		}
		k.wantProven(t, "balie", "")
	}
	log.read = false
	for _, moment := range []string{"2026-11-29 03:03", "2026-11-29 03:04"} {
		k.must(t, k.tick(t, moment))
		k.wantProven(t, "balie", "2026-11-28") // what day it is there
	}
	if files.scrubs != 1 {
		t.Errorf("the files were written anew %d times, want once", files.scrubs)
	}

	k.eraseNow(t, "wijk", "2026-11-29")
	files.scrubs, files.full = 0, true
	for _, c := range []struct {
		moment string
		tries  int
		fails  bool
	}{{"2026-11-30 03:00", 1, true}, {"2026-11-30 03:01", 1, false}, {"2026-11-30 03:30", 2, true}, {"2026-11-30 12:00", 2, false}, {"2026-12-01 02:00", 3, true}} {
		if err := k.tick(t, c.moment); (err != nil) != c.fails || files.scrubs != c.tries {
			t.Errorf("at %s Tick() = %v, and it was tried %d times, want %d", c.moment, err, files.scrubs, c.tries)
		}
	}
	files.full = false
	k.must(t, k.tick(t, "2026-12-02 02:00"))
	k.wantProven(t, "wijk", "2026-12-01")
}

func TestTheTrailIsShownToBeGoneByWhoeverLeadsNext(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t))
	k := givenKeeper(t, d)
	k.night(t, "2026-11-28")
	k.clock.Erasing.Files = &watchedFiles{DB: d, full: true}
	shown := func() surveys.Date {
		orgs, err := k.vault.ListOrganisations(t.Context())
		k.must(t, err)
		trail := slices.DeleteFunc(orgs[0].Keeping.Erasures, func(e surveys.Erasure) bool { return e.Kind != surveys.KeptAudit })
		if len(trail) != 1 {
			t.Fatalf("the trail was deleted as %+v", trail)
		}
		return trail[0].Proven
	}
	if err := k.tick(t, "2028-12-01 03:00"); err == nil || shown() != "" {
		t.Errorf("Tick() = %v, and it counts as shown on %q while the files hold it", err, shown())
	}
	k.start(t)
	k.must(t, k.tick(t, "2028-12-01 03:10"))
	if shown() != "2028-12-01" || slices.Contains(k.found(t, nil), "trail") {
		t.Errorf("it was shown on %q; found are %v", shown(), k.found(t, nil))
	}
}

// heldMeanwhile are releases that somebody asks a hold beside, just before something goes.
type heldMeanwhile struct {
	*aggregates.Aggregates
	hold func()
}

func (h *heldMeanwhile) FindRelease(ctx context.Context, org surveys.OrgID, survey surveys.ID) (*disclosure.Release, error) {
	if survey == "balie" {
		h.hold()
	}
	return h.Aggregates.FindRelease(ctx, org, survey)
}

func TestAHoldThatComesWhileTheClockIsAtWorkKeepsWhatIsLeft(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t))
	k := givenKeeper(t, d)
	k.night(t, "2026-11-28")
	k.eraseNow(t, "balie", "2026-11-28")
	held := false
	k.clock.Releases = &heldMeanwhile{k.releases, func() {
		if !held {
			held = true
			k.must(t, k.programme.ChangeSurvey(t.Context(), keeperOrg, "balie", func(s *surveys.Survey) error {
				return s.HoldUntil("2028-11-01", surveys.Text{NL: "Er loopt een zaak."}, "2026-11-28", nil)
			}))
		}
	}}
	k.must(t, k.tick(t, "2026-11-28 13:00"))
	s := k.survey(t, "balie")
	if !held || s.TextsErased() || !s.Erased(surveys.KeptContacts) {
		t.Errorf("asked a hold: %v; it says %+v, want that the addresses alone went", held, s.Keeping.Erasures)
	}
	if found := k.found(t, nil); !slices.Contains(found, "text of balie") || slices.Contains(found, "contact") {
		t.Errorf("found are %v, want the texts and no address", found)
	}
}

// lostOnce is a vault that answers its first question with an error.
type lostOnce struct {
	*vault.Vault
	lost bool
}

func (l *lostOnce) ListOrganisations(ctx context.Context) ([]surveys.Organisation, error) {
	if !l.lost {
		l.lost = true
		return nil, errors.New("the connection went")
	}
	return l.Vault.ListOrganisations(ctx)
}

func TestLettingGoOfMemoryThatFailsKeepsNothingElseWaiting(t *testing.T) {
	k := givenKeeper(t, dbtest.Open(t, dbtest.SQLite(t)))
	k.night(t, "2026-11-28")
	k.eraseNow(t, "balie", "2026-11-28")
	k.clock.Vault = &lostOnce{Vault: k.vault}
	if err := k.tick(t, "2026-11-28 13:00"); err == nil {
		t.Error("nobody hears of the error")
	}
	k.wantProven(t, "balie", "")
}
