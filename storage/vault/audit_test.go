package vault_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
)

// act is one of an administrator.
func act(id surveys.ID) *surveys.Act {
	return &surveys.Act{ID: id, Org: org, Account: "a", At: june, Kind: "mensen_id", Subject: "b"}
}

func entries(t *testing.T, v *vault.Vault, f surveys.EntryFilter) []surveys.Entry {
	t.Helper()
	list, err := v.ListEntries(t.Context(), org, f, 0, 100)
	must(t, err)
	return list
}

func TestTheAuditTrail(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		v := vault.New(d)
		must(t, v.AddAccount(t.Context(), account("a", surveys.Administrator)))
		must(t, v.AddAccount(t.Context(), account("b", surveys.Reader)))
		t.Run("is silent about what nobody of staff did", func(t *testing.T) {
			if got := entries(t, v, surveys.EntryFilter{}); len(got) != 0 {
				t.Errorf("it says %+v", got)
			}
		})
		promote := func(a *surveys.Account, _ []surveys.Account) error {
			a.Role, a.PasswordHash, a.Second.Secret = surveys.TextReviewer, "$argon2id$secret", []byte("secret")
			return nil
		}
		t.Run("holds the settings before and after, and no hash or secret", func(t *testing.T) {
			ctx := surveys.WithAct(t.Context(), act("one"))
			must(t, v.ChangeAccount(ctx, org, "b", promote))
			got := entries(t, v, surveys.EntryFilter{})
			if len(got) != 1 || got[0].Account != "a" || got[0].Kind != "mensen_id" || got[0].Subject != "b" || !got[0].At.Equal(june) {
				t.Fatalf("it says %+v", got)
			}
			if want := []string{"role", "second_step"}; !slices.Equal(got[0].Settings(), want) {
				t.Errorf("the settings are %v, want %v", got[0].Settings(), want)
			}
			role := got[0].Changes["account"]["role"]
			if string(role.Before) != `"reader"` || string(role.After) != `"text_reviewer"` {
				t.Errorf("the role went from %s to %s", role.Before, role.After)
			}
			for _, c := range got[0].Changes["account"] {
				if strings.Contains(string(c.Before)+string(c.After), "secret") {
					t.Error("a secret stands in the trail")
				}
			}
		})
		t.Run("says nothing of what was refused", func(t *testing.T) {
			ctx := surveys.WithAct(t.Context(), act("two"))
			refusal := errors.New("no")
			if err := v.ChangeAccount(ctx, org, "b", func(*surveys.Account, []surveys.Account) error { return refusal }); !errors.Is(err, refusal) {
				t.Fatal(err)
			}
			if got := entries(t, v, surveys.EntryFilter{}); len(got) != 1 {
				t.Errorf("it says %+v", got)
			}
		})
		t.Run("holds one entry for an act of several transactions that changed one thing", func(t *testing.T) {
			ctx := surveys.WithAct(t.Context(), act("three"))
			must(t, v.ChangeAccount(ctx, org, "b", func(a *surveys.Account, _ []surveys.Account) error { a.Active = false; return nil }))
			must(t, v.EndSignIns(ctx, org, "b", ""))
			if got := entries(t, v, surveys.EntryFilter{}); len(got) != 2 {
				t.Errorf("it says %+v", got)
			}
		})
		t.Run("is chosen from by person, kind, survey and time, and paged", func(t *testing.T) {
			later := act("four")
			later.Account, later.Kind, later.Survey, later.At = "b", "uitvragen_id_sluiten", "s", june.Add(time.Hour)
			must(t, v.EndSignIns(surveys.WithAct(t.Context(), later), org, "b", ""))
			for name, c := range map[string]struct {
				f    surveys.EntryFilter
				want int
			}{
				"all": {surveys.EntryFilter{}, 3}, "person": {surveys.EntryFilter{Account: "b"}, 1}, "kind": {surveys.EntryFilter{Kind: "mensen_id"}, 2},
				"survey": {surveys.EntryFilter{Survey: "s"}, 1}, "from": {surveys.EntryFilter{From: june.Add(time.Minute)}, 1}, "until": {surveys.EntryFilter{Until: june.Add(time.Minute)}, 2},
			} {
				if got := entries(t, v, c.f); len(got) != c.want {
					t.Errorf("%s: %d entries, want %d", name, len(got), c.want)
				}
			}
			if page, err := v.ListEntries(t.Context(), org, surveys.EntryFilter{}, 1, 1); err != nil || len(page) != 1 || page[0].ID != "three" {
				t.Errorf("the second page is %+v, %v", page, err)
			}
			var order []surveys.ID
			must(t, v.EachEntry(t.Context(), org, surveys.EntryFilter{}, func(e surveys.Entry) error { order = append(order, e.ID); return nil }))
			if len(order) != 3 || order[2] != "four" {
				t.Errorf("exported in the order %v", order)
			}
			if other, err := v.ListEntries(t.Context(), "elders", surveys.EntryFilter{}, 0, 10); err != nil || len(other) != 0 {
				t.Errorf("another organisation reads %+v, %v", other, err)
			}
		})
		t.Run("is changed and shortened by nobody, not even in SQL", func(t *testing.T) {
			for _, statement := range []string{`UPDATE audit SET account_id = 'c'`, `DELETE FROM audit`} {
				if err := d.Transact(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), statement); return err }); err == nil {
					t.Errorf("%s was done", statement)
				}
			}
			if got := entries(t, v, surveys.EntryFilter{}); len(got) != 3 {
				t.Errorf("%d entries are left, want 3", len(got))
			}
		})
	})
}

