package vault_test

import (
	"errors"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
)

const org = surveys.OrgID("waterrijk")

var june = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func account(id surveys.ID, role surveys.Role) *surveys.Account {
	return &surveys.Account{ID: id, Org: org, Email: string(id) + "@waterrijk.example", Title: surveys.Text{NL: "Teamleider", EN: "Team leader"},
		Role: role, PasswordHash: "$argon2id$x", Language: surveys.Dutch, Active: true}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAccounts(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		v := vault.New(d)
		a := account("a", surveys.Administrator)
		must(t, v.AddAccount(t.Context(), a))
		t.Run("come back as they were stored", func(t *testing.T) {
			for _, find := range []func() (*surveys.Account, error){
				func() (*surveys.Account, error) { return v.FindAccount(t.Context(), org, "a") },
				func() (*surveys.Account, error) { return v.FindAccountByEmail(t.Context(), org, a.Email) },
			} {
				if got, err := find(); err != nil || !reflect.DeepEqual(got, a) {
					t.Errorf("found %+v, %v", got, err)
				}
			}
		})
		t.Run("belong to one organisation", func(t *testing.T) {
			if _, err := v.FindAccount(t.Context(), "elders", "a"); !errors.Is(err, surveys.ErrNotFound) {
				t.Errorf("FindAccount() elsewhere = %v", err)
			}
		})
		t.Run("have an address of their own", func(t *testing.T) {
			b := account("b", surveys.Reader)
			b.Email = a.Email
			var wrong surveys.Invalid
			if err := v.AddAccount(t.Context(), b); !errors.As(err, &wrong) || !wrong.Has("email") {
				t.Errorf("AddAccount() = %v, want an Invalid at email", err)
			}
		})
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		v := vault.New(d)
		must(t, v.AddAccount(t.Context(), account("a", surveys.Administrator)))
		must(t, v.AddAccount(t.Context(), account("b", surveys.Administrator)))
		var wg sync.WaitGroup
		var done atomic.Int64
		for _, id := range []surveys.ID{"a", "b"} { // each takes the other's role away, at once
			wg.Go(func() {
				err := v.ChangeAccount(t.Context(), org, id, func(account *surveys.Account, others []surveys.Account) error {
					for _, other := range others {
						if other.Role == surveys.Administrator {
							account.Role = surveys.Reader
							return nil
						}
					}
					return surveys.ErrForbidden
				})
				if err == nil {
					done.Add(1)
				} else if !errors.Is(err, surveys.ErrForbidden) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if done.Load() != 1 {
			t.Errorf("%d of the two gave up being administrator, want 1", done.Load())
		}
	})
}

func TestSetupLinks(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		v := vault.New(d)
		must(t, v.AddAccount(t.Context(), account("a", surveys.Reader)))
		first := &surveys.SetupLink{TokenHash: []byte("first"), Org: org, Account: "a", ExpiresAt: june.Add(time.Hour)}
		must(t, v.AddSetupLink(t.Context(), first))
		second := &surveys.SetupLink{TokenHash: []byte("second"), Org: org, Account: "a", ExpiresAt: june.Add(time.Hour)}
		must(t, v.AddSetupLink(t.Context(), second))
		t.Run("are replaced by a newer one", func(t *testing.T) {
			if _, err := v.FindSetupLink(t.Context(), org, first.TokenHash, june); !errors.Is(err, surveys.ErrNotFound) {
				t.Errorf("FindSetupLink() = %v", err)
			}
			if got, err := v.FindSetupLink(t.Context(), org, second.TokenHash, june); err != nil || !reflect.DeepEqual(got, second) {
				t.Errorf("FindSetupLink() = %+v, %v", got, err)
			}
		})
		t.Run("end at their moment", func(t *testing.T) {
			if _, err := v.FindSetupLink(t.Context(), org, second.TokenHash, june.Add(time.Hour)); !errors.Is(err, surveys.ErrNotFound) {
				t.Errorf("FindSetupLink() = %v", err)
			}
		})
		t.Run("stay when they are refused, and work once", func(t *testing.T) {
			refusal := errors.New("too short")
			if err := v.UseSetupLink(t.Context(), org, second.TokenHash, june, func(*surveys.Account) error { return refusal }); !errors.Is(err, refusal) {
				t.Fatalf("UseSetupLink() = %v", err)
			}
			use := func(a *surveys.Account) error { a.PasswordHash = "new"; return nil }
			must(t, v.UseSetupLink(t.Context(), org, second.TokenHash, june, use))
			if err := v.UseSetupLink(t.Context(), org, second.TokenHash, june, use); !errors.Is(err, surveys.ErrNotFound) {
				t.Errorf("a second time = %v, want ErrNotFound", err)
			}
			if a, err := v.FindAccount(t.Context(), org, "a"); err != nil || a.PasswordHash != "new" {
				t.Errorf("the account is %+v, %v", a, err)
			}
		})
		t.Run("without an account make the first administrator", func(t *testing.T) {
			must(t, v.AddSetupLink(t.Context(), &surveys.SetupLink{TokenHash: []byte("new"), Org: org, ExpiresAt: june.Add(time.Hour)}))
			must(t, v.UseSetupLink(t.Context(), org, []byte("new"), june, func(a *surveys.Account) error {
				*a = *account("c", surveys.Administrator)
				return nil
			}))
			if a, err := v.FindAccount(t.Context(), org, "c"); err != nil || a.Role != surveys.Administrator {
				t.Errorf("the account is %+v, %v", a, err)
			}
		})
	})
}

