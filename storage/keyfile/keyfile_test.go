package keyfile_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/keyfile"
	"weerklank.nl/weerklank/surveys/responses"
)

var june = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func TestKeyFileIsMadeAtTheFirstStartForItsOwnerAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	if _, err := keyfile.LoadOrMake(path, rand.Reader, june); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode is %v (%v), want 0600", info.Mode(), err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("%d files beside it (%v), want the key file only", len(left), err)
	}
}

func TestKeyFileStaysTheSameAtTheNextStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	first, err := keyfile.LoadOrMake(path, rand.Reader, june)
	if err != nil {
		t.Fatal(err)
	}
	second, err := keyfile.LoadOrMake(path, rand.Reader, june.AddDate(0, 1, 0))
	if err != nil {
		t.Fatal(err)
	}
	if first.Vault()[0] != second.Vault()[0] {
		t.Error("the second start has other keys")
	}
}

func TestKeyFileIsMadeOnceByManyStarts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	vaults := make([][32]byte, 8)
	var wait sync.WaitGroup
	for i := range vaults {
		wait.Go(func() {
			ring, err := keyfile.LoadOrMake(path, rand.Reader, june)
			if err != nil {
				t.Error(err)
				return
			}
			vaults[i] = ring.Vault()[0]
		})
	}
	wait.Wait()
	for _, v := range vaults {
		if v != vaults[0] {
			t.Fatal("two starts have different keys")
		}
	}
}

func TestKeyFileIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		mode    os.FileMode
		want    error
	}{
		"when others can read it":      {`{"weerklank_keys":1}`, 0o644, keyfile.ErrReadable},
		"when it is empty":             {"", 0o600, keyfile.ErrDamaged},
		"when it holds no secret":      {`{"weerklank_keys":1,"generations":[]}`, 0o600, keyfile.ErrDamaged},
		"when its secret is too short": {`{"weerklank_keys":1,"generations":[{"secret":"AAAA"}]}`, 0o600, keyfile.ErrDamaged},
		"when it is of another format": {`{"weerklank_keys":9}`, 0o600, keyfile.ErrDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "keys")
			if err := os.WriteFile(path, []byte(c.content), c.mode); err != nil {
				t.Fatal(err)
			}
			if _, err := keyfile.LoadOrMake(path, rand.Reader, june); !errors.Is(err, c.want) {
				t.Errorf("LoadOrMake() = %v, want %v", err, c.want)
			}
		})
	}
	t.Run("when it must be there and is not", func(t *testing.T) {
		if _, err := keyfile.Load(filepath.Join(t.TempDir(), "keys")); !errors.Is(err, keyfile.ErrMissing) {
			t.Errorf("Load() = %v, want it to be missing", err)
		}
	})
}

func TestReplacedKeysOpenWhatTheOldOnesClosed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	old := made(t, path)
	s := &responses.Sitting{Issued: june, Version: 1}
	old.Begin(s)
	none := func(int) ([]string, error) { return nil, nil }
	field, err := old.AppendSealed(nil, "o1", "s1", s, nil, [12]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	code, key, err := old.Receipt(s, "o1", "s1")
	if err != nil {
		t.Fatal(err)
	}
	if err := keyfile.Replace(path, rand.Reader, june); err != nil {
		t.Fatal(err)
	}
	fresh := made(t, path)
	if _, err := fresh.Open(string(field), "o1", "s1", june.AddDate(0, 0, 29), none); err != nil {
		t.Errorf("a page of before does not open after 29 days: %v", err)
	}
	found := false
	for _, k := range fresh.KeysOf(code, "o1") {
		found = found || k == key
	}
	if !found {
		t.Error("a receipt code of before finds nothing")
	}
}

func TestRingDoesNotPrint(t *testing.T) {
	ring, err := keyfile.LoadOrMake(filepath.Join(t.TempDir(), "keys"), rand.Reader, june)
	if err != nil {
		t.Fatal(err)
	}
	if printed := fmt.Sprintf("%v %+v %#v %s", ring, ring, ring, ring); printed != "keys keys keys keys" {
		t.Errorf("prints as %s", printed)
	}
}

func made(t *testing.T, path string) *responses.Keys {
	t.Helper()
	ring, err := keyfile.LoadOrMake(path, rand.Reader, june)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := ring.Responses()
	if err != nil {
		t.Fatal(err)
	}
	return keys
}
