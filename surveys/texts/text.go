// Package texts knows what people wrote in their own words, once somebody reads it:
// what a reviewer decides about each text, which pieces of it are masked, and in which
// themes it is coded. It knows no page and no figure: themes are counted by the guard
// alone.
package texts

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"slices"
	"strings"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// Text is what one person wrote to one question. It names no person; its key is that
// of the response and never leaves the program.
type Text struct {
	Key    responses.Key
	Handle Handle
	Body   string
}

// Handle names a text on pages and in addresses. It is a hash of the response's
// random key and of the question: it does not lead back to the response, and two texts
// of one person have handles that do not agree. Their order is the order in which texts
// are read: it says nothing of who came when, is the same for every reader and at every
// reading, and is another one for each question, so that the place of a text does not
// tell which others are of the same person.
type Handle string

// handleBytes is how much of the hash is kept: 80 bits.
const handleBytes = 10

var handleLetters = base32.NewEncoding("abcdefghjkmnpqrstuvwxyz023456789").WithPadding(base32.NoPadding)

// HandleOf is the handle of the answer to a question in a response.
func HandleOf(survey surveys.ID, question string, key responses.Key) Handle {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "weerklank text 1\x00%s\x00%s\x00", survey, question) // a hash never fails
	_, _ = h.Write(key[:])
	return Handle(handleLetters.EncodeToString(h.Sum(nil)[:handleBytes]))
}

// Read reads what people wrote to questions, by question and in the order of the
// handles. A response that cannot be read is left out, as the guard leaves it out.
func Read(ctx context.Context, store responses.Store, org surveys.OrgID, survey surveys.ID, questions []string) (map[string][]Text, error) {
	r := reader{survey: survey, all: map[string][]Text{}, guides: map[int][]bool{}}
	for _, name := range questions {
		r.all[name] = nil
	}
	err := store.EachStored(ctx, org, survey, func(piece []responses.Stored) error {
		for i := range piece {
			if err := r.read(ctx, store, org, &piece[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read texts of survey %s: %w", survey, err)
	}
	for _, list := range r.all {
		slices.SortFunc(list, func(a, b Text) int {
			return cmp.Or(cmp.Compare(a.Handle, b.Handle), bytes.Compare(a.Key[:], b.Key[:]))
		})
	}
	return r.all, nil
}

// reader takes the texts out of stored responses.
type reader struct {
	survey surveys.ID
	all    map[string][]Text
	guides map[int][]bool // by version: whether a question is one of those, by its number
	names  []string       // of the version that is being read
	asked  []bool
	found  map[string]string // in the response that is being read
}

func (r *reader) read(ctx context.Context, store responses.Store, org surveys.OrgID, stored *responses.Stored) error {
	book, err := store.Book(ctx, org, r.survey, stored.Version)
	if errors.Is(err, surveys.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	r.names = book.Names()
	if r.asked = r.guides[stored.Version]; r.asked == nil {
		r.asked = make([]bool, len(r.names))
		for i, name := range r.names {
			_, r.asked[i] = r.all[name]
		}
		r.guides[stored.Version] = r.asked
	}
	r.found = map[string]string{}
	if book.Walk(stored.Answers, r) != nil {
		return nil //nolint:nilerr // what cannot be read is left out; the page of results names it
	}
	for name, body := range r.found {
		r.all[name] = append(r.all[name], Text{stored.Key, HandleOf(r.survey, name, stored.Key), body})
	}
	return nil
}

// Choice is of no text.
func (r *reader) Choice(int, int) {}

// Text takes up an open answer that says something.
func (r *reader) Text(question int, name, value string) {
	if question >= 0 {
		if !r.asked[question] {
			return
		}
		name = r.names[question]
	}
	if _, asked := r.all[name]; asked && strings.TrimSpace(value) != "" {
		r.found[name] = strings.Clone(value)
	}
}

// Find is the text with the handle; false when there is none.
func Find(list []Text, handle Handle) (Text, bool) {
	at, found := slices.BinarySearchFunc(list, handle, func(t Text, h Handle) int { return cmp.Compare(t.Handle, h) })
	if !found {
		return Text{}, false
	}
	return list[at], true
}

// Matches tells whether a text has all the words that somebody looks for, in any
// order, in capital or small letters. Nothing looked for is in every text.
func Matches(body, sought string) bool {
	body = strings.ToLower(body)
	for _, word := range strings.Fields(strings.ToLower(sought)) {
		if !strings.Contains(body, word) {
			return false
		}
	}
	return true
}
