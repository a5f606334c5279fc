package jobs

import (
	"context"
	"errors"
	"time"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

// Alarm tells, in the night after a day on which unusually many submissions came by a way
// in, who answers for the survey: by mail, and by a line in the trail. Neither says how
// many, nor anything of a submission: the day is over, and only that it was unusual is
// kept.
type Alarm struct {
	Days interface {
		// TakeUntold gives each day once: what is lost on the way still stands on the pages.
		TakeUntold(ctx context.Context, org surveys.OrgID, today surveys.Date) ([]surveys.Unusual, error)
	}
	Trail interface {
		RecordUnusual(ctx context.Context, e surveys.Entry) error
	}
	Accounts interface {
		ListAccounts(ctx context.Context, org surveys.OrgID) ([]surveys.Account, error)
	}
	// Mail has a message sent; nil where nothing is mailed.
	Mail interface {
		AskMail(ctx context.Context, m *surveys.AccountMail) error
	}
}

// UnusualKind is the kind of line in the trail. Nobody of staff does it.
const UnusualKind = "ongewoon_veel"

// tell tells of all organisations what nobody was told.
func (c *Clock) tell(ctx context.Context, now time.Time) error {
	if c.Alarm == nil {
		return nil
	}
	orgs, err := c.organisations(ctx)
	if err != nil {
		return err
	}
	var faults []error
	for i := range orgs {
		days, err := c.Alarm.Days.TakeUntold(ctx, orgs[i].ID, surveys.DateOf(now.In(orgs[i].Location())))
		faults = append(faults, err)
		for _, d := range days {
			faults = append(faults, c.Alarm.Trail.RecordUnusual(ctx, surveys.Entry{ID: page.NewID(), Org: orgs[i].ID, At: now.UTC(), Kind: UnusualKind,
				Subject: d.Collector, Survey: d.Survey}))
		}
		if len(days) > 0 && c.Alarm.Mail != nil {
			faults = append(faults, c.mailUnusual(ctx, orgs[i].ID, days, now))
		}
	}
	return errors.Join(faults...)
}

// mailUnusual has one message sent to each who answers for one of the surveys, however
// many they are.
func (c *Clock) mailUnusual(ctx context.Context, org surveys.OrgID, days []surveys.Unusual, now time.Time) error {
	accounts, err := c.Alarm.Accounts.ListAccounts(ctx, org)
	if err != nil {
		return err
	}
	told := map[surveys.ID]bool{}
	var faults []error
	for _, d := range days {
		s, err := c.Programme.FindSurvey(ctx, org, d.Survey)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		for _, a := range s.Managers(accounts) {
			if told[a.ID] {
				continue
			}
			told[a.ID] = true
			faults = append(faults, c.Alarm.Mail.AskMail(ctx, &surveys.AccountMail{ID: page.NewID(), Org: org, Email: a.Email, Kind: surveys.UnusualMail,
				At: now.UTC(), NextAt: now.UTC()}))
		}
	}
	return errors.Join(faults...)
}
