package manage

import (
	"context"
	"errors"
	"fmt"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
)

// standingOf is how many took part as of the newest release.
func standingOf(ctx context.Context, releases ReleaseStore, s *surveys.Survey) (disclosure.Standing, error) {
	if s.OpenedAt.IsZero() {
		return disclosure.Standing{}, nil
	}
	r, err := releases.FindRelease(ctx, s.Org, s.ID)
	if errors.Is(err, surveys.ErrNotFound) {
		return disclosure.Standing{}, nil
	}
	if err != nil {
		return disclosure.Standing{}, fmt.Errorf("find the newest release: %w", err)
	}
	return r.Standing(), nil
}
