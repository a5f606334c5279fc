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

// Publish makes the draft the next version, which never changes afterwards. It
// refuses when there is no draft. Whether the draft may be asked, and goes on
// under the same names, is for package questionnaire to say first.
func (q *Questionnaire) Publish(now time.Time, by ID) (*Version, error) {
	if q.Draft == nil {
		return nil, Invalid{{Field: "questionnaire", Key: "questionnaire.no_draft"}}
	}
	q.Published++
	v := &Version{Questionnaire: q.ID, Number: q.Published, Definition: q.Draft, PublishedAt: now, PublishedBy: by}
	q.Draft = nil
	return v, nil
}

// DiscardDraft throws the draft away. It refuses while nothing was published: a
// questionnaire always holds something.
func (q *Questionnaire) DiscardDraft() error {
	var wrong Invalid
	wrong.Require(q.Draft != nil, "questionnaire", "questionnaire.no_draft")
	wrong.Require(q.Published > 0, "questionnaire", "questionnaire.only_draft")
	if err := wrong.Err(); err != nil {
		return err
	}
	q.Draft = nil
	return nil
}
