package backup

import (
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"

	"weerklank.nl/weerklank/surveys"
)

// reader reads the lines of a backup, and knows at its end whether they are what
// was written.
type reader struct {
	in   *bufio.Reader
	sum  hash.Hash
	line []byte
	upto []byte // the hash of the lines before this one
	head header
}

// open reads the first line. A sealed backup is opened by an identity; one that is not
// sealed has to come without.
func open(r io.Reader, by Identity) (*reader, error) {
	plain, sealed, err := unseal(r, by)
	if err != nil {
		return nil, err
	}
	zipped, err := gzip.NewReader(plain)
	switch {
	case err != nil && sealed && !errors.Is(err, gzip.ErrHeader):
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	case err != nil:
		return nil, ErrNotABackup
	}
	lines := &reader{in: bufio.NewReaderSize(zipped, 1<<16), sum: sha256.New()}
	line, err := lines.next()
	switch {
	case err != nil && sealed:
		return nil, err
	case err != nil || json.Unmarshal(line, &lines.head) != nil || lines.head.Weerklank == 0:
		return nil, ErrNotABackup
	case !sealed && len(by.all) > 0:
		return nil, ErrNotSealed
	}
	return lines, nil
}

// next is the next line; it is valid until the one after it.
func (r *reader) next() ([]byte, error) {
	r.upto = r.sum.Sum(r.upto[:0])
	r.line = r.line[:0]
	for {
		part, err := r.in.ReadSlice('\n')
		r.line = append(r.line, part...)
		switch {
		case err == nil:
			_, _ = r.sum.Write(r.line)
			return r.line, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, fmt.Errorf("%w: it ends too early: %w", ErrDamaged, err)
		case len(r.line) > longest:
			return nil, fmt.Errorf("%w: a line is too long", ErrDamaged)
		}
	}
}

// end tells whether the last line fits what was read, and nothing follows it.
func (r *reader) end(last trailer, rows int64) error {
	if *last.Rows != rows || last.SHA256 != hex.EncodeToString(r.upto) {
		return fmt.Errorf("%w: the checksum differs", ErrDamaged)
	}
	if _, err := r.in.ReadByte(); !errors.Is(err, io.EOF) { // here gzip checks its own
		return fmt.Errorf("%w: something follows its end", ErrDamaged)
	}
	return nil
}

// inspect reads the whole backup, stores nothing, and tells whether it is whole. It
// returns the header also where that is all that this program can read.
func inspect(r io.Reader, by Identity) (header, error) {
	lines, err := open(r, by)
	if err != nil {
		return header{}, err
	}
	if lines.head.Weerklank > format {
		return lines.head, nil
	}
	var rows int64
	for {
		line, err := lines.next()
		if err != nil {
			return lines.head, err
		}
		if line[0] == '[' {
			rows++
			continue
		}
		var last trailer
		if err := json.Unmarshal(line, &last); err != nil {
			return lines.head, ErrDamaged
		}
		if last.Rows != nil {
			return lines.head, lines.end(last, rows)
		}
	}
}

// TakenOn is the day on which the backup in a file was made. Of a file that is no backup
// it is ErrNotABackup, of a sealed one ErrSealed.
func TakenOn(path string) (surveys.Date, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return "", ErrNotABackup
	}
	if err != nil {
		return "", err
	}
	f, err := os.Open(path) //nolint:gosec // the operator named its folder
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // read only
	lines, err := open(f, Identity{})
	if err != nil {
		return "", err
	}
	return lines.head.TakenOn, nil
}
