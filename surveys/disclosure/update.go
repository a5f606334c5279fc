package disclosure

import (
	"context"
	"errors"
	"fmt"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// Releases keeps releases and the memory of them. AddRelease stores both in one
// transaction and refuses with surveys.ErrChangedMeanwhile when another instance
// made the release of that number first, or one of a survey of the same people: beside
// is the number of the newest release of each that was counted with, 0 for none.
type Releases interface {
	FindRelease(ctx context.Context, org surveys.OrgID, survey surveys.ID) (*Release, error)
	ListReleases(ctx context.Context, org surveys.OrgID, survey surveys.ID) ([]*Release, error)
	FindMemory(ctx context.Context, org surveys.OrgID, survey surveys.ID) (*Memory, error)
	AddRelease(ctx context.Context, r *Release, m *Memory, beside map[surveys.ID]int) error
}

// Update makes the next release of a survey and stores it. forms are the versions
// that the survey asked, the newest last; asOf is the last day of which answers
// are counted, where the day is known. It is today when the newest release counted
// today already: the work of a night that is made up for by day goes back behind
// nothing that was shown. Once the survey is closed the release is its last: then
// ErrFinal, as when its answers or the texts among them were deleted. A lost memory
// is ErrNoMemory, and nothing is released. same are the other surveys of the same
// people (surveys.SamePeople): what was ever shown of them counts here too.
func Update(ctx context.Context, answers *Engine, releases Releases, s *surveys.Survey,
	forms []*questionnaire.Form, asOf, today surveys.Date, same ...surveys.ID) (*Release, error) {
	if s.TextsErased() {
		return nil, fmt.Errorf("release of survey %s, which was erased: %w", s.ID, ErrFinal)
	}
	newest, err := releases.FindRelease(ctx, s.Org, s.ID)
	if err != nil && !errors.Is(err, surveys.ErrNotFound) {
		return nil, err
	}
	memory, err := releases.FindMemory(ctx, s.Org, s.ID)
	if err != nil && !errors.Is(err, surveys.ErrNotFound) {
		return nil, err
	}
	if memory != nil && memory.mem.Final {
		return nil, fmt.Errorf("release of survey %s: %w", s.ID, ErrFinal)
	}
	others, beside, err := othersOf(ctx, releases, s.Org, same)
	if err != nil {
		return nil, err
	}
	if newest != nil { // one of a later day than today was made by a clock that was ahead
		asOf = max(asOf, min(newest.AsOf, today))
	}
	table, err := answers.engine.Table(ctx, s, forms, asOf)
	if err != nil {
		return nil, err
	}
	final := s.Phase(today) == surveys.Closed && asOf >= s.Closes
	release, memory, err := next(s, table, newest, memory, others, asOf, today, final, inForce)
	if err != nil {
		return nil, err
	}
	if err := releases.AddRelease(ctx, release, memory, beside); err != nil {
		return nil, fmt.Errorf("store release %d of survey %s: %w", release.Number, s.ID, err)
	}
	return release, nil
}
