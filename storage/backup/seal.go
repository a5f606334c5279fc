package backup

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// Refusals of what seals and opens a backup.
var (
	// ErrRecipient says that a text is no recipient.
	ErrRecipient = errors.New("not a recipient")
	// ErrNotIdentity says that a file holds no identity.
	ErrNotIdentity = errors.New("not an identity")
	// ErrSealed says that a backup is sealed, and no identity was given.
	ErrSealed = errors.New("the backup is sealed")
	// ErrIdentity says that a backup is sealed for other identities. Where the first
	// bytes of the file are damaged, that looks the same.
	ErrIdentity = errors.New("the backup is sealed for another identity")
	// ErrNotSealed says that an identity was given, and the backup is not sealed.
	ErrNotSealed = errors.New("the backup is not sealed")
)

// Recipients are those who can open a backup: public keys (X25519), whose identities are
// kept off the server. Who has the recipients alone opens nothing. The file is as
// the tool age makes it (age-encryption.org/v1). The zero Recipients seal nothing.
type Recipients struct{ all []age.Recipient }

// Add takes one more recipient, as age1… It refuses any other text with ErrRecipient, which
// does not repeat it: it may be a secret that somebody took for the recipient.
func (to *Recipients) Add(text string) error {
	one, err := age.ParseX25519Recipient(text)
	if err != nil {
		return ErrRecipient
	}
	to.all = append(to.all, one)
	return nil
}

// Seal gives a writer of which each recipient can open what is written to it. Its Close
// ends the sealed part and leaves w open. Without recipients it writes to w as it is.
func (to *Recipients) Seal(w io.Writer) (io.WriteCloser, error) {
	if len(to.all) == 0 {
		return asItIs{w}, nil
	}
	sealed, err := age.Encrypt(w, to.all...)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return &sealing{sealed: sealed, step: step}, nil
}

type asItIs struct{ io.Writer }

func (asItIs) Close() error { return nil }

// sealing seals a gzipped text, and fills it up so that its length says little.
type sealing struct {
	sealed     io.WriteCloser
	size, step int64 // so far; what it is filled up to a multiple of
}

func (s *sealing) Write(p []byte) (int, error) {
	n, err := s.sealed.Write(p)
	s.size += int64(n)
	return n, err
}

func (s *sealing) Close() error {
	if err := fillUp(s.sealed, s.size, s.step); err != nil {
		return err
	}
	return s.sealed.Close()
}

// step is what the length of what is sealed is a multiple of, in bytes: some thousands of
// responses. Else the lengths of the files of two nights would tell how much came between.
const step = 1 << 20

// fillUp writes to w what makes size bytes of gzip a multiple of step, and unpacks to
// nothing: members without content, with zeros in their extra field (RFC 1952, 2.3.1.1).
func fillUp(w io.Writer, size, step int64) error {
	var b bytes.Buffer
	zip, err := gzip.NewWriterLevel(&b, gzip.NoCompression)
	if err != nil {
		return err
	}
	empty := func(zeros int) []byte {
		b.Reset()
		zip.Reset(&b)
		zip.Extra = append([]byte{'W', 'K', byte(zeros), byte(zeros >> 8)}, make([]byte, zeros)...)
		_ = zip.Close() // a buffer takes all
		return b.Bytes()
	}
	least := len(empty(0))
	left := int((step - size%step) % step)
	if 0 < left && left < least {
		left += int(step)
	}
	for left > 0 {
		n := min(left, least+longestExtra)
		if rest := left - n; 0 < rest && rest < least { // room for one more
			n -= least
		}
		if _, err := w.Write(empty(n - least)); err != nil {
			return err
		}
		left -= n
	}
	return nil
}

// longestExtra is how many zeros fit into an extra field beside the head of its one part.
const longestExtra = 1<<16 - 1 - 4

// Identity opens backups that were sealed for its recipient. It never prints its secret. The zero
// Identity opens nothing.
type Identity struct{ all []age.Identity }

// Format keeps the secret out of logs, whatever the verb.
func (Identity) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("identity")) }

// LoadIdentity reads an identity from a file of MakeIdentity, or of age-keygen.
func LoadIdentity(path string) (Identity, error) {
	f, err := os.Open(path)
	if err != nil {
		return Identity{}, fmt.Errorf("load identity: %w", err)
	}
	defer f.Close()
	all, err := age.ParseIdentities(f)
	if err != nil { // it could repeat what stands in the file
		return Identity{}, fmt.Errorf("load identity: %w", ErrNotIdentity)
	}
	return Identity{all}, nil
}

// MakeIdentity makes a new identity in a new file that its owner alone can read, as age-keygen
// does, and returns its recipient once the file is safely on the disk. A file that is there
// is not touched: fs.ErrExist.
func MakeIdentity(path string, now time.Time) (recipient string, err error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return "", fmt.Errorf("make identity: %w", err)
	}
	recipient = id.Recipient().String()
	f, err := newFile(path)
	if err != nil {
		return "", fmt.Errorf("make identity: %w", err)
	}
	defer f.discard()
	_, err = fmt.Fprintf(f, "# created: %s\n# public key: %s\n%s\n", now.UTC().Format(time.RFC3339), recipient, id)
	if err == nil {
		err = f.publish()
	}
	if err != nil {
		return "", fmt.Errorf("make identity: %w", err)
	}
	return recipient, nil
}

// unseal gives what stands in a backup, and whether it was sealed.
func unseal(r io.Reader, by Identity) (plain io.Reader, sealed bool, err error) {
	in := bufio.NewReaderSize(r, 1<<16)
	start, _ := in.Peek(len(armor.Header)) // a shorter file is none
	r = in
	switch {
	case strings.HasPrefix(string(start), "age-encryption.org/"):
	case string(start) == armor.Header:
		r = armor.NewReader(in)
	default:
		return in, false, nil
	}
	if len(by.all) == 0 {
		return nil, true, ErrSealed
	}
	plain, err = age.Decrypt(r, by.all...)
	switch {
	case errors.Is(err, age.ErrIncorrectIdentity):
		return nil, true, ErrIdentity
	case err != nil:
		return nil, true, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return plain, true, nil
}
