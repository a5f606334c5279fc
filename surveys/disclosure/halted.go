package disclosure

import (
	"fmt"
	"strings"

	"weerklank.nl/weerklank/surveys"
)

// Halted is a survey that makes no release since a backup was put back: its memory
// may lack what was shown after the backup. Somebody who can know may say that
// nothing was.
type Halted struct {
	Survey    surveys.ID
	Since     surveys.Date
	ResumedOn surveys.Date // "" while it is halted
	ResumedBy surveys.ID   // an account; "" for the command line
	Reason    string       // how they knew that nothing was shown
}

// ShownHalted is what the audit trail may show of a survey that was halted.
type ShownHalted struct {
	Halted bool   `json:"halted"`
	Reason string `json:"reason"`
}

// Shown is what the audit trail may show.
func (h *Halted) Shown() ShownHalted { return ShownHalted{h.ResumedOn == "", h.Reason} }

// Resume lets the survey make releases again. It refuses without a reason, which
// others read back; ErrChangedMeanwhile when that was done already.
func (h *Halted) Resume(by surveys.ID, reason string, on surveys.Date) error {
	if h.ResumedOn != "" {
		return fmt.Errorf("resume survey %s: %w", h.Survey, surveys.ErrChangedMeanwhile)
	}
	var missing surveys.Invalid
	missing.Require(strings.TrimSpace(reason) != "", "reason", "halted.no_reason")
	if err := missing.Err(); err != nil {
		return err
	}
	h.ResumedOn, h.ResumedBy, h.Reason = on, by, strings.TrimSpace(reason)
	return nil
}

// Halt takes that back: no further release is made. What was shown meanwhile was
// shown.
func (h *Halted) Halt() { h.ResumedOn, h.ResumedBy, h.Reason = "", "", "" }
