package public

import (
	"context"
	"fmt"
	"sync"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// minutes remembers how long published versions take to answer. A version never
// changes, so what is remembered stays right for good.
type minutes struct {
	store Store
	mu    sync.Mutex
	kept  map[version]int
}

type version struct {
	org           surveys.OrgID
	questionnaire surveys.ID
	number        int
}

// mostVersions bounds what is remembered.
const mostVersions = 256

func newMinutes(store Store) *minutes { return &minutes{store: store, kept: map[version]int{}} }

// of is about how many minutes the survey's questionnaire takes.
func (m *minutes) of(ctx context.Context, s *surveys.Survey) (int, error) {
	key := version{s.Org, s.Questionnaire, s.Version}
	m.mu.Lock()
	known, ok := m.kept[key]
	m.mu.Unlock()
	if ok {
		return known, nil
	}
	v, err := m.store.FindVersion(ctx, key.org, key.questionnaire, key.number)
	if err != nil {
		return 0, fmt.Errorf("find version of a survey: %w", err)
	}
	form, err := questionnaire.Published(v.Definition)
	if err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.kept) >= mostVersions {
		clear(m.kept)
	}
	m.kept[key] = form.Minutes()
	return m.kept[key], nil
}
