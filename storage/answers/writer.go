package answers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// Bounds of the grouped writer.
const (
	mostWaiting = 2048 // submissions that may wait; more are ErrBusy
	mostAtOnce  = 256  // submissions in one transaction; a power of two
)

// errStopped is why a submission that comes after Close is not taken on.
var errStopped = fmt.Errorf("the writer is stopping: %w", responses.ErrNotTaken)

// Writer stores responses. Submissions that come in while one transaction is on
// its way to the disk go together in the next, in the order of their keys:
// that is fast, and it hides who came first. Nobody hears that an answer is stored
// before the commit that stored it.
type Writer struct {
	answers *Answers
	inserts map[int]db.Prepared // by number of rows
	queue   chan *submission
	done    chan struct{}

	mu      sync.RWMutex // guards closing the queue
	stopped bool
}

type submission struct {
	responseRow
	org     surveys.OrgID
	today   surveys.Date
	ballot  responses.BallotHash
	invites bool       // its survey asks for a ballot
	reply   chan reply // holds one, so that the writer never waits for who went away
}

type reply struct {
	outcome responses.Outcome
	err     error
}

// NewWriter starts the writer. It refuses to start on a connection that does not
// keep what it acknowledges (db.ErrNotDurable).
func NewWriter(ctx context.Context, a *Answers) (*Writer, error) {
	if err := a.db.CheckDurable(ctx); err != nil {
		return nil, fmt.Errorf("start the writer of responses: %w", err)
	}
	inserts := map[int]db.Prepared{}
	for rows := 1; rows <= mostAtOnce; rows *= 2 {
		var err error
		if inserts[rows], err = a.db.Prepare(ctx, insertText(rows)); err != nil {
			return nil, fmt.Errorf("start the writer of responses: %w", err)
		}
	}
	w := &Writer{answers: a, inserts: inserts, queue: make(chan *submission, mostWaiting), done: make(chan struct{})}
	go w.run()
	return w, nil
}

