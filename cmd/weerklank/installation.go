package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/keyfile"
)

// installation is where the data are: a database, and the key file beside it.
type installation struct {
	Database string `help:"${database}" env:"WEERKLANK_DATABASE" placeholder:"URL"`
	Keys     string `help:"${keyfile}" env:"WEERKLANK_KEYS" placeholder:"FILE" type:"path"`
}

// address is the URL of the database: by default a file in the user's data folder.
func (i *installation) address() (string, error) {
	if i.Database != "" {
		return i.Database, nil
	}
	dir, err := dataFolder("weerklank")
	if err != nil {
		return "", err
	}
	return fileAddress(filepath.Join(dir, "weerklank.db")), nil
}

// open opens the database and the key file. On SQLite the first start makes the key
// file; on PostgreSQL it has to be there, the same on every instance.
func (i *installation) open(ctx context.Context) (*db.DB, *keyfile.Ring, error) {
	address, err := i.address()
	if err != nil {
		return nil, nil, err
	}
	keys, err := i.openKeys(address)
	if err != nil {
		return nil, nil, err
	}
	database, err := db.Open(ctx, address)
	if err != nil {
		return nil, nil, err
	}
	return database, keys, nil
}

func (i *installation) openKeys(address string) (*keyfile.Ring, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, told{key: "cli.database_not_url"}
	}
	if u.Scheme == "sqlite" {
		if i.Keys == "" {
			i.Keys = keysBeside(u.Path)
		}
		if err := os.MkdirAll(filepath.Dir(i.Keys), 0o700); err != nil {
			return nil, fmt.Errorf("make folder of the key file: %w", err)
		}
		return keyfile.LoadOrMake(i.Keys, rand.Reader, time.Now())
	}
	if i.Keys == "" {
		return nil, told{key: "cli.keys_needed"}
	}
	ring, err := keyfile.Load(i.Keys)
	if errors.Is(err, os.ErrNotExist) {
		return nil, told{key: "cli.keys_absent", args: map[string]any{"File": i.Keys}}
	}
	return ring, err
}

// openExisting opens a database that is there, without its keys: looking at one must
// make neither.
func (i *installation) openExisting(ctx context.Context) (*db.DB, error) {
	address, err := i.address()
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, told{key: "cli.database_not_url"}
	}
	if u.Scheme == "sqlite" {
		if _, err := os.Stat(u.Path); errors.Is(err, os.ErrNotExist) {
			return nil, told{key: "cli.doctor.absent", args: map[string]any{"File": u.Path}}
		}
	}
	return db.Open(ctx, address)
}

// openWithKeys opens a database that is there, with its keys, and makes neither.
func (i *installation) openWithKeys(ctx context.Context) (*db.DB, *keyfile.Ring, error) {
	database, err := i.openExisting(ctx)
	if err != nil {
		return nil, nil, err
	}
	address, err := i.address()
	if err == nil && i.Keys == "" {
		if u, parsed := url.Parse(address); parsed == nil && u.Scheme == "sqlite" {
			i.Keys = keysBeside(u.Path)
		}
	}
	var ring *keyfile.Ring
	switch {
	case err != nil:
	case i.Keys == "":
		err = told{key: "cli.keys_needed"}
	default:
		ring, err = keyfile.Load(i.Keys)
		if errors.Is(err, os.ErrNotExist) {
			err = told{key: "cli.keys_absent", args: map[string]any{"File": i.Keys}}
		}
	}
	if err != nil {
		return nil, nil, errors.Join(err, database.Close())
	}
	return database, ring, nil
}

// keysBeside is the key file of an SQLite database.
func keysBeside(path string) string {
	return strings.TrimSuffix(path, filepath.Ext(path)) + ".keys"
}

// dataFolder is the folder for the user's own data by the XDG Base Directory
// Specification, so never inside a checkout.
func dataFolder(name string) (string, error) {
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, name), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", told{key: "cli.no_home"}
	}
	return filepath.Join(home, ".local", "share", name), nil
}

func fileAddress(path string) string {
	return (&url.URL{Scheme: "sqlite", Path: path}).String()
}
