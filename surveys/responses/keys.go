package responses

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"sync"
	"time"

	"weerklank.nl/weerklank/surveys"
)

// Refusals of a sealed sitting.
var (
	// ErrTampered says that the field was changed, cut off, or sealed for another survey.
	ErrTampered = errors.New("sitting: was changed on the way")
	// ErrOutdated says that the page is too old, or sealed with a key that is gone.
	ErrOutdated = errors.New("sitting: is outdated")
	// ErrTooLong says that the answers are longer than a page may carry.
	ErrTooLong = errors.New("sitting: is too long")
)

// Bounds of a sealed sitting.
const (
	PageLife   = 30 * 24 * time.Hour // how long a page stays valid
	MostSealed = 192 << 10           // characters of the hidden field
	format     = 1
	head       = 1 + 4 // format and generation stand before the nonce, readable
	nonceSize  = 12
	tagSize    = 16
)

// Generation is one generation of the secrets under responses. Secrets for the
// receipt codes are kept for good, as the codes in people's hands are; the one that
// seals pages ends 30 days after it was replaced.
type Generation struct {
	ID         uint32
	Seal       [32]byte  // AES-256 for the sitting in the page
	Derive     [32]byte  // HMAC from submission key to receipt code
	Hash       [32]byte  // HMAC from receipt code to what is stored
	Ballot     [32]byte  // HMAC from the holder of an invitation to their ballot, and from that to what is stored
	Contact    [32]byte  // the private half of what contacts are sealed to (X25519)
	ReplacedAt time.Time // zero for the one in use
}

type generation struct {
	Generation
	aead          cipher.AEAD
	derive, hash  macs
	contactPublic [32]byte
}

// macs lends HMACs that hold one secret already: preparing one takes longer than
// hashing a code with it.
type macs struct{ idle sync.Pool }

func (m *macs) hold(secret []byte) {
	m.idle.New = func() any { return hmac.New(sha256.New, secret) }
}

func (m *macs) with(use func(hash.Hash)) {
	mac := m.idle.Get().(hash.Hash)
	mac.Reset()
	use(mac)
	m.idle.Put(mac)
}

// Keys seals sittings and makes receipt codes. It is safe for concurrent use.
type Keys struct {
	current *generation
	all     []*generation // newest first
	scratch sync.Pool
}

// NewKeys takes the generations, oldest first; the last is the one in use.
func NewKeys(generations []Generation) (*Keys, error) {
	if len(generations) == 0 {
		return nil, errors.New("keys of responses: none given")
	}
	k := &Keys{scratch: sync.Pool{New: func() any { return new([]byte) }}}
	for i := len(generations) - 1; i >= 0; i-- {
		block, err := aes.NewCipher(generations[i].Seal[:])
		if err != nil {
			return nil, fmt.Errorf("keys of responses: %w", err)
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, fmt.Errorf("keys of responses: %w", err)
		}
		g := &generation{Generation: generations[i], aead: aead}
		g.derive.hold(g.Derive[:])
		g.hash.hold(g.Hash[:])
		if g.contactPublic, err = publicOf(&g.Contact); err != nil {
			return nil, err
		}
		k.all = append(k.all, g)
	}
	k.current = k.all[0]
	return k, nil
}

func (k *Keys) find(id uint32) *generation {
	for _, g := range k.all {
		if g.ID == id {
			return g
		}
	}
	return nil
}

// Begin fixes which secrets the receipt code of a new sitting comes from.
func (k *Keys) Begin(s *Sitting) { s.Generation = k.current.ID }

// Receipt is the receipt code of a sitting and the key of its response: the same at
// every sending, also when a key was replaced in between.
func (k *Keys) Receipt(s *Sitting, org surveys.OrgID, survey surveys.ID) (ReceiptCode, Key, error) {
	g := k.find(s.Generation)
	if g == nil {
		return ReceiptCode{}, Key{}, ErrOutdated
	}
	var code ReceiptCode
	g.derive.with(func(mac hash.Hash) { code = codeOf(mac, survey, s.Key) })
	var key Key
	g.hash.with(func(mac hash.Hash) { key = code.key(mac, org) })
	return code, key, nil
}

