package admin_test

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"time"

	"weerklank.nl/weerklank/handlers/admin"
	"weerklank.nl/weerklank/surveys"
)

// vault holds accounts and links as values. What a database does with them is
// tested beside the storage; here the pages are.
type vault struct {
	mu       sync.Mutex
	org      *surveys.Organisation
	accounts []surveys.Account
	links    []surveys.SetupLink
}

var _ admin.Store = (*vault)(nil)

func (v *vault) OrganisationByHost(context.Context, string) (*surveys.Organisation, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	copied := *v.org
	return &copied, nil
}

func (v *vault) ListAccounts(context.Context, surveys.OrgID) ([]surveys.Account, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.accounts), nil
}

func (v *vault) find(fits func(surveys.Account) bool) (*surveys.Account, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if i := slices.IndexFunc(v.accounts, fits); i >= 0 {
		copied := v.accounts[i]
		return &copied, nil
	}
	return nil, surveys.ErrNotFound
}

func (v *vault) FindAccount(_ context.Context, _ surveys.OrgID, id surveys.ID) (*surveys.Account, error) {
	return v.find(func(a surveys.Account) bool { return a.ID == id })
}

func (v *vault) FindAccountByEmail(_ context.Context, _ surveys.OrgID, email string) (*surveys.Account, error) {
	return v.find(func(a surveys.Account) bool { return a.Email == email })
}

func (v *vault) AddAccount(_ context.Context, a *surveys.Account) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if slices.ContainsFunc(v.accounts, func(b surveys.Account) bool { return a.Email == b.Email }) {
		return surveys.Invalid{{Field: "email", Key: "account.email_taken"}}
	}
	v.accounts = append(v.accounts, *a)
	return nil
}

func (v *vault) ChangeAccount(_ context.Context, _ surveys.OrgID, id surveys.ID, change func(*surveys.Account, []surveys.Account) error) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	i := slices.IndexFunc(v.accounts, func(a surveys.Account) bool { return a.ID == id })
	if i < 0 {
		return surveys.ErrNotFound
	}
	changed := v.accounts[i]
	others := slices.Delete(slices.Clone(v.accounts), i, i+1)
	if err := change(&changed, others); err != nil {
		return err
	}
	v.accounts[i] = changed
	return nil
}

func (v *vault) AddSetupLink(_ context.Context, l *surveys.SetupLink) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.links = slices.DeleteFunc(v.links, func(o surveys.SetupLink) bool { return o.Account == l.Account })
	v.links = append(v.links, *l)
	return nil
}

func (v *vault) linkAt(hash []byte, now time.Time) int {
	return slices.IndexFunc(v.links, func(l surveys.SetupLink) bool { return bytes.Equal(l.TokenHash, hash) && !l.Expired(now) })
}

func (v *vault) FindSetupLink(_ context.Context, _ surveys.OrgID, hash []byte, now time.Time) (*surveys.SetupLink, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	i := v.linkAt(hash, now)
	if i < 0 {
		return nil, surveys.ErrNotFound
	}
	return &v.links[i], nil
}

func (v *vault) UseSetupLink(_ context.Context, org surveys.OrgID, hash []byte, now time.Time, use func(*surveys.Account) error) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	i := v.linkAt(hash, now)
	if i < 0 {
		return surveys.ErrNotFound
	}
	a := surveys.Account{Org: org}
	at := slices.IndexFunc(v.accounts, func(a surveys.Account) bool { return a.ID == v.links[i].Account })
	if at >= 0 {
		a = v.accounts[at]
	}
	if err := use(&a); err != nil {
		return err
	}
	if at >= 0 {
		v.accounts[at] = a
	} else {
		v.accounts = append(v.accounts, a)
	}
	v.links = slices.Delete(v.links, i, i+1)
	return nil
}

func (v *vault) ChangeOrganisation(_ context.Context, _ surveys.OrgID, change func(*surveys.Organisation) error) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	copied := *v.org
	if err := change(&copied); err != nil {
		return err
	}
	v.org = &copied
	return nil
}
