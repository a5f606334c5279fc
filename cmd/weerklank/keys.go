package main

import (
	"crypto/rand"
	"errors"
	"os"
	"time"

	"weerklank.nl/weerklank/storage/backup"
	"weerklank.nl/weerklank/storage/keyfile"
)

// keyCommands are what makes keys. Without a word it is the key file of an installation.
type keyCommands struct {
	Installation   keysCmd           `cmd:"" default:"withargs" help:"${keys}"`
	BackupIdentity backupIdentityCmd `cmd:"" help:"${keys_identity}"`
}

// keysCmd makes a key file, or puts new keys into use in one that is there.
type keysCmd struct {
	File    string `arg:"" type:"path" help:"${keys_file}"`
	Replace bool   `help:"${keys_replace}"`
}

// Run makes or replaces. An existing file is only ever added to, because the keys
// in it still open pages and recognise receipt codes.
func (k *keysCmd) Run(t *terminal) error {
	_, err := os.Stat(k.File)
	switch {
	case k.Replace && errors.Is(err, os.ErrNotExist):
		return told{key: "cli.keys_absent", args: map[string]any{"File": k.File}}
	case k.Replace:
		if err := keyfile.Replace(k.File, rand.Reader, time.Now()); err != nil {
			return err
		}
		t.say("cli.keys_replaced", map[string]any{"File": k.File})
		return nil
	case err == nil:
		return told{key: "cli.keys_there", args: map[string]any{"File": k.File}}
	}
	if _, err := keyfile.LoadOrMake(k.File, rand.Reader, time.Now()); err != nil {
		return err
	}
	t.say("cli.keys_made", map[string]any{"File": k.File})
	return nil
}

// backupIdentityCmd makes what opens backups, for somebody who keeps it off the server.
// The file has to be named: by itself it would come to lie beside the database.
type backupIdentityCmd struct {
	File string `arg:"" type:"path" help:"${identity_file}"`
}

// Run makes an identity, and says for which recipient backups are to be made.
func (b *backupIdentityCmd) Run(t *terminal) error {
	recipient, err := backup.MakeIdentity(b.File, time.Now())
	switch args := map[string]any{"File": b.File}; {
	case errors.Is(err, os.ErrExist):
		return told{key: "cli.identity_there", args: args}
	case errors.Is(err, os.ErrNotExist):
		return told{key: "cli.no_file", args: args}
	case errors.Is(err, os.ErrPermission):
		return told{key: "cli.no_permission", args: args}
	case err != nil:
		return err
	}
	t.say("cli.identity_made", map[string]any{"File": b.File, "Recipient": recipient})
	return nil
}