// KeysOf are the keys under which the response of a code may be stored, one for
// each generation of secrets, newest first.
func (k *Keys) KeysOf(c ReceiptCode, org surveys.OrgID) []Key {
	keys := make([]Key, len(k.all))
	for i, g := range k.all {
		keys[i] = c.Key(g.Hash[:], org)
	}
	return keys
}

// AppendSealed appends the sitting to dst, sealed for this survey and written so
// that it can stand in an HTML attribute. The nonce must be random and never used
// twice. Its length follows the length of the answers only in coarse steps.
func (k *Keys) AppendSealed(dst []byte, org surveys.OrgID, survey surveys.ID, s *Sitting, names []string, nonce [nonceSize]byte) ([]byte, error) {
	buf := k.scratch.Get().(*[]byte)
	defer k.scratch.Put(buf)
	b := append((*buf)[:0], format)
	b = binary.BigEndian.AppendUint32(b, k.current.ID)
	b = append(b, nonce[:]...)
	b = append(b, 0, 0, 0, 0)
	b = s.append(b, names)
	length := len(b) - head - nonceSize - 4
	binary.BigEndian.PutUint32(b[head+nonceSize:], uint32(length))
	b = append(b, make([]byte, padded(length+4)-length-4)...)
	plain := b[head+nonceSize:]
	b = k.current.aead.Seal(b[:head+nonceSize], nonce[:], plain, bound(b[:head], org, survey))
	*buf = b
	if base64.RawURLEncoding.EncodedLen(len(b)) > MostSealed {
		return dst, ErrTooLong
	}
	return base64.RawURLEncoding.AppendEncode(dst, b), nil
}

// Open reads a sealed sitting of this survey. An outdated one comes with
// ErrOutdated and, where its key is still there, with its answers.
func (k *Keys) Open(field string, org surveys.OrgID, survey surveys.ID, now time.Time, fields Fields) (*Sitting, error) {
	if len(field) > MostSealed {
		return nil, ErrTooLong
	}
	buf := k.scratch.Get().(*[]byte)
	defer k.scratch.Put(buf)
	b, err := base64.RawURLEncoding.AppendDecode((*buf)[:0], []byte(field))
	*buf = b
	if err != nil || len(b) < head+nonceSize+tagSize+4 || b[0] != format {
		return nil, ErrTampered
	}
	g := k.find(binary.BigEndian.Uint32(b[1:head]))
	if g == nil {
		return nil, ErrOutdated
	}
	if !g.ReplacedAt.IsZero() && now.Sub(g.ReplacedAt) > PageLife {
		return nil, ErrOutdated
	}
	plain, err := g.aead.Open(b[head+nonceSize:head+nonceSize], b[head:head+nonceSize], b[head+nonceSize:], bound(b[:head], org, survey))
	if err != nil {
		return nil, ErrTampered
	}
	length := binary.BigEndian.Uint32(plain)
	if int(length) > len(plain)-4 {
		return nil, ErrTampered
	}
	s, err := readSitting(plain[4:4+length], fields)
	if errors.Is(err, errEncoding) {
		return nil, ErrTampered
	}
	if err != nil {
		return nil, err
	}
	if now.Sub(s.Issued) > PageLife {
		return s, ErrOutdated
	}
	return s, nil
}

// padded is the length to which a sitting is filled up: 512 bytes, then powers of
// two to 4 kB, then steps of 4 kB.
func padded(n int) int {
	if n > 4096 {
		return (n + 4095) / 4096 * 4096
	}
	size := 512
	for size < n {
		size *= 2
	}
	return size
}

// bound is what the seal holds besides the sitting: its head, the organisation
// and the survey, so that a field of one survey does not open in another.
func bound(first []byte, org surveys.OrgID, survey surveys.ID) []byte {
	data := make([]byte, 0, 96)
	data = append(data, first...)
	data = append(data, org...)
	data = append(data, 0)
	return append(data, survey...)
}
