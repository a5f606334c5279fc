package surveys

import "time"

// Questionnaire is the record of a questionnaire through its versions. What is
// asked stands in its versions; what is being written, in its draft.
type Questionnaire struct {
	ID        ID
	Org       OrgID
	FormID    string // unique in the organisation
	Title     Text
	Template  bool   // ours, to copy from
	Draft     []byte // a definition as JSON; nil when there is no draft
	Published int    // the newest published version; 0 when there is none
	Revision  int
}

// Version is a published version of a questionnaire. It never changes.
type Version struct {
	Questionnaire ID
	Number        int
	Definition    []byte // as JSON
	PublishedAt   time.Time
	PublishedBy   ID
}
