package disclosure

import (
	"encoding/json"
	"fmt"

	"weerklank.nl/weerklank/surveys"
)

// Release is a stand: what the guard let through of a survey up to a day. It
// holds every figure that pages, findings, needs and notices may read, with the
// words of the questions, so that none of them needs an answer. Only Next makes
// a new one.
type Release struct {
	Org    surveys.OrgID
	Survey surveys.ID
	Number int          // 1 for the first of the survey
	AsOf   surveys.Date // answers up to and including this day
	MadeOn surveys.Date
	Final  bool // made after the survey closed: what still waits stays out for good

	shown shown
}

// Encode is the release's figures for the aggregates store, and for it alone.
func (r *Release) Encode() ([]byte, error) {
	body, err := json.Marshal(r.shown)
	if err != nil {
		return nil, fmt.Errorf("encode release: %w", err)
	}
	return body, nil
}

// Restore is the door of the aggregates store: it gives a stored release its
// figures back, exactly as Encode wrote them. head holds the exported fields.
func Restore(head Release, body []byte) (*Release, error) {
	if err := json.Unmarshal(body, &head.shown); err != nil {
		return nil, fmt.Errorf("restore release %d: %w", head.Number, err)
	}
	return &head, nil
}
