package responses

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"

	"weerklank.nl/weerklank/surveys"
)

// ErrKeyGone says that the key file no longer holds the generation of keys with
// which the invitations of a survey were made. Ballots that people have can then
// neither be repeated nor told from others.
var ErrKeyGone = errors.New("ballots: their generation of keys is not in the key file")

// Ballot is the one-use token of an invitation: sixteen characters, of which fifteen
// carry 75 bits and one checks them, in the alphabet of the receipt codes. It exists
// in somebody's mail or on a card. Whoever has the key file can make it again, so that
// a reminder repeats the same link; a copy of the database cannot. It does not print:
// Token and Groups are the ways to show it to its holder.
type Ballot struct{ code ReceiptCode }

// BallotHash is the keyed hash of a ballot, which is all that is stored of it.
type BallotHash [32]byte

// Holder is for whom a ballot was made. It is put into the HMAC and stored nowhere
// beside the ballot.
type Holder string

// ForInvitee is the holder of the ballot of a person on the list.
func ForInvitee(id surveys.ID) Holder { return Holder("person\x00" + string(id)) }

// ForCard is the holder of a printed card: nobody, but a number within a group, whose
// place in its list is at.
func ForCard(at int, g *BallotGroup, number int) Holder {
	holder := "card\x00" + strconv.Itoa(at) + "\x00" + strconv.Itoa(number)
	if g.Series != "" {
		holder += "\x00" + g.Series
	}
	return Holder(holder)
}

// ParseBallot reads a token as it stands in a link or as people type it from a card;
// its errors are those of ParseReceiptCode.
func ParseBallot(token string) (Ballot, error) {
	code, err := ParseReceiptCode(token)
	return Ballot{code}, err
}

// Token is the ballot as it stands in its link, /b/TOKEN.
func (b Ballot) Token() string { return string(b.code.chars[:]) }

// Groups is the ballot in its four groups of four, for a card.
func (b Ballot) Groups() [4]string { return b.code.Groups() }

// Format keeps a ballot out of logs and error texts, whatever the verb.
func (b Ballot) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("ballot")) }

// LogValue keeps a ballot out of structured logs.
func (b Ballot) LogValue() slog.Value { return slog.StringValue("ballot") }

// MarshalText refuses: a ballot is written into the message of its holder alone.
func (b Ballot) MarshalText() ([]byte, error) {
	return nil, errors.New("ballot: is not written out")
}

// Generation is the generation of keys in use, to be stored with invitations that are
// made now, so that a replaced key does not change their links.
func (k *Keys) Generation() uint32 { return k.current.ID }

// Ballot makes the ballot of a holder, and the hash to store: the same at every call.
func (k *Keys) Ballot(generation uint32, org surveys.OrgID, survey surveys.ID, h Holder) (Ballot, BallotHash, error) {
	g := k.find(generation)
	if g == nil {
		return Ballot{}, BallotHash{}, ErrKeyGone
	}
	b := Ballot{codeFrom(keyed(g.Ballot[:], "ballot", string(org), string(survey), string(h)))}
	return b, g.ballotHash(b, org), nil
}

// BallotHashes are the hashes under which a ballot may be stored, one for each
// generation of keys, newest first.
func (k *Keys) BallotHashes(b Ballot, org surveys.OrgID) []BallotHash {
	hashes := make([]BallotHash, len(k.all))
	for i, g := range k.all {
		hashes[i] = g.ballotHash(b, org)
	}
	return hashes
}

func (g *generation) ballotHash(b Ballot, org surveys.OrgID) BallotHash {
	return BallotHash(keyed(g.Ballot[:], "hash", string(org), b.Token()))
}

// Holds tells whether the key file still has the generation of keys of these invitations.
func (k *Keys) Holds(i *Invitations) bool { return k.find(i.Generation) != nil }

// StopToken is what stands in the address that stops the messages of a survey to one
// person: their key, and a proof that we wrote it. It opens no ballot.
func (k *Keys) StopToken(generation uint32, org surveys.OrgID, survey, invitee surveys.ID) (string, error) {
	g := k.find(generation)
	if g == nil {
		return "", ErrKeyGone
	}
	proof := codeFrom(keyed(g.Ballot[:], "stop", string(org), string(survey), string(invitee)))
	return string(survey) + "." + string(invitee) + "." + string(proof.chars[:]), nil
}

// ReadStopToken is the survey and the person of a stop token; not ok when we did not
// write it.
func (k *Keys) ReadStopToken(token string, org surveys.OrgID) (survey, invitee surveys.ID, ok bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", "", false
	}
	survey, invitee = surveys.ID(parts[0]), surveys.ID(parts[1])
	for _, g := range k.all {
		want, err := k.StopToken(g.ID, org, survey, invitee)
		if err == nil && hmac.Equal([]byte(want), []byte(token)) {
			return survey, invitee, true
		}
	}
	return "", "", false
}

// keyed is HMAC-SHA-256 over parts, each with its length before it.
func keyed(secret []byte, parts ...string) [32]byte {
	mac := hmac.New(sha256.New, secret)
	for _, p := range parts {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(p)))
		mac.Write(length[:])
		mac.Write([]byte(p))
	}
	return [32]byte(mac.Sum(nil))
}

// FoundBallot is what a ballot opens: a survey, and the values that are not asked because
// the invitation knows them.
type FoundBallot struct {
	Survey      surveys.ID
	Hash        BallotHash
	Spent       bool
	Values      map[string]string
	Invitee     surveys.ID // in the named mode; "" elsewhere
	Response    Key        // in the named mode, what was handed in with it
	HasResponse bool
	ByCard      bool // in the named mode: others than its person had it in their hands, or may have had it
}

// BallotUse is a ballot that lets a response in.
type BallotUse struct {
	Org      surveys.OrgID
	Survey   surveys.ID
	Hash     BallotHash
	Response Key
}

// SpentBallot is what became of a ballot that was spent.
type SpentBallot struct {
	Named  bool
	Again  bool // in the named mode: it was spent before, and the earlier response gives way
	Before Key  // that response
}

// NewBallot is a ballot to store: its hash and its group, and in the named mode whose it is.
type NewBallot struct {
	Hash    BallotHash
	Group   int
	Invitee surveys.ID // "" in the anonymous modes
}

// NamedResponse is a person on the list of a named survey, with what they handed in.
type NamedResponse struct {
	Invitee  Invitee
	Response Key
	Answered bool
}
