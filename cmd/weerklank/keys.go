package main

import (
	"crypto/rand"
	"errors"
	"os"
	"time"

	"weerklank.nl/weerklank/storage/keyfile"
)

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