func TestSignInsEndOnTheServer(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		v := vault.New(d)
		for _, id := range []surveys.ID{"here", "there", "elsewhere"} {
			must(t, v.AddSignIn(t.Context(), &surveys.SignIn{ID: id, Org: org, Account: "a", Device: "Firefox, Linux", At: june, ExpiresAt: june.Add(time.Hour)}))
		}
		lasts := func(id surveys.ID, now time.Time) bool {
			t.Helper()
			yes, err := v.SignInLasts(t.Context(), org, "a", id, now)
			must(t, err)
			return yes
		}
		if !lasts("here", june) || lasts("here", june.Add(time.Hour)) || lasts("nowhere", june) {
			t.Error("a sign-in lasts until it expires, and no other does")
		}
		must(t, v.EndSignIn(t.Context(), org, "b", "here")) // of another account: nothing happens
		must(t, v.EndSignIn(t.Context(), org, "a", "there"))
		if !lasts("here", june) || lasts("there", june) {
			t.Error("ending one ends that one")
		}
		must(t, v.EndSignIns(t.Context(), org, "a", "here"))
		if list, err := v.ListSignIns(t.Context(), org, "a", june); err != nil || len(list) != 1 || list[0].ID != "here" || list[0].Device != "Firefox, Linux" {
			t.Errorf("left are %+v, %v", list, err)
		}
	})
}

func TestMailAboutAccountsWaitsAndIsPostponed(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		v := vault.New(d)
		m := &surveys.AccountMail{ID: "m", Org: org, Email: "a@waterrijk.example", Kind: surveys.RecoveryMail, At: june, NextAt: june}
		must(t, v.AskMail(t.Context(), m))
		due, err := v.DueMails(t.Context(), june, 10)
		if err != nil || len(due) != 1 || due[0] != *m {
			t.Fatalf("due is %+v, %v", due, err)
		}
		must(t, v.PostponeMail(t.Context(), m, june.Add(time.Minute)))
		if due, err := v.DueMails(t.Context(), june, 10); err != nil || len(due) != 0 {
			t.Errorf("postponed, and due is %+v, %v", due, err)
		}
		if due, err := v.DueMails(t.Context(), june.Add(time.Minute), 10); err != nil || len(due) != 1 || due[0].Tries != 1 {
			t.Errorf("a minute later due is %+v, %v", due, err)
		}
		must(t, v.DropMail(t.Context(), m))
		if due, err := v.DueMails(t.Context(), june.Add(time.Hour), 10); err != nil || len(due) != 0 {
			t.Errorf("dropped, and due is %+v, %v", due, err)
		}
	})
}
