package admin

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

// mostLogo is the largest logo that is taken, in bytes.
const mostLogo = 512 << 10

type settingsPage struct {
	page.Base
	Form settingsForm
}

// settingsForm is what was typed about the organisation.
type settingsForm struct {
	NameNL, NameEN, Phone, Email, HoursNL, HoursEN, Zone, Address, RemoveLogo, SecondStep string
}

func readSettings(c *gin.Context) settingsForm {
	return settingsForm{
		NameNL: c.PostForm("name"), NameEN: c.PostForm("name_en"), Phone: c.PostForm("phone"), Email: c.PostForm("email"),
		HoursNL: c.PostForm("hours"), HoursEN: c.PostForm("hours_en"), Zone: c.PostForm("zone"), Address: c.PostForm("address"),
		RemoveLogo: c.PostForm("remove_logo"), SecondStep: c.PostForm("second_step"),
	}
}

func settingsOf(o *surveys.Organisation) settingsForm {
	second := ""
	if o.SecondStep {
		second = "yes"
	}
	return settingsForm{SecondStep: second, NameNL: o.Name.NL, NameEN: o.Name.EN, Phone: o.Phone, Email: o.Email,
		HoursNL: o.Hours.NL, HoursEN: o.Hours.EN, Zone: o.Zone, Address: o.Address}
}

func (f settingsForm) profile() surveys.Profile {
	return surveys.Profile{Name: surveys.Text{NL: f.NameNL, EN: f.NameEN}, Phone: f.Phone, Email: f.Email,
		Hours: surveys.Text{NL: f.HoursNL, EN: f.HoursEN}, Zone: f.Zone, Address: f.Address}
}

// Zones are the time zones in which Dutch municipalities and public bodies lie,
// and the one that is set now.
func (f settingsForm) Zones() []page.Option {
	var options []page.Option
	known := false
	for _, zone := range []string{"Europe/Amsterdam", "America/Kralendijk", "America/Lower_Princes"} {
		known = known || zone == f.Zone
		options = append(options, page.Option{Value: zone, Text: zone})
	}
	if !known && f.Zone != "" {
		options = append(options, page.Option{Value: f.Zone, Text: f.Zone})
	}
	return options
}

// Removal is the one box under the logo.
func (f settingsForm) Removal() []page.Option {
	return []page.Option{{Value: "yes", Key: "settings.remove_logo"}}
}

// Staying is the one box about signing in.
func (f settingsForm) Staying() []page.Option {
	return []page.Option{{Value: "yes", Key: "settings.second_step", Help: "settings.second_step_hint"}}
}

// showSettings handles GET /beheer/instellingen.
func (p *pages) showSettings(c *gin.Context) error {
	return p.settings.Render(c, http.StatusOK, settingsPage{p.kit.StaffBase(c), settingsOf(page.Org(c))})
}

// changeSettings handles POST /beheer/instellingen.
func (p *pages) changeSettings(c *gin.Context) error {
	v := settingsPage{p.kit.StaffBase(c), readSettings(c)}
	logo, err := readLogo(c)
	var wrong surveys.Invalid
	if err != nil && !errors.As(err, &wrong) {
		return err
	}
	err = p.store.ChangeOrganisation(c.Request.Context(), page.Org(c).ID, func(o *surveys.Organisation) error {
		var invalid surveys.Invalid
		if err := o.Describe(v.Form.profile()); err != nil && !errors.As(err, &invalid) {
			return err
		}
		invalid = append(invalid, wrong...)
		o.SecondStep = v.Form.SecondStep == "yes"
		switch {
		case logo != nil:
			o.LogoType, o.Logo, o.LogoHash = logo.kind, logo.content, hashOf(logo.content)
		case v.Form.RemoveLogo == "yes":
			o.LogoType, o.Logo, o.LogoHash = "", nil, ""
		}
		return invalid.Err()
	})
	if errors.As(err, &v.Problems) {
		return p.settings.Render(c, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return fmt.Errorf("change organisation: %w", err)
	}
	p.kit.OrganisationChanged()
	return p.kit.SeeOther(c, "/beheer/instellingen", "settings.changed")
}

func hashOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:8])
}

// readLogo is the cleaned logo that was sent along; nil without one.
func readLogo(c *gin.Context) (*logo, error) {
	header, err := c.FormFile("logo")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) || err == nil && header.Size == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read logo: %w", err)
	}
	var wrong surveys.Invalid
	if header.Size > mostLogo {
		wrong.AddWith("logo", "settings.logo_large", map[string]any{"Most": mostLogo >> 10})
		return nil, wrong
	}
	file, err := header.Open()
	if err != nil {
		return nil, fmt.Errorf("read logo: %w", err)
	}
	defer file.Close() //nolint:errcheck // read only
	content, err := io.ReadAll(io.LimitReader(file, mostLogo))
	if err != nil {
		return nil, fmt.Errorf("read logo: %w", err)
	}
	cleaned, err := cleanLogo(content)
	if err != nil {
		wrong.Add("logo", "settings.logo_unreadable")
		return nil, wrong
	}
	return cleaned, nil
}
