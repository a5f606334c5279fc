package disclosure

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"hash"
	"strings"

	"weerklank.nl/weerklank/surveys"
)

// fingerprintLength is how many letters a fingerprint has: 60 bits, enough to see
// that a digit differs.
const fingerprintLength = 12

// fingerprintLetters are the small letters without i, l and o, and the digits without
// 1: nothing that looks like something else.
var fingerprintLetters = base32.NewEncoding("abcdefghjkmnpqrstuvwxyz023456789").WithPadding(base32.NoPadding)

// Version is the version of the questionnaire that the survey asked when the release
// was made; 0 for a release that was made before it was kept.
func (r *Release) Version() int { return r.shown.Version }

// Fingerprint is a short text that stands for the digits of a figure, and for what
// they are of: it differs when one of them does. Words may be mended without changing
// it. "" when the figure is not shown. It holds nothing that the figure does not show.
func (r *Release) Fingerprint(question string, group Group) string {
	p, reason := r.Figure(question, group)
	if reason != Shown || p.Empty() {
		return ""
	}
	return fingerprint(r.Survey, r.Number, question, group, p.figure)
}

// Fingerprint is that of the figure as it was frozen: the same as the release's.
func (e Evidence) Fingerprint() string {
	if e.Shown.Empty() {
		return ""
	}
	return fingerprint(e.Survey, e.Release, e.Question, e.Group, e.Shown.figure)
}

// fingerprint must never change: people have it in reports. So it is made of lengths
// and texts, and not of anybody's idea of JSON.
func fingerprint(survey surveys.ID, release int, question string, group Group, f *figure) string {
	h := sha256.New()
	put(h, "weerklank figure 1", string(survey), fmt.Sprint(release), question, group.Breakdown, group.Value, group.With, group.WithValue)
	put(h, fmt.Sprint(f.Base), fmt.Sprint(f.None), fmt.Sprint(f.Banded), fmt.Sprint(f.Single))
	for _, cells := range [][]cell{f.Cells, f.Missing} {
		put(h, fmt.Sprint(len(cells)))
		for _, c := range cells {
			put(h, c.Name, fmt.Sprint(c.Count), fmt.Sprint(c.Low), fmt.Sprint(c.High), string(c.Hidden))
		}
	}
	return fingerprintLetters.EncodeToString(h.Sum(nil))[:fingerprintLength]
}

func put(h hash.Hash, texts ...string) {
	for _, t := range texts {
		_, _ = fmt.Fprintf(h, "%d:%s,", len(t), t) // a hash never fails
	}
}

// Address is where a figure is found again: the survey by the name in its address,
// the release, the question, the group, and the fingerprint of what was shown there.
type Address struct {
	Survey      string
	Release     int
	Question    string // "" for taking part
	Group       Group
	Fingerprint string
}

// Address is the address of a figure of the release; slug is the survey's. The zero
// value when the figure is not shown.
func (r *Release) Address(slug, question string, group Group) Address {
	print := r.Fingerprint(question, group)
	if print == "" {
		return Address{}
	}
	return Address{slug, r.Number, question, group, print}
}

// Address is the address of the figure that was frozen; slug is the survey's.
func (e Evidence) Address(slug string) Address {
	if e.Shown.Empty() {
		return Address{}
	}
	return Address{slug, e.Release, e.Question, e.Group, e.Fingerprint()}
}

// everything stands in an address for taking part, and for everybody.
const everything = "-"

// String is the address as one word without spaces or what a shell would take up:
// "balie-2026:3:gehoord:servicepunt=noorderhaven:k7q2mx4pwbz3". "" for the zero value.
func (a Address) String() string {
	if a.Fingerprint == "" {
		return ""
	}
	group := everything
	if a.Group != (Group{}) {
		group = escaped(a.Group.Breakdown) + "=" + escaped(a.Group.Value)
	}
	if a.Group.With != "" {
		group += "," + escaped(a.Group.With) + "=" + escaped(a.Group.WithValue)
	}
	question := everything
	if a.Question != "" {
		question = escaped(a.Question)
	}
	return strings.Join([]string{escaped(a.Survey), fmt.Sprint(a.Release), question, group, a.Fingerprint}, ":")
}
