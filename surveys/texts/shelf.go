package texts

import (
	"bytes"
	"context"
	"slices"
	"sync"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// Shelf keeps the texts of a few surveys in memory as they were read last, because a
// reviewer opens one after the other. It asks the store each time whether a response
// came, changed or was withdrawn since, and then reads anew. It is safe for concurrent
// use.
type Shelf struct {
	store responses.Store

	mu   sync.Mutex
	kept []kept // the one that was used last at the end
}

// Bounds of what is kept.
const (
	mostKept  = 4
	mostBytes = 32 << 20 // of one survey
)

type kept struct {
	org       surveys.OrgID
	survey    surveys.ID
	questions []string
	marks     responses.Marks
	texts     map[string][]Text
}

// NewShelf makes a shelf on the store of responses.
func NewShelf(store responses.Store) *Shelf { return &Shelf{store: store} }

// Read is Read, from memory where nothing changed. Nobody may change what it gives.
func (s *Shelf) Read(ctx context.Context, org surveys.OrgID, survey surveys.ID, questions []string) (map[string][]Text, error) {
	marks, err := s.store.Marks(ctx, org, survey)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(marks.Batches, func(a, b responses.Batch) int { return bytes.Compare(a[:], b[:]) })
	s.mu.Lock()
	at := slices.IndexFunc(s.kept, func(k kept) bool { return k.org == org && k.survey == survey })
	if at >= 0 {
		k := s.kept[at]
		s.kept = slices.Delete(s.kept, at, at+1)
		if k.marks.Epoch == marks.Epoch && slices.Equal(k.marks.Batches, marks.Batches) && slices.Equal(k.questions, questions) {
			s.kept = append(s.kept, k)
			s.mu.Unlock()
			return k.texts, nil
		}
	}
	s.mu.Unlock()
	all, err := Read(ctx, s.store, org, survey, questions)
	if err != nil {
		return nil, err
	}
	size := 0
	for _, list := range all {
		for i := range list {
			size += len(list[i].Body) + 64
		}
	}
	if size <= mostBytes {
		s.mu.Lock()
		s.kept = append(s.kept, kept{org, survey, slices.Clone(questions), marks, all})
		s.kept = s.kept[max(0, len(s.kept)-mostKept):]
		s.mu.Unlock()
	}
	return all, nil
}
