package surveys

import "time"

// OpenAsHistory opens a survey of the past as it was opened then, in a mode that
// Open does not offer. It is for loading a
// history that was not lived here, such as the demo's, never for a page. What
// makes a survey honest still holds: who owns it, why, what can change and what
// cannot, until when, and by which day people hear.
func (s *Survey) OpenAsHistory(at time.Time, usual Periods) error {
	asked := *s
	asked.Mode, asked.Readers = Open, nil
	if err := asked.Open(at, usual); err != nil {
		return err
	}
	s.OpenedAt, s.Keeping.Periods = asked.OpenedAt, s.fixedPeriods(usual)
	return nil
}
