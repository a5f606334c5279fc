package answers

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys/responses"
)

// LoadHistory stores responses of a past that was not lived here, in the order of
// their keys and a piece at a time. Unlike Submit it does not ask whether
// their survey takes answers today. A response that is there already stays as it is.
func (w *Writer) LoadHistory(ctx context.Context, list []responses.Response) error {
	rows := make([]*submission, len(list))
	for i, r := range list {
		book, err := w.answers.Codebook(ctx, r.Org, r.Survey, r.Version)
		if err != nil {
			return fmt.Errorf("load history: %w", err)
		}
		rows[i] = &submission{org: r.Org, responseRow: responseRow{
			Survey: r.Survey, Key: list[i].Key[:], Version: r.Version,
			Collector: r.Collector, Day: r.Day, Flagged: r.Flagged, Answers: book.Encode(r.Answers),
		}}
	}
	slices.SortFunc(rows, func(a, b *submission) int { return bytes.Compare(a.Key, b.Key) })
	for piece := range slices.Chunk(rows, mostAtOnce) {
		err := w.answers.db.Ingest(ctx, func(tx *db.Tx) error {
			_, err := w.insert(ctx, tx, piece)
			return err
		})
		if err != nil {
			return fmt.Errorf("load history: %w", err)
		}
	}
	return nil
}
