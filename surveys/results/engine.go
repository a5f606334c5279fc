package results

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// Engine keeps the answers of surveys in columns in memory. A survey is read from
// its store on first use, follows what comes in and is withdrawn since, and goes
// when the memory is needed for another one that was used later. It is safe for
// concurrent use: who counts a table never waits for who adds to it.
type Engine struct {
	store responses.Store
	most  int64

	mu    sync.Mutex // guards what follows; never held while answers are read
	bySet map[setKey]*list.Element
	used  *list.List // of *set, the one used last in front
	bytes int64
}

// DefaultBytes is how much memory the answers of all surveys take together at most:
// a million responses of twenty questions are 41 MB.
const DefaultBytes = 256 << 20

type setKey struct {
	org    surveys.OrgID
	survey surveys.ID
}

// set is a survey in memory.
type set struct {
	key setKey

	mu    sync.Mutex // guards what follows: one reads from the store at a time
	rows  *rows
	forms []*questionnaire.Form
	split []string // the breakdowns that its cells are made of
	epoch string
	known map[responses.Batch]bool

	bytes int64 // as counted by the engine; guarded by its mutex
	gone  bool  // no longer in the engine; guarded by its mutex
}

// NewEngine makes an engine on a store that keeps at most so many bytes of answers.
func NewEngine(store responses.Store, most int64) *Engine {
	return &Engine{store: store, most: most, bySet: map[setKey]*list.Element{}, used: list.New()}
}

// Read counts the responses of a survey once, without keeping them in memory.
func Read(ctx context.Context, store responses.Store, s *surveys.Survey, forms []*questionnaire.Form, asOf surveys.Date) (*Table, error) {
	return NewEngine(store, 0).Table(ctx, s, forms, asOf)
}

// Table gives the answers of a survey as they are now. forms are the versions that
// it asked, the newest last. Responses of which the day is known and later than
// asOf are left out; an empty asOf takes all.
func (e *Engine) Table(ctx context.Context, s *surveys.Survey, forms []*questionnaire.Form, asOf surveys.Date) (*Table, error) {
	one := e.find(setKey{s.Org, s.ID})
	t, bytes, err := one.table(ctx, e.store, s, forms, asOf)
	e.settle(one, bytes)
	if err != nil {
		return nil, fmt.Errorf("read responses of survey %s: %w", s.ID, err)
	}
	return t, nil
}

// Bytes is about how much memory the answers take now.
func (e *Engine) Bytes() int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.bytes
}

// Forget lets go of a survey whose answers were deleted. Who reads its table still has it.
func (e *Engine) Forget(org surveys.OrgID, survey surveys.ID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if at, known := e.bySet[setKey{org, survey}]; known {
		e.letGo(at)
	}
}

// letGo takes a survey out of the engine. The mutex is held.
func (e *Engine) letGo(at *list.Element) {
	out := at.Value.(*set)
	e.used.Remove(at)
	delete(e.bySet, out.key)
	e.bytes -= out.bytes
	out.gone = true
}

// find gives the survey's place, and marks it as the one used last.
func (e *Engine) find(key setKey) *set {
	e.mu.Lock()
	defer e.mu.Unlock()
	if at, known := e.bySet[key]; known {
		e.used.MoveToFront(at)
		return at.Value.(*set)
	}
	one := &set{key: key}
	e.bySet[key] = e.used.PushFront(one)
	return one
}

// settle counts what a survey takes now, and lets go of those that were not used
// for longest until all fit. One that is too large by itself is not kept.
func (e *Engine) settle(one *set, bytes int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if one.gone {
		return
	}
	e.bytes += bytes - one.bytes
	one.bytes = bytes
	for e.bytes > e.most {
		e.letGo(e.used.Back())
	}
}

// table brings the set up to date and gives it to read.
func (one *set) table(ctx context.Context, store responses.Store, s *surveys.Survey, forms []*questionnaire.Form, asOf surveys.Date) (*Table, int64, error) {
	one.mu.Lock()
	defer one.mu.Unlock()
	marks, err := store.Marks(ctx, s.Org, s.ID)
	if err != nil {
		return nil, one.size(), err
	}
	anew := one.rows == nil || one.epoch != marks.Epoch || !slices.Equal(one.split, s.Breakdowns) || !slices.Equal(one.forms, forms)
	if anew {
		err = one.load(ctx, store, s, forms, marks)
	} else {
		err = one.follow(ctx, store, s, marks)
		if errors.Is(err, surveys.ErrChangedMeanwhile) { // mixed since the marks were read
			if marks, err = store.Marks(ctx, s.Org, s.ID); err == nil {
				err = one.load(ctx, store, s, forms, marks)
			}
		}
	}
	if err != nil {
		one.rows = nil // half of what came in: the next one reads anew
		return nil, one.size(), err
	}
	return one.rows.table(asOf), one.size(), nil
}

func (one *set) size() int64 {
	if one.rows == nil {
		return 0
	}
	const perBatch = 24
	return one.rows.bytes() + int64(len(one.known))*perBatch
}

// load reads all responses. What comes in meanwhile may be among them, and is in a
// batch that the marks do not have.
func (one *set) load(ctx context.Context, store responses.Store, s *surveys.Survey, forms []*questionnaire.Form, marks responses.Marks) error {
	r := newRows(s, forms)
	one.rows = nil
	err := store.EachStored(ctx, s.Org, s.ID, func(list []responses.Stored) error {
		for i := range list {
			if err := r.add(ctx, store, s.Org, s.ID, &list[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	one.rows, one.forms, one.split, one.epoch = r, slices.Clone(forms), slices.Clone(s.Breakdowns), marks.Epoch
	one.known = make(map[responses.Batch]bool, len(marks.Batches))
	for _, b := range marks.Batches {
		one.known[b] = true
	}
	return nil
}

// follow takes up the batches that are new: what they touched is taken out, and
// put in again where it is still there. A response that was read already, because
// it came in during the load, so stands there once.
func (one *set) follow(ctx context.Context, store responses.Store, s *surveys.Survey, marks responses.Marks) error {
	var fresh []responses.Batch
	for _, b := range marks.Batches {
		if !one.known[b] {
			fresh = append(fresh, b)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	touched, now := map[responses.Key]bool{}, map[responses.Key]responses.Stored{}
	err := store.EachTouched(ctx, s.Org, s.ID, fresh, func(keys []responses.Key, list []responses.Stored) error {
		for _, k := range keys {
			touched[k] = true
			delete(now, k)
		}
		for _, stored := range list {
			stored.Answers = slices.Clone(stored.Answers)
			now[stored.Key] = stored
		}
		return nil
	})
	if err != nil {
		return err
	}
	one.rows.remove(touched)
	for _, stored := range now {
		if err := one.rows.add(ctx, store, s.Org, s.ID, &stored); err != nil {
			return err
		}
	}
	for _, b := range fresh {
		one.known[b] = true
	}
	return nil
}
