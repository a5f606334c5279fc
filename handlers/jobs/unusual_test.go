package jobs_test

import (
	"encoding/json"
	"testing"
	"time"

	"weerklank.nl/weerklank/handlers/jobs"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
)

func TestWhoAnswersForASurveyIsToldOfAnUnusualDayOnceAndWithoutANumber(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := givenTown(t, d)
		deps := w.clock.Deps
		deps.Alarm = &jobs.Alarm{Days: w.programme, Trail: w.vault, Accounts: w.vault, Mail: w.vault}
		w.clock = jobs.New(deps)
		for id, a := range map[surveys.ID]surveys.Account{"owner": {Role: surveys.ProgrammeManager, Active: true}, "other": {Role: surveys.ProgrammeManager, Active: true},
			"guest": {Role: surveys.Guest, Active: true, Grants: map[surveys.ID]surveys.Role{survey: surveys.ProgrammeManager}},
			"reads": {Role: surveys.Guest, Active: true, Grants: map[surveys.ID]surveys.Role{survey: surveys.Reader}}, "gone": {Role: surveys.Guest, Grants: map[surveys.ID]surveys.Role{survey: surveys.ProgrammeManager}}} {
			a.ID, a.Org, a.Email = id, org, string(id)+"@waterrijk.example"
			must(t, w.vault.AddAccount(t.Context(), &a))
		}
		must(t, w.programme.ChangeSurvey(t.Context(), org, survey, func(s *surveys.Survey) error { s.Owner = "owner"; return nil }))
		asked := func() map[string]int {
			due, err := w.vault.DueMails(t.Context(), w.now.Add(time.Hour), 100)
			must(t, err)
			to := map[string]int{}
			for i := range due {
				to[due[i].Email]++
				if due[i].Kind != surveys.UnusualMail {
					t.Errorf("a message of the kind %s", due[i].Kind)
				}
				must(t, w.vault.DropMail(t.Context(), &due[i]))
			}
			return to
		}
		w.turn(t, "2026-11-25 12:00")
		must(t, w.programme.NoteUnusual(t.Context(), org, survey, "hal", "2026-11-25"))
		must(t, w.programme.NoteUnusual(t.Context(), org, survey, "", "2026-11-25"))
		w.turn(t, "2026-11-25 23:30")
		if to := asked(); len(to) != 0 {
			t.Errorf("before the day was over %v were written to", to)
		}
		w.turn(t, "2026-11-26 04:30")
		w.turn(t, "2026-11-26 04:31")
		if to := asked(); len(to) != 2 || to["owner@waterrijk.example"] != 1 || to["guest@waterrijk.example"] != 1 {
			t.Errorf("after two unusual ways in %v were written to", to)
		}
		w.turn(t, "2026-11-27 04:30")
		if to := asked(); len(to) != 0 {
			t.Errorf("a night later %v were written to", to)
		}
		said, err := w.vault.ListEntries(t.Context(), org, surveys.EntryFilter{Kind: jobs.UnusualKind}, 0, 10)
		must(t, err)
		if len(said) != 2 {
			t.Fatalf("the trail says %+v", said)
		}
		for _, e := range said {
			if text, err := json.Marshal(e); err != nil || e.Account != "" || e.Survey != survey || len(e.Changes) != 0 || !e.At.Equal(at(t, "2026-11-26 04:30")) {
				t.Errorf("the trail says %s (%v)", text, err)
			}
		}
	})
}
