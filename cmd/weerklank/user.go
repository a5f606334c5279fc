package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"weerklank.nl/weerklank/handlers/admin"
	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
)

// userCmd manages the accounts of staff from the command line.
type userCmd struct {
	installation
	URL   string       `help:"${url}" env:"WEERKLANK_URL" placeholder:"URL"`
	Add   userAddCmd   `cmd:"" help:"${user_add}"`
	List  userListCmd  `cmd:"" help:"${user_list}"`
	Reset userResetCmd `cmd:"" help:"${user_reset}"`
}

// userAddCmd adds an account and prints its one-time link.
type userAddCmd struct {
	Email   string       `arg:"" help:"${user_email}"`
	Role    surveys.Role `help:"${user_role}" enum:"administrator,programme_manager,reader,text_reviewer,council_member,guest" default:"administrator"`
	Title   string       `help:"${user_title}"`
	Council string       `help:"${user_council}" placeholder:"ID"`
}

// userListCmd lists the accounts.
type userListCmd struct{}

// userResetCmd prints a one-time link with which a new password is chosen.
type userResetCmd struct {
	Email string `arg:"" help:"${user_email}"`
}

// withVault opens and migrates the database and gives the work the vault and the
// organisation, which is made when there is none.
func (u *userCmd) withVault(ctx context.Context, t *terminal, work func(*vault.Vault, *surveys.Organisation) error) error {
	database, _, err := u.open(ctx)
	if err != nil {
		return err
	}
	defer database.Close()
	if _, err := database.Migrate(ctx); err != nil {
		return err
	}
	v := vault.New(database)
	org, err := firstOrganisation(ctx, v, t, u.URL)
	if err != nil {
		return err
	}
	return work(v, org)
}

// Run adds the account.
func (a *userAddCmd) Run(ctx context.Context, t *terminal, u *userCmd) error {
	return u.withVault(ctx, t, func(v *vault.Vault, org *surveys.Organisation) error {
		account := &surveys.Account{ID: page.NewID(), Org: org.ID, Active: true, Language: surveys.Dutch}
		title := a.Title
		if title == "" {
			title = t.text(surveys.Dutch, "cli.role."+string(a.Role), nil)
		}
		err := account.Describe(a.Email, surveys.Text{NL: title}, a.Role, surveys.Dutch)
		if err == nil && a.Council != "" {
			err = account.Represent(a.Council, org)
		}
		if err == nil {
			err = v.AddAccount(ctx, account)
		}
		var invalid surveys.Invalid
		if errors.As(err, &invalid) {
			return told{key: invalid[0].Key, args: invalid[0].Args}
		}
		if err != nil {
			return err
		}
		return u.link(ctx, t, v, org, account)
	})
}

// Run prints every account on a line.
func (l *userListCmd) Run(ctx context.Context, t *terminal, u *userCmd) error {
	return u.withVault(ctx, t, func(v *vault.Vault, org *surveys.Organisation) error {
		accounts, err := v.ListAccounts(ctx, org.ID)
		if err != nil {
			return err
		}
		for _, a := range accounts {
			key := "cli.user_line"
			if !a.Active {
				key = "cli.user_line_off"
			}
			t.say(key, map[string]any{"Email": a.Email, "Role": t.text(t.lang, "cli.role."+string(a.Role), nil), "Title": a.Title})
		}
		return nil
	})
}

// Run makes the link.
func (r *userResetCmd) Run(ctx context.Context, t *terminal, u *userCmd) error {
	return u.withVault(ctx, t, func(v *vault.Vault, org *surveys.Organisation) error {
		account, err := v.FindAccountByEmail(ctx, org.ID, strings.ToLower(strings.TrimSpace(r.Email)))
		if errors.Is(err, surveys.ErrNotFound) {
			return told{key: "cli.user_absent", args: map[string]any{"Email": r.Email}}
		}
		if err != nil {
			return err
		}
		return u.link(ctx, t, v, org, account)
	})
}

// link prints the one-time link of an account.
func (u *userCmd) link(ctx context.Context, t *terminal, v *vault.Vault, org *surveys.Organisation, a *surveys.Account) error {
	path, err := admin.NewSetupLink(ctx, v, org.ID, a.ID, time.Now())
	if err != nil {
		return err
	}
	t.say("cli.user_link", map[string]any{"Email": a.Email, "Link": addressOf(org, u.URL) + path})
	return nil
}

// addressOf is the address under which a link works, as far as it is known.
func addressOf(org *surveys.Organisation, given string) string {
	if given != "" {
		return strings.TrimRight(given, "/")
	}
	if org.Address != "" {
		return org.Address
	}
	return "http://127.0.0.1:8080"
}

// firstOrganisation is the one organisation of a fresh installation, made when
// there is none yet; its name and the rest are set on the pages.
func firstOrganisation(ctx context.Context, v *vault.Vault, t *terminal, url string) (*surveys.Organisation, error) {
	all, err := v.ListOrganisations(ctx)
	if err != nil {
		return nil, err
	}
	if len(all) > 0 {
		return &all[0], nil
	}
	name := surveys.Text{NL: t.text(surveys.Dutch, "cli.first_organisation", nil), EN: t.text(surveys.English, "cli.first_organisation", nil)}
	org := &surveys.Organisation{ID: surveys.OrgID(page.NewID()), Name: name, Zone: "Europe/Amsterdam", Address: strings.TrimRight(url, "/")}
	if err := v.AddOrganisation(ctx, org); err != nil {
		return nil, fmt.Errorf("make organisation: %w", err)
	}
	return org, nil
}
