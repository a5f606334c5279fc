package responses

import (
	"encoding/base64"
	"encoding/binary"
	"strings"

	"weerklank.nl/weerklank/surveys"
)

// What somebody looks for in texts or among people may be a name. In an address it would
// stay behind in histories of browsers and in logs of proxies, so there it stands sealed,
// with the key that seals the answers in a page.
const (
	soughtFormat = 2   // no sitting
	soughtStep   = 64  // the length says no more than how many times this it is
	mostSought   = 512 // bytes; the rest is cut off
)

// SealSought seals words that somebody looks for at a survey, so that they can stand in an
// address. No words are "". The nonce must be random and never used twice.
func (k *Keys) SealSought(words string, org surveys.OrgID, survey surveys.ID, nonce [nonceSize]byte) string {
	if words == "" {
		return ""
	}
	words = strings.ToValidUTF8(words[:min(len(words), mostSought)], "")
	b := append(binary.BigEndian.AppendUint32([]byte{soughtFormat}, k.current.ID), nonce[:]...)
	plain := binary.BigEndian.AppendUint16(nil, uint16(len(words))) //nolint:gosec // at most mostSought
	plain = append(plain, words...)
	plain = append(plain, make([]byte, (soughtStep-len(plain)%soughtStep)%soughtStep)...)
	return base64.RawURLEncoding.EncodeToString(k.current.aead.Seal(b, nonce[:], plain, bound(b[:head], org, survey)))
}

// OpenSought reads such words; "" when they are of another survey, or not ours.
func (k *Keys) OpenSought(sealed string, org surveys.OrgID, survey surveys.ID) string {
	b, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || len(b) < head+nonceSize+tagSize || b[0] != soughtFormat {
		return ""
	}
	g := k.find(binary.BigEndian.Uint32(b[1:head]))
	if g == nil {
		return ""
	}
	plain, err := g.aead.Open(nil, b[head:head+nonceSize], b[head+nonceSize:], bound(b[:head], org, survey))
	if err != nil || len(plain) < 2 {
		return ""
	}
	return string(plain[2:min(len(plain), 2+int(binary.BigEndian.Uint16(plain)))])
}
