package admin

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"errors"

	"weerklank.nl/weerklank/surveys"
)

// seal keeps the secrets of second steps closed with the key file, each bound to its
// account: a copy of the database makes no codes, and one account's secret is of no
// use in another's row.
type seal struct {
	boxes  []cipher.AEAD // newest first
	hashes [][32]byte
}

var errSealed = errors.New("the second step was sealed with another key file, or changed")

func newSeal(keys [][32]byte) seal {
	s := seal{hashes: keys}
	for _, key := range keys {
		block, err := aes.NewCipher(key[:])
		if err != nil {
			panic(err) // only for a key of another length
		}
		box, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			panic(err) // only for another block size
		}
		s.boxes = append(s.boxes, box)
	}
	return s
}

func (s seal) close(secret []byte, a *surveys.Account) ([]byte, error) {
	if len(s.boxes) == 0 {
		return nil, errors.New("seal a second step: no key was given")
	}
	return s.boxes[0].Seal(nil, nil, secret, boundTo(a)), nil //nolint:gosec // the AEAD draws the nonce itself
}

func (s seal) open(sealed []byte, a *surveys.Account) ([]byte, error) {
	for _, box := range s.boxes {
		if secret, err := box.Open(nil, nil, sealed, boundTo(a)); err == nil {
			return secret, nil
		}
	}
	return nil, errSealed
}

// hash is what is kept of a recovery code, with each key, newest first.
func (s seal) hash(code string, a *surveys.Account) [][]byte {
	hashes := make([][]byte, 0, len(s.hashes))
	for _, key := range s.hashes {
		mac := hmac.New(sha256.New, key[:])
		mac.Write([]byte("recovery code\x00"))
		mac.Write(boundTo(a))
		mac.Write([]byte("\x00" + code))
		hashes = append(hashes, mac.Sum(nil))
	}
	return hashes
}

func boundTo(a *surveys.Account) []byte {
	return []byte("second step\x00" + string(a.Org) + "\x00" + string(a.ID))
}
