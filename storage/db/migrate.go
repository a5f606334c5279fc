package db

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the schema up to that of this program. Instances that start at
// the same time wait for each other. It returns the version that it ended at.
func (d *DB) Migrate(ctx context.Context) (int64, error) {
	p, err := d.migrator()
	if err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	if err := d.transact(ctx, d.write, false, func(tx *Tx) error { return d.dialect.sampleLittle(ctx, tx, `TRUE`) }); err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	return p.GetDBVersion(ctx)
}

// MigrateTo brings the schema up to a version and no further, so that an older
// backup finds the tables that it was made of.
func (d *DB) MigrateTo(ctx context.Context, version int64) error {
	p, err := d.migrator()
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if _, err := p.UpTo(ctx, version); err != nil {
		return fmt.Errorf("migrate to version %d: %w", version, err)
	}
	return nil
}

// Version is the version of the schema as it is; 0 when there is none.
func (d *DB) Version(ctx context.Context) (int64, error) {
	p, err := d.migrator()
	if err != nil {
		return 0, fmt.Errorf("read schema version: %w", err)
	}
	version, err := p.GetDBVersion(ctx)
	if err != nil {
		return 0, fmt.Errorf("read schema version: %w", err)
	}
	return version, nil
}

// Migrated tells whether the schema is that of this program, or newer: yesterday's
// program runs on today's schema.
func (d *DB) Migrated(ctx context.Context) (bool, error) {
	p, err := d.migrator()
	if err != nil {
		return false, fmt.Errorf("read schema version: %w", err)
	}
	pending, err := p.HasPending(ctx)
	if err != nil {
		return false, fmt.Errorf("read schema version: %w", err)
	}
	return !pending, nil
}

// SchemaVersion is the number of the newest migration of this program.
func SchemaVersion() int64 {
	var newest int64
	names, _ := fs.Glob(migrations, "migrations/*.sql")
	for _, name := range names {
		if n, err := goose.NumericComponent(name); err == nil {
			newest = max(newest, n)
		}
	}
	return newest
}

func (d *DB) migrator() (*goose.Provider, error) {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	files := worded{sub, d.dialect}
	if d.dialect.name == sqliteDialect.name {
		return goose.NewProvider(database.DialectSQLite3, d.write.DB, files)
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(database.DialectPostgres, d.write.DB, files, goose.WithSessionLocker(locker))
}

// worded gives the migrations in the words of the dialect.
type worded struct {
	fs.FS
	dialect dialect
}

func (w worded) Open(name string) (fs.File, error) {
	f, err := w.FS.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		return f, err
	}
	text, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	text = []byte(w.dialect.words.Replace(string(text)))
	return &wordedFile{bytes.NewReader(text), info, int64(len(text))}, nil
}

func (w worded) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(w.FS, name) }

type wordedFile struct {
	*bytes.Reader
	info fs.FileInfo
	size int64
}

func (f *wordedFile) Stat() (fs.FileInfo, error) { return wordedInfo{f.info, f.size}, nil }
func (f *wordedFile) Close() error               { return nil }

type wordedInfo struct {
	fs.FileInfo
	size int64
}

func (i wordedInfo) Size() int64        { return i.size }
func (i wordedInfo) ModTime() time.Time { return time.Time{} }
