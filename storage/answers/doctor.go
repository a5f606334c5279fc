package answers

import (
	"context"
	"fmt"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

// mostUnmixed is how many days answers may lie in the order in which they came
// before the doctor says so: a night may be missed.
const mostUnmixed = 2

// Examine looks whether the answers were mixed lately. Without answers there is
// nothing to mix.
func Examine(d *db.DB) db.Check {
	return func(ctx context.Context, now time.Time) ([]db.Trouble, error) {
		var some int
		if err := d.Reader().Get(ctx, &some, `SELECT COUNT(*) FROM (SELECT 1 FROM responses LIMIT 1) AS at_least_one`); err != nil {
			return nil, fmt.Errorf("look for responses: %w", err)
		}
		if some == 0 {
			return nil, nil
		}
		done, err := d.DoneOn(ctx, "nightly")
		switch {
		case err != nil:
			return nil, err
		case done == "":
			return []db.Trouble{{Key: "never_mixed"}}, nil
		case done.Days(surveys.DateOf(now.UTC())) > mostUnmixed:
			return []db.Trouble{{Key: "long_unmixed", Args: map[string]string{"On": string(done)}}}, nil
		}
		return nil, nil
	}
}
