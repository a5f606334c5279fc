package main

import (
	"context"
	"errors"
	"net/url"
	"os"
	"strings"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/keyfile"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
)

// doctorCmd says what is unsafe or amiss, and how to mend it. It changes nothing.
type doctorCmd struct {
	installation
}

// Run examines the key file, the database and the settings; exit 1 when something
// is amiss.
func (d *doctorCmd) Run(ctx context.Context, t *terminal) error {
	address, err := d.address()
	if err != nil {
		return err
	}
	found := d.keyFile(address)
	more, err := examine(ctx, address)
	if err != nil {
		return err
	}
	found = append(found, more...)
	for _, trouble := range found {
		args := map[string]any{}
		for name, value := range trouble.Args {
			args[name] = value
		}
		t.say("cli.doctor."+trouble.Key, args)
	}
	if len(found) > 0 {
		return exitCode(1)
	}
	t.say("cli.doctor.well", nil)
	return nil
}

func (d *doctorCmd) keyFile(address string) []db.Trouble {
	path := d.Keys
	if u, err := url.Parse(address); err == nil && u.Scheme == "sqlite" && path == "" {
		path = keysBeside(u.Path)
	}
	_, err := keyfile.Load(path)
	args := map[string]string{"File": path}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, keyfile.ErrReadable):
		return []db.Trouble{{Key: "keys_readable", Args: args}}
	case errors.Is(err, keyfile.ErrMissing), errors.Is(err, os.ErrNotExist):
		return []db.Trouble{{Key: "keys_missing", Args: args}}
	default:
		return []db.Trouble{{Key: "keys_damaged", Args: args}}
	}
}

func examine(ctx context.Context, address string) ([]db.Trouble, error) {
	if u, err := url.Parse(address); err == nil && u.Scheme == "sqlite" {
		if _, err := os.Stat(u.Path); errors.Is(err, os.ErrNotExist) { // opening would make it
			return []db.Trouble{{Key: "absent", Args: map[string]string{"File": u.Path}}}, nil
		}
	}
	database, err := db.Open(ctx, address)
	switch {
	case errors.Is(err, db.ErrNotDurable):
		return []db.Trouble{{Key: "not_durable", Args: map[string]string{"Why": err.Error()}}}, nil
	case err != nil:
		return nil, err
	}
	defer database.Close()
	found, err := database.Examine(ctx, surveys.DateOf(time.Now().UTC()))
	if err != nil || len(found) > 0 && found[0].Key == "not_migrated" {
		return found, err
	}
	orgs, err := vault.New(database).ListOrganisations(ctx)
	for i := range orgs {
		switch name := map[string]string{"Name": orgs[i].Name.In(surveys.Dutch)}; {
		case orgs[i].Address == "":
			found = append(found, db.Trouble{Key: "no_address", Args: name})
		case !strings.HasPrefix(orgs[i].Address, "https://"):
			found = append(found, db.Trouble{Key: "no_tls", Args: name})
		}
	}
	return found, err
}
