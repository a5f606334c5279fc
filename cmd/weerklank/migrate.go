package main

import "context"

// migrateCmd brings the schema up to date and stops, for who wants that apart from
// serving.
type migrateCmd struct {
	installation
}

// Run migrates.
func (m *migrateCmd) Run(ctx context.Context, t *terminal) error {
	database, _, err := m.open(ctx)
	if err != nil {
		return err
	}
	defer database.Close()
	version, err := database.Migrate(ctx)
	if err != nil {
		return err
	}
	t.say("cli.migrated", map[string]any{"Database": database.Name(), "Version": version})
	return nil
}
