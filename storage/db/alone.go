package db

import "context"

// Alone makes the transaction the only one that changes a table, until it ends, and
// keeps mixed tables from being swapped meanwhile. It has to come before the first
// query. Others who want to change the table wait, those of Ingest too: what they then
// see is what this transaction left. On SQLite every transaction that writes is alone.
func (t *Tx) Alone(ctx context.Context, table string, mixed ...Mixed) error {
	if t.dialect.oneWriter {
		return nil
	}
	if _, err := t.Exec(ctx, `LOCK TABLE `+table+` IN EXCLUSIVE MODE`); err != nil {
		return err
	}
	for _, m := range mixed {
		if err := t.dialect.holdStill(ctx, t.tx, m.Table); err != nil {
			return kindOf(err)
		}
	}
	return nil
}
