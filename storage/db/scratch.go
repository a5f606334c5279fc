package db

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// Scratch makes an empty database that is thrown away again: beside the one that
// the address names on PostgreSQL, which itself is left alone, and in a new folder
// under dir for "sqlite". Measurements run in it. The account in the address must be
// allowed to make databases.
func Scratch(ctx context.Context, address, dir string) (scratch string, drop func() error, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", nil, errors.New("make scratch database: the address is not a URL")
	}
	if u.Scheme == "sqlite" {
		folder, err := os.MkdirTemp(dir, "weerklank-scratch-")
		if err != nil {
			return "", nil, fmt.Errorf("make scratch database: %w", err)
		}
		scratch = (&url.URL{Scheme: "sqlite", Path: filepath.Join(folder, "weerklank.db")}).String()
		return scratch, func() error { return os.RemoveAll(folder) }, nil
	}
	name := "weerklank_scratch_" + strings.ToLower(rand.Text())
	if err := administer(ctx, address, "CREATE DATABASE "+name); err != nil {
		return "", nil, fmt.Errorf("make scratch database: %w", err)
	}
	u.Path = "/" + name
	return u.String(), func() error {
		return administer(context.WithoutCancel(ctx), address, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
	}, nil
}

// administer runs one statement outside a transaction, on a connection of its own.
func administer(ctx context.Context, address, statement string) error {
	pool, err := sql.Open("postgres", address)
	if err != nil {
		return err
	}
	_, err = pool.ExecContext(ctx, statement)
	return errors.Join(err, pool.Close())
}
