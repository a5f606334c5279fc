// Package responsestest keeps responses in memory for tests, behind the door that
// stores have. It keeps answers by name, so that a test needs no published version.
package responsestest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// Each gives responses one by one.
type Each interface {
	EachResponse(ctx context.Context, org surveys.OrgID, survey surveys.ID, each func(*responses.Response) error) error
}

// Of is a store with what each gives now. A response without a key gets one.
func Of(each Each) *Memory {
	m := New()
	_ = each.EachResponse(context.Background(), "", "", func(r *responses.Response) error {
		if r.Key == (responses.Key{}) {
			binary.BigEndian.PutUint64(r.Key[8:], m.next+1)
		}
		m.Put(*r)
		return nil
	})
	return m
}

// Memory is a store of one survey. It is safe for concurrent use.
type Memory struct {
	mu      sync.Mutex
	rows    map[responses.Key]responses.Stored
	batches map[responses.Batch][]responses.Key
	epoch   int
	next    uint64
}

// New is an empty store.
func New() *Memory {
	return &Memory{rows: map[responses.Key]responses.Stored{}, batches: map[responses.Batch][]responses.Key{}}
}

// Put stores or replaces responses, as one batch.
func (m *Memory) Put(list ...responses.Response) {
	var rows []responses.Stored
	for _, r := range list {
		body, _ := json.Marshal(r.Answers) // a map of strings always can be
		rows = append(rows, responses.Stored{Key: r.Key, Version: r.Version, Day: r.Day, Flagged: r.Flagged, Answers: body})
	}
	m.PutStored(rows...)
}

// PutStored is Put for rows as they are stored.
func (m *Memory) PutStored(rows ...responses.Stored) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var keys []responses.Key
	for _, r := range rows {
		m.rows[r.Key] = r
		keys = append(keys, r.Key)
	}
	m.note(keys)
}

// Withdraw takes responses away.
func (m *Memory) Withdraw(keys ...responses.Key) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range keys {
		delete(m.rows, k)
	}
	m.note(keys)
}

// Mix forgets the batches.
func (m *Memory) Mix() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.epoch++
	clear(m.batches)
}

func (m *Memory) note(keys []responses.Key) {
	m.next++
	var b responses.Batch
	binary.BigEndian.PutUint64(b[:], m.next)
	m.batches[b] = keys
}

// Len is the number of responses.
func (m *Memory) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.rows)
}

// Marks gives the batches since the last mixing.
func (m *Memory) Marks(context.Context, surveys.OrgID, surveys.ID) (responses.Marks, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	marks := responses.Marks{Epoch: fmt.Sprint(m.epoch)}
	for b := range m.batches {
		marks.Batches = append(marks.Batches, b)
	}
	return marks, nil
}

// EachStored gives all rows, in small pieces.
func (m *Memory) EachStored(_ context.Context, _ surveys.OrgID, _ surveys.ID, each func([]responses.Stored) error) error {
	m.mu.Lock()
	var rows []responses.Stored
	for _, r := range m.rows {
		rows = append(rows, r)
	}
	m.mu.Unlock()
	slices.SortFunc(rows, func(a, b responses.Stored) int { return bytes.Compare(a.Key[:], b.Key[:]) })
	for piece := range slices.Chunk(rows, 97) {
		if err := each(piece); err != nil {
			return err
		}
	}
	return nil
}

// EachTouched gives the rows of batches.
func (m *Memory) EachTouched(_ context.Context, _ surveys.OrgID, _ surveys.ID, batches []responses.Batch, each func([]responses.Key, []responses.Stored) error) error {
	for _, b := range batches {
		m.mu.Lock()
		keys := m.batches[b]
		var now []responses.Stored
		for _, k := range keys {
			if r, there := m.rows[k]; there {
				now = append(now, r)
			}
		}
		m.mu.Unlock()
		if err := each(keys, now); err != nil {
			return err
		}
	}
	return nil
}

// Book is the same for every version.
func (m *Memory) Book(context.Context, surveys.OrgID, surveys.ID, int) (responses.Book, error) {
	return book{}, nil
}

type book struct{}

func (book) Names() []string      { return nil }
func (book) Choices(int) []string { return nil }

// errDamaged says that a row was damaged on purpose.
var errDamaged = errors.New("damaged")

func (book) Walk(stored []byte, v responses.Visitor) error {
	var answers questionnaire.Answers
	if err := json.Unmarshal(stored, &answers); err != nil {
		return errors.Join(errDamaged, err)
	}
	names := make([]string, 0, len(answers))
	for name := range answers {
		names = append(names, name)
	}
	slices.SortFunc(names, cmp.Compare)
	for _, name := range names {
		v.Text(-1, name, answers[name])
	}
	return nil
}
