package backup

import "io"

// SealBy seals as Seal does, filled up to a multiple of another step: with a small one a
// test has fewer bytes to look at.
func (to *Recipients) SealBy(w io.Writer, step int64) (io.WriteCloser, error) {
	sealed, err := to.Seal(w)
	if s, ok := sealed.(*sealing); ok {
		s.step = step
	}
	return sealed, err
}

// Step is what is filled up to.
const Step = step

// FillUp fills up.
var FillUp = fillUp
