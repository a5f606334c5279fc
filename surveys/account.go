package surveys

import (
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Describe sets who an account is for and what it may do. It refuses, and names
// everything that is missing or cannot be. One of which nothing is kept any more needs no
// address as long as it is switched off.
func (a *Account) Describe(email string, title Text, role Role, lang Lang) error {
	email = strings.ToLower(strings.TrimSpace(email))
	var wrong Invalid
	parsed, err := mail.ParseAddress(email)
	wrong.Require(err == nil && parsed.Address == email || email == "" && a.Emptied(), "email", "account.no_email")
	wrong.Require(!title.Empty(), "title", "account.no_title")
	wrong.Require(slices.Contains(Roles, role), "role", "account.no_role")
	wrong.Require(lang == Dutch || lang == English, "language", "account.no_language")
	if err := wrong.Err(); err != nil {
		return err
	}
	a.Email, a.Title, a.Role, a.Language = email, title, role, lang
	return nil
}

// Switch lets somebody sign in, or no more from this day on.
func (a *Account) Switch(on bool, today Date) {
	switch {
	case on:
		a.InactiveOn = ""
	case a.Active || a.InactiveOn == "":
		a.InactiveOn = today
	}
	a.Active = on
}

// Emptied tells whether nothing is kept any more that says who somebody was: the account
// is off, and its period is over.
func (a *Account) Emptied() bool { return a.ID != "" && !a.Active && a.Email == "" }

// Empty takes from an account that is off all that says who somebody was: address,
// password, second step, roles for one survey, council and language. Its key stays, with
// its role and its function, since surveys, decisions and the log name who answered for
// them by that.
func (a *Account) Empty() {
	a.Email, a.PasswordHash, a.Second, a.Grants, a.Council, a.Language = "", "", SecondStep{}, nil, "", Dutch
}

// Managers are those of the accounts who answer for the survey: its owner and who may
// manage this one survey; when none of them can sign in any more, everybody who may manage
// surveys.
func (s *Survey) Managers(accounts []Account) []Account {
	var mine, all []Account
	for _, a := range accounts {
		if a.Active && (a.ID == s.Owner || a.Grants[s.ID].May(ManageSurveys)) {
			mine = append(mine, a)
		}
		if a.May(ManageSurveys) {
			all = append(all, a)
		}
	}
	if len(mine) == 0 {
		return all
	}
	return mine
}

// KeepsAdministrator refuses a change after which nobody could administer the
// organisation any more; others are its other accounts.
func (a *Account) KeepsAdministrator(others []Account) error {
	if a.Active && a.Role == Administrator {
		return nil
	}
	for _, o := range others {
		if o.Active && o.Role == Administrator && o.PasswordHash != "" {
			return nil
		}
	}
	var wrong Invalid
	wrong.Add("role", "account.last_administrator")
	return wrong.Err()
}

// Expired tells whether the link can no longer be used.
func (l *SetupLink) Expired(now time.Time) bool { return !now.Before(l.ExpiresAt) }

// Profile is what an administrator sets about the organisation.
type Profile struct {
	Name    Text
	Phone   string
	Email   string
	Hours   Text
	Zone    string
	Address string
}

// Describe sets what the pages say about the organisation. It refuses, and names
// everything that is missing or cannot be.
func (o *Organisation) Describe(p Profile) error {
	var wrong Invalid
	wrong.Require(!p.Name.Empty(), "name", "organisation.no_name")
	digits := strings.Trim(p.Phone, "+0123456789 -()")
	wrong.Require(digits == "", "phone", "organisation.no_phone")
	if p.Email != "" {
		parsed, err := mail.ParseAddress(p.Email)
		wrong.Require(err == nil && parsed.Address == p.Email, "email", "organisation.no_email")
	}
	if _, err := time.LoadLocation(p.Zone); err != nil || p.Zone == "" {
		wrong.Add("zone", "organisation.no_zone")
	}
	p.Address = strings.TrimSuffix(strings.TrimSpace(p.Address), "/")
	if p.Address != "" {
		u, err := url.Parse(p.Address)
		wrong.Require(err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.Path == "" && u.RawQuery == "" && u.Fragment == "" && u.User == nil,
			"address", "organisation.no_address")
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	o.Name, o.Phone, o.Email, o.Hours, o.Zone, o.Address = p.Name, p.Phone, p.Email, p.Hours, p.Zone, p.Address
	return nil
}

// AllCouncils stands in the place of a council for who works for every one of them:
// their secretary, say.
const AllCouncils = "alle"

// Represent sets for which council of the organisation a council member reads. It
// refuses when the organisation has councils and none of them is named. Accounts
// with another role belong to no council.
func (a *Account) Represent(council string, o *Organisation) error {
	a.Council = ""
	if a.Role != CouncilMember || len(o.Structure.Councils) == 0 {
		return nil
	}
	var wrong Invalid
	wrong.Require(council == AllCouncils || slices.ContainsFunc(o.Structure.Councils, func(u Unit) bool { return u.ID == council }), "council", "account.no_council")
	a.Council = council
	return wrong.Err()
}
