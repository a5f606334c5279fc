package backup

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// Whole tells of a backup in a file whether it is whole, as far as that can be told without
// an identity: ErrDamaged when it is not. One that is not sealed is read to its end, and
// held against its checksum. Of a sealed one it is the length alone, which is that of a
// whole number of steps: so one that was cut short is found, and one that was changed is
// not. One that the tool age made of a readable backup, or put in armour, has another length: it is
// found too, or, in armour, passed over.
func Whole(path string) error {
	f, err := os.Open(path) //nolint:gosec // the operator named its folder
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	_, err = inspect(f, Identity{})
	if !errors.Is(err, ErrSealed) {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return wholeSealed(f, info.Size())
}

// The format of age (age-encryption.org/v1): lines that end with one that begins with
// ---, sixteen bytes, then parts of 64 KiB with sixteen bytes each.
const (
	ageNonce    = 16
	ageHeader   = 1 << 16 // more than any has: 200 bytes for each recipient
	agePart     = 64 << 10
	ageOverhead = 16
)

func wholeSealed(r io.Reader, size int64) error {
	in := bufio.NewReader(io.LimitReader(r, ageHeader))
	header := int64(0)
	for {
		line, err := in.ReadString('\n')
		header += int64(len(line))
		switch {
		case header == int64(len(line)) && !strings.HasPrefix(line, "age-encryption.org/"):
			return nil // in armour
		case err != nil:
			return fmt.Errorf("%w: it ends in its first lines", ErrDamaged)
		case !strings.HasPrefix(line, "---"):
			continue
		}
		break
	}
	if parts := size - header - ageNonce; parts <= 0 || parts%(step/agePart*(agePart+ageOverhead)) != 0 {
		return fmt.Errorf("%w: its length is of no whole backup", ErrDamaged)
	}
	return nil
}
