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
	return v.recordAlone(ctx, "reading", e)
}

// RecordUnusual writes down that a way in had an unusual day. Nobody of staff did that.
func (v *Vault) RecordUnusual(ctx context.Context, e surveys.Entry) error {
	return v.recordAlone(ctx, "unusual day", e)
}

func (v *Vault) recordAlone(ctx context.Context, what string, e surveys.Entry) error {
	err := v.db.Transact(surveys.WithoutAct(ctx), func(tx *db.Tx) error { return record(ctx, tx, e) })
	if err != nil {
		return fmt.Errorf("record %s: %w", what, err)
	}
	return nil
}
