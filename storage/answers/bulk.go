package answers

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// Bounds of reading in bulk.
const (
	fewPacked  = 128     // rows in the first piece
	mostPacked = 8192    // rows in a piece
	largePiece = 1 << 20 // bytes in a piece; of the last one is known how many rows make that
	namedKeys  = 500     // keys or batches in one query
)

// packed are the columns of a row that is read in bulk.
var packed = []db.PackedColumn{
	{Name: "response_key", Kind: db.PackedKey}, {Name: "version", Kind: db.PackedCount},
	{Name: "day", Kind: db.PackedWord}, {Name: "CASE WHEN flagged THEN 1 ELSE 0 END", Kind: db.PackedCount},
	{Name: "answers", Kind: db.PackedBytes},
}

// Book is the codebook of a version.
func (a *Answers) Book(ctx context.Context, org surveys.OrgID, survey surveys.ID, version int) (responses.Book, error) {
	book, err := a.Codebook(ctx, org, survey, version)
	if err != nil {
		return nil, err
	}
	return book, nil
}

// Marks are the batches of a survey since the last mixing.
func (a *Answers) Marks(ctx context.Context, org surveys.OrgID, survey surveys.ID) (responses.Marks, error) {
	var marks responses.Marks
	var rows []struct {
		Epoch string `db:"epoch"`
		Batch []byte `db:"batch"`
	}
	err := a.db.Reader().Select(ctx, &rows, `SELECT COALESCE((SELECT epoch FROM mixing WHERE table_name = ?), '') AS epoch, b.batch AS batch
		FROM (SELECT 1 AS one) AS always LEFT JOIN batches b ON b.survey_id = ?`, Responses.Table, survey)
	if err != nil {
		return marks, fmt.Errorf("read what is new of survey %s: %w", survey, err)
	}
	for _, row := range rows {
		marks.Epoch = row.Epoch
		if len(row.Batch) > 0 {
			marks.Batches = append(marks.Batches, responses.Batch(row.Batch))
		}
	}
	return marks, nil
}