// Submit stores a response, once, and returns when it is durable. today is the day
// in the organisation's zone. A response whose key is already stored is
// Already, also when the survey closed since. Refusals: responses.ErrClosed;
// responses.ErrNotTaken when too many wait, surveys.ErrBusy when the disk is full or
// the database is gone. When ctx ends first the
// response may still become stored; sending it again is harmless.
func (w *Writer) Submit(ctx context.Context, r responses.Response, today surveys.Date) (responses.Outcome, error) {
	book, err := w.answers.Codebook(ctx, r.Org, r.Survey, r.Version)
	if err != nil {
		return 0, fmt.Errorf("submit: %w", err)
	}
	s := &submission{
		responseRow: responseRow{
			Survey: r.Survey, Key: r.Key[:], Version: r.Version,
			Collector: r.Collector, Day: r.Day, Flagged: r.Flagged, Answers: book.Encode(r.Answers),
		},
		org: r.Org, today: today, ballot: r.Ballot, reply: make(chan reply, 1),
	}
	if err := w.enqueue(s); err != nil {
		return 0, fmt.Errorf("submit: %w", err)
	}
	select {
	case got := <-s.reply:
		if got.err != nil {
			return 0, fmt.Errorf("submit: %w", got.err)
		}
		return got.outcome, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// Waiting is how many submissions wait at this moment, of how many that may.
func (w *Writer) Waiting() (waiting, most int) { return len(w.queue), cap(w.queue) }

func (w *Writer) enqueue(s *submission) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.stopped {
		return errStopped
	}
	select {
	case w.queue <- s:
		return nil
	default:
		return responses.ErrNotTaken
	}
}

// Close takes nothing on any more and returns when everything that was taken on
// is stored, or when ctx ends.
func (w *Writer) Close(ctx context.Context) error {
	w.mu.Lock()
	if !w.stopped {
		w.stopped = true
		close(w.queue)
	}
	w.mu.Unlock()
	select {
	case <-w.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stop the writer of responses: %w", ctx.Err())
	}
}

func (w *Writer) run() {
	defer close(w.done)
	for first := range w.queue {
		batch := append(make([]*submission, 0, 64), first)
	gather:
		for len(batch) < mostAtOnce {
			select {
			case s, ok := <-w.queue:
				if !ok {
					break gather
				}
				batch = append(batch, s)
			default:
				break gather
			}
		}
		w.store(batch)
	}
}

// store stores a batch and answers everybody in it. When the batch fails for
// another reason than the database itself, each is tried alone, so that one that
// cannot be stored does not take the others with it.
func (w *Writer) store(batch []*submission) {
	outcomes, err := w.storeOnce(batch)
	if err != nil && len(batch) > 1 && !errors.Is(err, surveys.ErrBusy) {
		for _, s := range batch {
			w.store([]*submission{s})
		}
		return
	}
	for i, s := range batch {
		if err != nil {
			s.reply <- reply{err: err}
			continue
		}
		s.reply <- outcomes[i]
	}
}

func (w *Writer) storeOnce(batch []*submission) ([]reply, error) {
	sortByKey(batch)
	ctx := context.Background() // what was taken on is stored, whoever goes away meanwhile
	var outcomes []reply
	err := w.answers.db.Ingest(ctx, func(tx *db.Tx) error {
		open, err := w.open(ctx, tx, batch)
		if err != nil {
			return err
		}
		open, refused, err := w.spend(ctx, tx, open)
		if err != nil {
			return err
		}
		stored, err := w.insert(ctx, tx, open)
		if err != nil {
			return err
		}
		outcomes, err = settle(ctx, tx, batch, stored, refused)
		return err
	})
	return outcomes, err
}

func sortByKey(batch []*submission) {
	slices.SortFunc(batch, func(a, b *submission) int { return bytes.Compare(a.Key, b.Key) })
}

// open gives the submissions whose survey takes answers today.
func (w *Writer) open(ctx context.Context, tx *db.Tx, batch []*submission) ([]*submission, error) {
	var ids []surveys.ID
	for _, s := range batch {
		if !slices.Contains(ids, s.Survey) {
			ids = append(ids, s.Survey)
		}
	}
	found, err := w.answers.programme.Periods(ctx, tx.Reader, ids)
	if err != nil {
		return nil, fmt.Errorf("read the periods of surveys: %w", err)
	}
	open := make([]*submission, 0, len(batch))
	for _, s := range batch {
		if survey, ok := found[s.Survey]; ok && survey.Org == s.org && survey.Phase(s.today) == surveys.Running {
			s.invites = survey.Mode.Invites()
			open = append(open, s)
		}
	}
	return open, nil
}

func insertText(rows int) string {
	return `INSERT INTO responses (organisation_id, survey_id, response_key, withdrawn, version, collector_id, day, flagged, answers)
		VALUES ` + db.Placeholders(rows, 9) + ` ON CONFLICT DO NOTHING RETURNING response_key`
}

// insert stores what is not there yet and tells which that were, by key.
func (w *Writer) insert(ctx context.Context, tx *db.Tx, rows []*submission) (map[string]bool, error) {
	stored := make(map[string]bool, len(rows))
	if len(rows) == 0 {
		return stored, nil
	}
	// A few lengths of statement are prepared once; the last row fills up to the
	// next length, and a row that is already there does no harm.
	length := 1
	for length < len(rows) {
		length *= 2
	}
	args := make([]any, 0, 9*length)
	for i := range length {
		s := rows[min(i, len(rows)-1)]
		// As the driver wants them: what it has to convert first costs as much as the rest.
		args = append(args, string(s.org), string(s.Survey), s.Key, false, int64(s.Version), string(s.Collector), string(s.Day), s.Flagged, s.Answers)
	}
	var keys [][]byte
	if err := tx.SelectPrepared(ctx, &keys, w.inserts[length], args...); err != nil {
		return nil, fmt.Errorf("insert %d responses: %w", len(rows), err)
	}
	for _, key := range keys {
		stored[string(key)] = true
	}
	bySurvey := map[surveys.ID][][]byte{}
	for _, s := range rows {
		if stored[string(s.Key)] {
			bySurvey[s.Survey] = append(bySurvey[s.Survey], s.Key)
		}
	}
	return stored, tx.TouchAll(ctx, Responses, bySurvey)
}

// settle works out what became of each submission. What was not stored now was
// stored before, was refused, or its survey takes no answers.
func settle(ctx context.Context, tx *db.Tx, batch []*submission, stored map[string]bool, refused refusals) ([]reply, error) {
	outcomes := make([]reply, len(batch))
	for i, s := range batch {
		if stored[string(s.Key)] {
			outcomes[i] = reply{outcome: responses.Accepted}
			delete(stored, string(s.Key)) // whoever sent the same in this batch sent it again
			continue
		}
		var n int
		if err := tx.Get(ctx, &n, `SELECT COUNT(*) FROM responses WHERE organisation_id = ? AND survey_id = ? AND response_key = ?`, s.org, s.Survey, s.Key); err != nil {
			return nil, fmt.Errorf("look for an earlier sending: %w", err)
		}
		switch {
		case n == 1:
			outcomes[i] = reply{outcome: responses.Already}
		case refused[s] != nil:
			outcomes[i] = reply{err: refused[s]}
		default:
			outcomes[i] = reply{err: responses.ErrClosed}
		}
	}
	return outcomes, nil
}
