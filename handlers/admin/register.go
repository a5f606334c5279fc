package admin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

// registerPage is the register of processing (art. 30 AVG) and the skeleton of a DPIA
// (art. 35), filled in from the settings. What nobody filled in says so.
type registerPage struct {
	page.Base
	Name     string // of the organisation
	Register surveys.Register
	Surveys  []processing
	Periods  []page.PeriodRow
	Modes    []surveys.Mode // in use
	Second   bool           // staff sign in with a second step
}

// processing is one survey as the register has it.
type processing struct {
	Title, Purpose, Audience, BasisText surveys.Text
	Basis                               surveys.Basis
	Mode                                surveys.Mode
	From, To                            surveys.Date
	Kept                                []page.KeptRow
}

// ModeKey and BasisKey are the texts of it.
func (p processing) ModeKey() string { return "keep.register.mode." + string(p.Mode) }

// BasisKey is "" where the survey names no ground.
func (p processing) BasisKey() string {
	if p.Basis == "" {
		return ""
	}
	return "keep.basis." + string(p.Basis)
}

// Uses tells whether a survey is held in the mode.
func (v registerPage) Uses(mode string) bool { return slices.Contains(v.Modes, surveys.Mode(mode)) }

func (p *pages) registerOf(c *gin.Context) (registerPage, error) {
	org := page.Org(c)
	v := registerPage{Base: p.kit.StaffBase(c), Name: org.Name.In(page.Language(c)), Register: org.Keeping.Register,
		Periods: page.PeriodRows(surveys.KeptKinds, org.Keeping.Periods), Second: org.SecondStep}
	all, err := p.surveys.ListSurveys(c.Request.Context(), org.ID)
	if err != nil {
		return v, fmt.Errorf("list surveys: %w", err)
	}
	for i := range all {
		s := &all[i]
		if s.OpenedAt.IsZero() {
			continue
		}
		one := processing{Title: s.Title, Purpose: s.Purpose, Audience: s.Audience, Basis: s.Keeping.Basis, BasisText: s.Keeping.BasisText, Mode: s.Mode,
			From: s.Opens, To: s.Closes}
		for _, row := range page.KeptRows(s, org.Keeping.Periods) {
			if !row.Gone() {
				one.Kept = append(one.Kept, row)
			}
		}
		if len(one.Kept) == 0 {
			continue // nothing of anybody is left
		}
		if !slices.Contains(v.Modes, s.Mode) {
			v.Modes = append(v.Modes, s.Mode)
		}
		v.Surveys = append(v.Surveys, one)
	}
	slices.Reverse(v.Surveys) // the newest first
	return v, nil
}

// showRegister handles GET /beheer/bewaren/register.
func (p *pages) showRegister(c *gin.Context) error {
	v, err := p.registerOf(c)
	if err != nil {
		return err
	}
	return p.register.Render(c, http.StatusOK, v)
}

// showDPIA handles GET /beheer/bewaren/dpia.
func (p *pages) showDPIA(c *gin.Context) error {
	v, err := p.registerOf(c)
	if err != nil {
		return err
	}
	return p.dpia.Render(c, http.StatusOK, v)
}

// ownEntry is an act in what somebody downloads about themselves: with what it changed of
// their own account, and else with the names of the settings alone, since what stood in
// them is about others.
type ownEntry struct {
	At       time.Time                            `json:"at"`
	Act      string                               `json:"act"`
	Subject  surveys.ID                           `json:"subject,omitempty"`
	Changes  map[string]map[string]surveys.Change `json:"changes,omitempty"`
	Settings []string                             `json:"settings,omitempty"`
}

func ownEntryOf(e *surveys.Entry) ownEntry {
	own := ownEntry{At: e.At, Act: e.Kind, Subject: e.Subject}
	if e.Subject == e.Account {
		own.Changes = e.Changes
	} else {
		own.Settings = e.Settings()
	}
	return own
}

// ownData handles GET /beheer/account/gegevens: what is stored about the account, as JSON
// (art. 15 and 20 AVG). No hash and no secret: they are of no use but to who attacks.
func (p *pages) ownData(c *gin.Context) error {
	a := page.Staff(c)
	places, err := p.store.ListSignIns(c.Request.Context(), a.Org, a.ID, page.Now(c))
	if err != nil {
		return fmt.Errorf("list sign-ins: %w", err)
	}
	acts := []ownEntry{}
	err = p.store.EachEntry(c.Request.Context(), a.Org, surveys.EntryFilter{Account: a.ID}, func(e surveys.Entry) error {
		acts = append(acts, ownEntryOf(&e))
		return nil
	})
	if err != nil {
		return fmt.Errorf("read own acts: %w", err)
	}
	type place struct {
		Device string    `json:"device"`
		Began  time.Time `json:"began"`
		Ends   time.Time `json:"ends"`
	}
	signedIn := make([]place, len(places))
	for i, s := range places {
		signedIn[i] = place{s.Device, s.At, s.ExpiresAt}
	}
	body, err := json.MarshalIndent(map[string]any{"account": a.Shown(), "id": a.ID, "signed_in": signedIn, "acts": acts}, "", "  ")
	if err != nil {
		return err
	}
	c.Header("Content-Disposition", `attachment; filename="weerklank-gegevens.json"`)
	c.Header("Cache-Control", "no-store")
	c.Data(http.StatusOK, "application/json; charset=utf-8", body)
	return nil
}
