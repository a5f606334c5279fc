package aggregates

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
	"strconv"

	"weerklank.nl/weerklank/surveys"
)

// The memory of the guard holds what nobody may read from the database: raw counts
// of small groups, and of each response the release that first counted it, which
// is close to the day on which it came. It is stored sealed, with a key that is not
// in the database. The seal holds survey and number too, so that an older memory
// cannot be put in the place of a newer one.
type seal struct{ keys []cipher.AEAD } // newest first

// sealFormat is the first byte of what is stored.
const sealFormat = 1

var errSealed = errors.New("the memory of the releases was sealed with another key, or changed")

func newSeal(keys [][32]byte) seal {
	s := seal{}
	for _, key := range keys {
		block, err := aes.NewCipher(key[:])
		if err != nil {
			panic(err) // only for a key of another length
		}
		aead, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			panic(err) // only for another block size
		}
		s.keys = append(s.keys, aead)
	}
	return s
}

// close seals a memory.
func (s seal) close(memory []byte, org surveys.OrgID, survey surveys.ID, number int) ([]byte, error) {
	if len(s.keys) == 0 {
		return nil, errors.New("seal the memory of the releases: no key was given")
	}
	return s.keys[0].Seal([]byte{sealFormat}, nil, memory, sealedFor(org, survey, number)), nil //nolint:gosec // the AEAD draws the nonce itself
}

// open opens a memory that was sealed with any of the keys.
func (s seal) open(sealed []byte, org surveys.OrgID, survey surveys.ID, number int) ([]byte, error) {
	if len(sealed) == 0 || sealed[0] != sealFormat {
		return nil, errSealed
	}
	for _, key := range s.keys {
		if memory, err := key.Open(nil, nil, sealed[1:], sealedFor(org, survey, number)); err == nil {
			return memory, nil
		}
	}
	return nil, errSealed
}

func sealedFor(org surveys.OrgID, survey surveys.ID, number int) []byte {
	return fmt.Appendf(nil, "%s\x00%s\x00%s", org, survey, strconv.Itoa(number))
}
