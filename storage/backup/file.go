package backup

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// file is a backup under a temporary name, beside the name that it will have. One
// that a killed program left behind begins with a dot and is removed by the next.
type file struct {
	*bufio.Writer
	f    *os.File
	path string
}

func newFile(path string) (*file, error) {
	folder, base := filepath.Split(path)
	if folder == "" {
		folder = "."
	}
	behind, err := filepath.Glob(filepath.Join(escaped(folder), "."+escaped(base)+".*.part"))
	if err != nil {
		return nil, err
	}
	for _, name := range behind {
		if err := os.Remove(name); err != nil {
			return nil, err
		}
	}
	f, err := os.CreateTemp(folder, "."+base+".*.part") // made with 0600
	if err != nil {
		return nil, err
	}
	return &file{bufio.NewWriterSize(f, 256<<10), f, path}, nil
}

// escaped is a name in which Glob finds nothing special.
func escaped(name string) string {
	var out []byte
	for _, b := range []byte(name) {
		if b == '*' || b == '?' || b == '[' || b == '\\' {
			out = append(out, '\\')
		}
		out = append(out, b)
	}
	return string(out)
}

// publish gives the file its name, durably, unless something took the name meanwhile.
func (f *file) publish() error {
	if err := errors.Join(f.Flush(), f.f.Sync(), f.f.Close()); err != nil {
		return err
	}
	err := os.Link(f.f.Name(), f.path)
	switch {
	case errors.Is(err, fs.ErrExist):
		return fs.ErrExist
	case err != nil: // a file system without links, as on a memory stick
		if _, there := os.Lstat(f.path); !errors.Is(there, fs.ErrNotExist) {
			return errors.Join(fs.ErrExist, there)
		}
		if err := os.Rename(f.f.Name(), f.path); err != nil {
			return err
		}
	}
	folder, err := os.Open(filepath.Dir(f.path))
	if err != nil {
		return err
	}
	if err := errors.Join(folder.Sync(), folder.Close()); err != nil {
		return fmt.Errorf("keep the name: %w", err)
	}
	return nil
}

// discard removes the temporary name; after publish that is all that is left of it.
func (f *file) discard() {
	_ = f.f.Close()
	_ = os.Remove(f.f.Name())
}
