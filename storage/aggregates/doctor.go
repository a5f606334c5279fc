package aggregates

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

// Examine looks for surveys that make no release since a restore, and for a release
// that was made on a day that is still to come by the clock of this machine.
func Examine(d *db.DB) db.Check {
	return func(ctx context.Context, now time.Time) ([]db.Trouble, error) {
		var halted int
		if err := d.Reader().Get(ctx, &halted, `SELECT COUNT(*) FROM halted_releases WHERE resumed_on = ''`); err != nil {
			return nil, fmt.Errorf("count halted surveys: %w", err)
		}
		var newest surveys.Date
		if err := d.Reader().Get(ctx, &newest, `SELECT COALESCE(MAX(made_on), '') FROM releases`); err != nil {
			return nil, fmt.Errorf("find the newest release: %w", err)
		}
		found := db.AheadOf(now, newest)
		if halted > 0 {
			found = append(found, db.Trouble{Key: "halted", Args: map[string]string{"Count": strconv.Itoa(halted)}})
		}
		return found, nil
	}
}
