package db

import "context"

// MixWhile mixes a table, and calls meanwhile once all its rows are copied.
func (d *DB) MixWhile(ctx context.Context, t Mixed, meanwhile func()) error {
	m := mixer{db: d, tables: []Mixed{t}, holder: "mixer"}
	return m.alone(ctx, func(ctx context.Context) error {
		if err := m.begin(ctx, t); err != nil {
			return err
		}
		if err := m.copy(ctx, t); err != nil {
			return err
		}
		meanwhile()
		if err := m.catchUp(ctx); err != nil {
			return err
		}
		return m.swap(ctx)
	})
}