// EachStored reads a survey in pieces, so that mixing never waits for it: a few, then
// the rest over several connections at once, each a range of the keys, while each is
// given what has come. Keys are random, so the ranges hold equally many.
func (a *Answers) EachStored(ctx context.Context, org surveys.OrgID, survey surveys.ID, each func([]responses.Stored) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	pieces := make(chan readPiece, readers)
	var reading sync.WaitGroup
	for _, in := range keyRanges(readers) {
		reading.Go(func() { a.readRange(ctx, org, survey, in, pieces) })
	}
	go func() {
		reading.Wait()
		close(pieces)
	}()
	for p := range pieces {
		if p.err != nil {
			return fmt.Errorf("read responses of survey %s: %w", survey, p.err)
		}
		if err := each(p.list); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// readers is how many connections read a survey at once. With more than one for each
// of two processors nothing is gained, and others want to read too.
const readers = 2

// readPiece is what one query read.
type readPiece struct {
	list []responses.Stored
	err  error
}

// keyRange is the keys above one and up to another; an empty one is no bound.
type keyRange struct{ after, upto []byte }

// keyRanges divides all keys in so many ranges, 256 at most.
func keyRanges(n int) []keyRange {
	ranges := make([]keyRange, n)
	for i := range n - 1 {
		border := bytes.Repeat([]byte{0xff}, len(responses.Key{}))
		border[0] = byte(256*(i+1)/n - 1)
		ranges[i].upto, ranges[i+1].after = border, border
	}
	return ranges
}

// readRange reads a range of the keys in pieces.
func (a *Answers) readRange(ctx context.Context, org surveys.OrgID, survey surveys.ID, in keyRange, pieces chan<- readPiece) {
	days, rows := dayNames{}, fewPacked
	where, bounds := `response_key > ?`, []any{append([]byte{}, in.after...)}
	if in.upto != nil {
		where, bounds = where+` AND response_key <= ?`, append(bounds, in.upto)
	}
	for more := true; more; {
		list, size, err := a.bulk(ctx, days, org, survey, where+` AND NOT withdrawn ORDER BY response_key LIMIT ?`, append(bounds, rows)...)
		more = len(list) == rows
		if more {
			// Keys are random, so the next rows are about as long as these.
			rows = max(1, min(4*rows, mostPacked, largePiece*rows/max(1, size)))
			last := lastKey(list)
			bounds[0] = last[:]
		}
		select {
		case pieces <- readPiece{list, err}:
		case <-ctx.Done():
			return
		}
	}
}

// lastKey is the highest key of a piece. Rows come in the order of their keys as far
// as anybody has seen, but no standard says so.
func lastKey(list []responses.Stored) responses.Key {
	last := list[len(list)-1].Key
	for i := range list {
		if list[i].Key[0] >= last[0] && bytes.Compare(list[i].Key[:], last[:]) > 0 {
			last = list[i].Key
		}
	}
	return last
}

// bulk reads the rows of a survey for which a condition holds, and tells how many
// bytes they are.
func (a *Answers) bulk(ctx context.Context, days dayNames, org surveys.OrgID, survey surveys.ID, where string, args ...any) (list []responses.Stored, size int, err error) {
	rows, err := a.db.Reader().SelectPacked(ctx, packed, `FROM responses WHERE organisation_id = ? AND survey_id = ? AND `+where,
		append([]any{org, survey}, args...)...)
	if err != nil {
		return nil, 0, err
	}
	size = rows.Size()
	list = make([]responses.Stored, 0, rows.Keys())
	for rows.More() {
		var s responses.Stored
		copy(s.Key[:], rows.Bytes())
		s.Version, s.Day, s.Flagged, s.Answers = rows.Count(), days.of(rows.Bytes()), rows.Count() == 1, rows.Bytes()
		list = append(list, s)
	}
	return list, size, rows.Err()
}

// dayNames spares a text for every row: there are few days.
type dayNames map[string]surveys.Date

func (d dayNames) of(stored []byte) surveys.Date {
	day, known := d[string(stored)]
	if !known {
		day = surveys.Date(stored)
		d[string(day)] = day
	}
	return day
}

// EachTouched reads what batches name. When some of them were forgotten meanwhile it
// is surveys.ErrChangedMeanwhile: the reader begins anew.
func (a *Answers) EachTouched(ctx context.Context, org surveys.OrgID, survey surveys.ID, batches []responses.Batch, each func([]responses.Key, []responses.Stored) error) error {
	days := dayNames{}
	for part := range slices.Chunk(batches, namedKeys) {
		names := make([][]byte, len(part))
		for i := range part {
			names[i] = part[i][:]
		}
		var found [][]byte
		if err := a.db.Reader().SelectIn(ctx, &found, `SELECT keys FROM batches WHERE survey_id = ? AND batch IN (?)`, survey, names); err != nil {
			return fmt.Errorf("read batches of survey %s: %w", survey, err)
		}
		if len(found) != len(part) {
			return fmt.Errorf("read batches of survey %s: %w", survey, surveys.ErrChangedMeanwhile)
		}
		var keys [][]byte
		for _, body := range found {
			keys = slices.AppendSeq(keys, slices.Chunk(body, len(responses.Key{})))
		}
		for some := range slices.Chunk(keys, namedKeys) {
			if err := a.touched(ctx, days, org, survey, some, each); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *Answers) touched(ctx context.Context, days dayNames, org surveys.OrgID, survey surveys.ID, keys [][]byte, each func([]responses.Key, []responses.Stored) error) error {
	args, named := make([]any, len(keys)), make([]responses.Key, len(keys))
	for i, key := range keys {
		args[i] = key
		copy(named[i][:], key)
	}
	now, _, err := a.bulk(ctx, days, org, survey, `response_key IN `+db.Placeholders(1, len(keys))+` AND NOT withdrawn`, args...)
	if err != nil {
		return fmt.Errorf("read touched responses of survey %s: %w", survey, err)
	}
	return each(named, now)
}
