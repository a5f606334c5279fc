package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// close records that surveys are over whose last day is.
func (c *Clock) close(ctx context.Context, now time.Time) error {
	return c.eachSurvey(ctx, now, func(o *surveys.Organisation, s *surveys.Survey, _ surveys.Date) error {
		there := now.In(o.Location())
		if !s.Expire(there) {
			return nil
		}
		return c.Programme.ChangeSurvey(ctx, s.Org, s.ID, func(s *surveys.Survey) error {
			s.Expire(there)
			return nil
		})
	})
}

// settle does what the closing of surveys asks: coarsen the days, mix once for all
// of them, then make the last release of each.
func (c *Clock) settle(ctx context.Context) error {
	closed, err := c.Programme.ClosedUnmixed(ctx)
	if err != nil || len(closed) == 0 {
		return err
	}
	ids := make([]surveys.ID, len(closed))
	for i, s := range closed {
		if err := c.Answers.Coarsen(ctx, s.Org, s.ID, s.Mode); err != nil {
			return err
		}
		ids[i] = s.ID
	}
	if err := c.mix(ctx); err != nil {
		return fmt.Errorf("mix at closing: %w", err)
	}
	if err := c.Programme.MixedClosed(ctx, ids); err != nil {
		return err
	}
	var faults []error
	for i := range closed {
		faults = append(faults, c.lastRelease(ctx, &closed[i]))
	}
	return errors.Join(faults...)
}

// lastRelease makes the release of a closed survey after which the rest stays out
// for good. One that failed at closing is made at night.
func (c *Clock) lastRelease(ctx context.Context, s *surveys.Survey) error {
	newest, err := c.Releases.FindRelease(ctx, s.Org, s.ID)
	if err == nil && newest.Final {
		return nil
	}
	if err != nil && !errors.Is(err, surveys.ErrNotFound) {
		return err
	}
	return c.release(ctx, s, s.Closes, s.Closes.AddDays(1))
}

// release lets the guard make the next release of a survey. That the last one was
// made, or that another instance was first, is no fault; a guard without its memory
// lets nothing through, which the results page says.
func (c *Clock) release(ctx context.Context, s *surveys.Survey, asOf, today surveys.Date) error {
	if s.TextsErased() {
		return nil // nothing is made of half of what there was
	}
	forms, err := c.forms(ctx, s)
	if err != nil {
		return err
	}
	damaged, err := c.Counts.Damaged(ctx, s, forms)
	if err != nil {
		return err
	}
	if len(damaged) > 0 {
		c.Log.Error("stored answers cannot be read and are left out of the release", "survey", s.ID, "responses", damaged)
	}
	list, err := c.Programme.ListSurveys(ctx, s.Org)
	if err != nil {
		return err
	}
	_, err = disclosure.Update(ctx, c.Counts, c.Releases, s, forms, asOf, today, surveys.SamePeople(list, s)...)
	switch {
	case errors.Is(err, disclosure.ErrFinal), errors.Is(err, surveys.ErrChangedMeanwhile):
		return nil
	case errors.Is(err, disclosure.ErrNoMemory):
		c.Log.Warn("no release: the guard cannot know what was shown before a restore", "survey", s.ID)
		return nil
	}
	return err
}

// forms are the versions that a survey may have asked, the newest last.
func (c *Clock) forms(ctx context.Context, s *surveys.Survey) ([]*questionnaire.Form, error) {
	var forms []*questionnaire.Form
	for number := 1; number <= s.Version; number++ {
		v, err := c.Programme.FindVersion(ctx, s.Org, s.Questionnaire, number)
		if err != nil {
			return nil, err
		}
		form, err := questionnaire.Published(v.Definition)
		if err != nil {
			return nil, fmt.Errorf("version %d of questionnaire %s: %w", number, s.Questionnaire, err)
		}
		forms = append(forms, form)
	}
	return forms, nil
}
