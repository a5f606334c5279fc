package programme_test

import (
	"testing"

	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/surveys"
)

func TestOfAnUnusualDayOnlyTheLastIsKeptAndTodayIsNotTold(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		for _, day := range []surveys.Date{"2026-11-24", "2026-11-25", "2026-11-23"} {
			must(t, p.NoteUnusual(t.Context(), here, "s", "hal", day))
		}
		must(t, p.NoteUnusual(t.Context(), here, "s", "", "2026-11-20"))
		must(t, p.NoteUnusual(t.Context(), there, "s", "hal", "2026-11-24"))
		must(t, p.NoteUnusual(t.Context(), here, "r", "hal", "2026-11-24"))
		told := func(survey surveys.ID, from, today surveys.Date) []surveys.Unusual {
			list, err := p.ListUnusual(t.Context(), here, survey, from, today)
			must(t, err)
			return list
		}
		same(t, told("", "", "2026-11-24"), []surveys.Unusual{{Survey: "s", Day: "2026-11-20"}})
		same(t, told("r", "", "2026-11-26"), []surveys.Unusual{{Survey: "r", Collector: "hal", Day: "2026-11-24"}})
		same(t, told("", "2026-11-21", "2026-11-26"), []surveys.Unusual{{Survey: "s", Collector: "hal", Day: "2026-11-25"}, {Survey: "r", Collector: "hal", Day: "2026-11-24"}})
	})
}

func TestAnUnusualDayIsGivenOnceToWhoTellsOfIt(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		taken := func(today surveys.Date, want ...surveys.Unusual) {
			t.Helper()
			list, err := p.TakeUntold(t.Context(), here, today)
			must(t, err)
			same(t, list, want)
		}
		must(t, p.NoteUnusual(t.Context(), here, "s", "hal", "2026-11-24"))
		must(t, p.NoteUnusual(t.Context(), there, "s", "hal", "2026-11-24"))
		taken("2026-11-24") // the day is not over
		taken("2026-11-25", surveys.Unusual{Survey: "s", Collector: "hal", Day: "2026-11-24"})
		taken("2026-11-26")
		must(t, p.NoteUnusual(t.Context(), here, "s", "hal", "2026-11-26"))
		taken("2026-11-27", surveys.Unusual{Survey: "s", Collector: "hal", Day: "2026-11-26"})
	})
}

func TestUnusualDaysGoAfterTheirPeriod(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		for survey, day := range map[surveys.ID]surveys.Date{"s": "2026-10-25", "r": "2026-10-26"} {
			must(t, p.NoteUnusual(t.Context(), here, survey, "hal", day))
			must(t, p.NoteUnusual(t.Context(), there, survey, "hal", day))
		}
		must(t, p.ForgetUnusual(t.Context(), here, "2026-10-26"))
		for org, want := range map[surveys.OrgID]int{here: 1, there: 2} {
			if list, err := p.ListUnusual(t.Context(), org, "", "", "2026-11-26"); err != nil || len(list) != want || list[0].Survey != "r" {
				t.Errorf("in %s there are %v (%v), want %d", org, list, err, want)
			}
		}
	})
}
