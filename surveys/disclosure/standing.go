package disclosure

import "weerklank.nl/weerklank/surveys"

// Standing is what a release says of how many took part. Before the first release
// it is the zero value.
type Standing struct {
	AsOf      surveys.Date
	Responses int
	Shown     bool // there are enough people to say how many
}

// Standing is how many took part as of the release.
func (r *Release) Standing() Standing {
	s := Standing{AsOf: r.AsOf}
	s.Responses, s.Shown = r.Responses()
	return s
}
