package responses

import (
	"context"

	"weerklank.nl/weerklank/surveys"
)

// Stored is a response as a store keeps it. Its answers are read with the Book of
// its version. Answers lasts until the call that gave it returns.
type Stored struct {
	Key     Key
	Version int
	Day     surveys.Date
	Flagged bool // unlike a person's
	Answers []byte
}

// Visitor receives the answers of one response as they are stored. question and
// choice are numbers of the book. Text is called for open answers and for values
// that name no choice; with question −1 and a name for what the version does not
// know.
type Visitor interface {
	Choice(question, choice int)
	Text(question int, name, value string)
}

// Book reads the stored answers of one version, by numbers instead of names.
// It never changes and is safe for concurrent use.
type Book interface {
	// Names are the names of the questions by their number.
	Names() []string
	// Choices are the names of a question's choices by their number; nil unless it
	// is a select.
	Choices(question int) []string
	// Walk reads stored answers. Bytes that do not fit the version are an error, and
	// the visitor may have been given some of them by then.
	Walk(stored []byte, v Visitor) error
}

// Batch is the random name of a group of responses that were stored, changed or
// withdrawn together. It says nothing of when that was.
type Batch [8]byte

// Marks say how far a reader of a survey's responses has come. Epoch is random and
// is replaced when the batches are forgotten, at each mixing: then a reader begins
// anew.
type Marks struct {
	Epoch   string
	Batches []Batch
}

// Store is where responses are read in bulk, by whoever counts them.
//
// A reader asks for the marks first and for the responses after that, so that what
// came in between is in what it read, or in a batch that it does not know yet, or
// in both: knowing it twice is its own care.
type Store interface {
	Book(ctx context.Context, org surveys.OrgID, survey surveys.ID, version int) (Book, error)
	Marks(ctx context.Context, org surveys.OrgID, survey surveys.ID) (Marks, error)

	// EachStored gives all responses of a survey that were not withdrawn, in pieces
	// and in the order of their random keys. It does not call each from two places at
	// once.
	EachStored(ctx context.Context, org surveys.OrgID, survey surveys.ID, each func([]Stored) error) error

	// EachTouched gives, in pieces, the keys of the responses in the batches, and of
	// those the ones that are there now: a key without a response was withdrawn.
	EachTouched(ctx context.Context, org surveys.OrgID, survey surveys.ID, batches []Batch, each func(keys []Key, now []Stored) error) error
}