func TestSessionsLastUntilTheirMoment(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		v := vault.New(d)
		must(t, v.SaveSession(t.Context(), "hash", []byte("one"), june.Add(time.Hour)))
		must(t, v.SaveSession(t.Context(), "hash", []byte("two"), june.Add(2*time.Hour)))
		if data, found, err := v.FindSession(t.Context(), "hash", june.Add(90*time.Minute)); string(data) != "two" || !found || err != nil {
			t.Errorf("FindSession() = %q, %v, %v", data, found, err)
		}
		if _, found, err := v.FindSession(t.Context(), "hash", june.Add(2*time.Hour)); found || err != nil {
			t.Errorf("FindSession() when it is over = %v, %v", found, err)
		}
		if n, err := v.Expire(t.Context(), june.Add(3*time.Hour)); n != 1 || err != nil {
			t.Errorf("Expire() = %d, %v", n, err)
		}
		must(t, v.DeleteSession(t.Context(), "hash"))
	})
}

func TestOrganisationsByHostName(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		v := vault.New(d)
		if _, err := v.OrganisationByHost(t.Context(), "localhost:8080"); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("an empty database gives %v, want ErrNotFound", err)
		}
		first := &surveys.Organisation{ID: "a", Name: surveys.Text{NL: "Gemeente Waterrijk"}, Zone: "Europe/Amsterdam",
			Address: "https://Stem.Waterrijk.example", Logo: []byte{1, 2}, Structure: surveys.Structure{Roles: []surveys.Unit{{ID: "r", Heads: 3}}}}
		must(t, v.AddOrganisation(t.Context(), first))
		if got, err := v.OrganisationByHost(t.Context(), "anything"); err != nil || !reflect.DeepEqual(got, first) {
			t.Errorf("the only organisation is found as %+v, %v", got, err)
		}
		must(t, v.AddOrganisation(t.Context(), &surveys.Organisation{ID: "b", Address: "http://elders.example:8080"}))
		for host, want := range map[string]surveys.OrgID{"stem.waterrijk.example": "a", "STEM.waterrijk.example:443": "a", "elders.example:8080": "b"} {
			if got, err := v.OrganisationByHost(t.Context(), host); err != nil || got.ID != want {
				t.Errorf("OrganisationByHost(%s) = %v, %v", host, got, err)
			}
		}
		if _, err := v.OrganisationByHost(t.Context(), "anything"); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("an unknown host among two = %v, want ErrNotFound", err)
		}
		must(t, v.ChangeOrganisation(t.Context(), "b", func(o *surveys.Organisation) error { o.Address = "https://hier.example"; return nil }))
		if got, err := v.OrganisationByHost(t.Context(), "hier.example"); err != nil || got.ID != "b" || got.Revision != 1 {
			t.Errorf("after the address changed: %+v, %v", got, err)
		}
	})
}
