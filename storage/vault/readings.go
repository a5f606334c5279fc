package vault

import (
	"context"
	"fmt"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

// RecordReading writes down that a member of staff read what somebody answered on name,
// in a transaction of its own: the page shows nothing before it is stored.
func (v *Vault) RecordReading(ctx context.Context, e surveys.Entry) error {
	err := v.db.Transact(surveys.WithoutAct(ctx), func(tx *db.Tx) error { return record(ctx, tx, e) })
	if err != nil {
		return fmt.Errorf("record reading: %w", err)
	}
	return nil
}
