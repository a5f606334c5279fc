// Package keyfile keeps the secrets of an installation in one file outside the
// database, readable by its owner alone: what seals the pages of respondents, makes
// and hashes receipt codes, and closes the vault and the memory of the guard. Every instance on one PostgreSQL
// needs the same file. A copy of the database without it opens nothing.
package keyfile

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"weerklank.nl/weerklank/surveys/responses"
)

// Faults of a key file that an operator can mend.
var (
	// ErrMissing says that there is no key file where it should be.
	ErrMissing = errors.New("key file is missing")
	// ErrReadable says that others than its owner can read the file.
	ErrReadable = errors.New("key file can be read by others: chmod 600")
	// ErrDamaged says that the file is no key file, or not a whole one.
	ErrDamaged = errors.New("key file is damaged")
)

// formatVersion is that of the file.
const formatVersion = 1

// secretSize is the number of bytes of a generation's secret, from which all keys
// of that generation are derived.
const secretSize = 32

// generation is one generation of the secret as the file holds it.
type generation struct {
	Made     time.Time  `json:"made"`
	Replaced *time.Time `json:"replaced,omitempty"`
	Secret   []byte     `json:"secret"`
}

// file is what stands in the key file: the generations, oldest first. The last one
// is in use. Older ones stay, because receipt codes in people's hands and what is
// sealed in the vault were made with them.
type file struct {
	Version     int          `json:"weerklank_keys"`
	Generations []generation `json:"generations"`
}

// Ring is an opened key file. It never prints its secrets.
type Ring struct {
	generations []generation
}

// Load opens the key file at path. It refuses a file that others can read.
func Load(path string) (*Ring, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("open keys %s: %w", path, ErrMissing)
	case err != nil:
		return nil, fmt.Errorf("open keys: %w", err)
	case info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("open keys %s: %w", path, ErrReadable)
	}
	content, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("open keys: %w", err)
	}
	var f file
	if err := json.Unmarshal(content, &f); err != nil || f.Version != formatVersion || len(f.Generations) == 0 {
		return nil, fmt.Errorf("open keys %s: %w", path, ErrDamaged)
	}
	for i, g := range f.Generations {
		if len(g.Secret) != secretSize || (g.Replaced == nil) != (i == len(f.Generations)-1) {
			return nil, fmt.Errorf("open keys %s: generation %d: %w", path, i+1, ErrDamaged)
		}
	}
	return &Ring{generations: f.Generations}, nil
}

// LoadOrMake opens the key file and makes it when there is none, as at the first
// start on SQLite. Of two programs that start at once, one makes it and both open
// the same. chance gives the secret; now is written beside it.
func LoadOrMake(path string, chance io.Reader, now time.Time) (*Ring, error) {
	ring, err := Load(path)
	if !errors.Is(err, ErrMissing) {
		return ring, err
	}
	fresh, err := newGeneration(chance, now)
	if err != nil {
		return nil, err
	}
	temporary, err := write(path, []generation{fresh})
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(temporary) }()
	if err := os.Link(temporary, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("make keys: %w", err)
	}
	if err := syncFolder(path); err != nil {
		return nil, err
	}
	return Load(path)
}

// Replace puts a new generation in use. Pages that were sealed with the old one
// open for 30 days more; receipt codes and the vault stay readable. Instances use it
// from their next start.
func Replace(path string, chance io.Reader, now time.Time) error {
	ring, err := Load(path)
	if err != nil {
		return err
	}
	fresh, err := newGeneration(chance, now)
	if err != nil {
		return err
	}
	replaced := now.UTC()
	ring.generations[len(ring.generations)-1].Replaced = &replaced
	temporary, err := write(path, append(ring.generations, fresh))
	if err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		_ = os.Remove(temporary)
		return fmt.Errorf("replace keys: %w", err)
	}
	return syncFolder(path)
}

func newGeneration(chance io.Reader, now time.Time) (generation, error) {
	g := generation{Made: now.UTC(), Secret: make([]byte, secretSize)}
	if _, err := io.ReadFull(chance, g.Secret); err != nil {
		return generation{}, fmt.Errorf("make keys: %w", err)
	}
	return g, nil
}

// write puts the generations, durably, in a temporary file beside path.
func write(path string, generations []generation) (string, error) {
	content, err := json.MarshalIndent(file{formatVersion, generations}, "", "  ")
	if err != nil {
		return "", fmt.Errorf("write keys: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".keys-*") // made with 0600
	if err != nil {
		return "", fmt.Errorf("write keys: %w", err)
	}
	_, err = f.Write(append(content, '\n'))
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		_ = os.Remove(f.Name())
		return "", fmt.Errorf("write keys: %w", err)
	}
	return f.Name(), nil
}

// syncFolder makes the file's name as durable as its content.
func syncFolder(path string) error {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("write keys: %w", err)
	}
	if err := errors.Join(folder.Sync(), folder.Close()); err != nil {
		return fmt.Errorf("write keys: %w", err)
	}
	return nil
}

// Responses are the keys that seal sittings and make receipt codes.
func (r *Ring) Responses() (*responses.Keys, error) {
	generations := make([]responses.Generation, len(r.generations))
	for i, g := range r.generations {
		generations[i] = responses.Generation{
			ID:     binary.BigEndian.Uint32(derive(g.Secret, "generation", 4)),
			Seal:   [32]byte(derive(g.Secret, "sitting", 32)),
			Derive: [32]byte(derive(g.Secret, "receipt code", 32)),
			Hash:   [32]byte(derive(g.Secret, "receipt hash", 32)),
			Ballot: [32]byte(derive(g.Secret, "ballot", 32)), Contact: [32]byte(derive(g.Secret, "contact", 32)),
		}
		if g.Replaced != nil {
			generations[i].ReplacedAt = *g.Replaced
		}
	}
	return responses.NewKeys(generations)
}

// Vault are the keys of the identity vault, newest first: seal with the first,
// open with any.
func (r *Ring) Vault() [][32]byte { return r.all("vault") }

// Tokens are the keys under which one-use tokens are hashed, newest first.
func (r *Ring) Tokens() [][32]byte { return r.all("token") }

// Memory are the keys that seal what the guard remembers of the releases, newest
// first.
func (r *Ring) Memory() [][32]byte { return r.all("memory of releases") }

func (r *Ring) all(purpose string) [][32]byte {
	keys := make([][32]byte, 0, len(r.generations))
	for i := len(r.generations) - 1; i >= 0; i-- {
		keys = append(keys, [32]byte(derive(r.generations[i].Secret, purpose, 32)))
	}
	return keys
}

// Format keeps secrets out of logs, whatever the verb.
func (r *Ring) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("keys")) }

// derive makes the key for one purpose: HKDF (RFC 5869) over SHA-256.
func derive(secret []byte, purpose string, size int) []byte {
	key, err := hkdf.Key(sha256.New, secret, nil, "weerklank "+purpose, size)
	if err != nil {
		panic("derive key: " + err.Error()) // only for a size that the hash cannot give
	}
	return key
}
