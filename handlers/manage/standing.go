package manage

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"weerklank.nl/weerklank/surveys"
)

// Standing is what may be said of how many took part: a count that the guard let
// through. Without a release it is the zero value.
type Standing struct {
	AsOf      surveys.Date
	Responses int
	Shown     bool // there are enough people to say how many
}

// standingOf is how many took part as of the newest release.
func standingOf(ctx context.Context, releases ReleaseStore, s *surveys.Survey) (Standing, error) {
	if s.OpenedAt.IsZero() {
		return Standing{}, nil
	}
	r, err := releases.FindRelease(ctx, s.Org, s.ID)
	if errors.Is(err, surveys.ErrNotFound) {
		return Standing{}, nil
	}
	if err != nil {
		return Standing{}, fmt.Errorf("find the newest release: %w", err)
	}
	standing := Standing{AsOf: r.AsOf}
	standing.Responses, standing.Shown = r.Responses()
	return standing, nil
}

// standings remembers what was read of releases. A release never changes, so a
// standing is right for as long as its release is the newest.
type standings struct {
	releases ReleaseStore
	mu       sync.Mutex
	kept     map[surveys.ID]keptStanding
}

type keptStanding struct {
	number   int
	standing Standing
}

// mostStandings bounds what is remembered.
const mostStandings = 4096

func newStandings(releases ReleaseStore) *standings {
	return &standings{releases: releases, kept: map[surveys.ID]keptStanding{}}
}

// of is the standing of a survey whose newest release has the number; 0 for none.
func (k *standings) of(ctx context.Context, s *surveys.Survey, number int) (Standing, error) {
	if number == 0 {
		return Standing{}, nil
	}
	k.mu.Lock()
	kept, ok := k.kept[s.ID]
	k.mu.Unlock()
	if ok && kept.number == number {
		return kept.standing, nil
	}
	standing, err := standingOf(ctx, k.releases, s)
	if err != nil {
		return Standing{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.kept) >= mostStandings {
		clear(k.kept)
	}
	k.kept[s.ID] = keptStanding{number, standing}
	return standing, nil
}
