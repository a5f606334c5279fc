package responses

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/mail"
	"strings"

	"golang.org/x/crypto/curve25519"
	"golang.org/x/crypto/nacl/box"

	"weerklank.nl/weerklank/surveys"
)

// ErrContactSealed says that a contact cannot be opened: it was sealed for another
// survey, was changed, or its key is no longer in the key file.
var ErrContactSealed = errors.New("contact: does not open")

// Contact is where somebody wants to hear what is done with a survey. It belongs to the
// survey and to no response: it is asked in a request of its own that carries nothing of
// one, and its key is random. It does not print.
type Contact struct {
	Email string
	Lang  surveys.Lang
}

// ContactKey is the random key of a contact. It says nothing of when the contact came.
type ContactKey [16]byte

// ID is the key as it stands in a stop token.
func (k ContactKey) ID() surveys.ID { return contactPrefix + surveys.ID(hex.EncodeToString(k[:])) }

// ContactOf is the contact that a stop token names; not ok when it names a person on a
// list of invitations. A random key of those never begins like one of ours.
func ContactOf(id surveys.ID) (k ContactKey, ok bool) {
	rest, ours := strings.CutPrefix(string(id), contactPrefix)
	raw, err := hex.DecodeString(rest)
	if !ours || err != nil || len(raw) != len(k) {
		return k, false
	}
	return ContactKey(raw), true
}

const contactPrefix = "contact-"

// SealedContact is a contact as it is stored. Sealed always has the same length.
type SealedContact struct {
	Org    surveys.OrgID
	Survey surveys.ID
	Key    ContactKey
	Sealed []byte
}

// NewContact reads an address that somebody typed.
func NewContact(typed string, lang surveys.Lang) (Contact, error) {
	var wrong surveys.Invalid
	typed = strings.TrimSpace(typed)
	if typed == "" {
		wrong.Add("email", "contact.no_email")
		return Contact{}, wrong
	}
	email, ok := readEmail(typed)
	wrong.Require(ok, "email", "contact.bad_email")
	return Contact{Email: email, Lang: lang}, wrong.Err()
}

// readEmail is the address as it is compared and sent to.
func readEmail(typed string) (email string, ok bool) {
	parsed, err := mail.ParseAddress(typed)
	if err != nil || len(parsed.Address) > mostEmail || !ascii(parsed.Address) || !strings.Contains(parsed.Address[strings.LastIndexByte(parsed.Address, '@'):], ".") {
		return "", false
	}
	return strings.ToLower(parsed.Address), true
}

// Format keeps an address out of logs and error texts, whatever the verb.
func (c Contact) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("contact")) }

// LogValue keeps an address out of structured logs.
func (c Contact) LogValue() slog.Value { return slog.StringValue("contact") }

// contactSize is the length of what is sealed: language, address, organisation and
// survey with room to spare, so that the length of the box says nothing.
const contactSize = 512

// SealContact seals a contact for one survey, to the public half of the key in use
// (NaCl box with a key of its own, libsodium's sealed box). Only the key file opens it.
// chance gives that key.
func (k *Keys) SealContact(c Contact, org surveys.OrgID, survey surveys.ID, chance io.Reader) ([]byte, error) {
	plain := []byte(strings.Join([]string{string(c.Lang), c.Email, string(org), string(survey)}, "\x00") + "\x00")
	if len(plain) > contactSize {
		return nil, errors.New("seal contact: it is too long")
	}
	plain = append(plain, make([]byte, contactSize-len(plain))...)
	sealed, err := box.SealAnonymous(nil, plain, &k.current.contactPublic, chance)
	if err != nil {
		return nil, fmt.Errorf("seal contact: %w", err)
	}
	return sealed, nil
}

// OpenContact opens what was sealed with this key file, under any generation of keys.
func (k *Keys) OpenContact(s *SealedContact) (Contact, error) {
	for _, g := range k.all {
		plain, ok := box.OpenAnonymous(nil, s.Sealed, &g.contactPublic, &g.Contact)
		if !ok {
			continue
		}
		parts := strings.SplitN(string(plain), "\x00", 5)
		if len(parts) != 5 || parts[2] != string(s.Org) || parts[3] != string(s.Survey) {
			return Contact{}, ErrContactSealed
		}
		return Contact{Lang: surveys.Lang(parts[0]), Email: parts[1]}, nil
	}
	return Contact{}, ErrContactSealed
}

// publicOf is the public half of the key that opens contacts.
func publicOf(private *[32]byte) (public [32]byte, err error) {
	b, err := curve25519.X25519(private[:], curve25519.Basepoint)
	if err != nil {
		return public, fmt.Errorf("keys of contacts: %w", err)
	}
	return [32]byte(b), nil
}
