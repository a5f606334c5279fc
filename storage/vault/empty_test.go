package vault_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
)

func TestOfAccountsThatAreOffNothingIsKeptAfterTheirPeriod(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		v := vault.New(d)
		must(t, v.AddOrganisation(t.Context(), &surveys.Organisation{ID: org, Zone: "Europe/Amsterdam"}))
		for id, off := range map[surveys.ID]surveys.Date{"on": "", "long": "2025-05-31", "long-too": "2024-01-01", "lately": "2025-06-02", "unknown": ""} {
			a := account(id, surveys.CouncilMember)
			a.Council, a.Grants, a.Second.Recovery = "jongeren", map[surveys.ID]surveys.Role{"balie": surveys.Reader}, []string{"code"}
			a.Active, a.InactiveOn, a.Language = id == "on", off, surveys.English
			must(t, v.AddAccount(t.Context(), a))
		}
		must(t, v.AddSetupLink(t.Context(), &surveys.SetupLink{TokenHash: []byte("link"), Org: org, Account: "long", ExpiresAt: june.AddDate(1, 0, 0)}))
		must(t, v.CountInactive(t.Context(), org, "2026-06-01"))
		noted := 0
		empty := func() {
			t.Helper()
			n, err := v.EmptyAccounts(t.Context(), org, "2025-06-01", func(o *surveys.Organisation, n int) {
				noted = n
				o.AccountsEmptied("2025-06-01", "2026-06-02", n)
			}, func(id surveys.ID) surveys.Entry {
				return surveys.Entry{ID: "e-" + id, Org: org, At: june, Kind: "account_geleegd", Subject: id}
			})
			if err != nil || n != noted {
				t.Fatalf("EmptyAccounts() = %d, %v; noted are %d", n, err, noted)
			}
		}
		if left, err := v.AccountsLeft(t.Context(), org, "2025-06-01"); err != nil || !left {
			t.Errorf("AccountsLeft() = %v, %v before", left, err)
		}
		empty()
		if noted != 2 {
			t.Errorf("%d accounts were emptied, want the two whose period is over", noted)
		}
		if left, err := v.AccountsLeft(t.Context(), org, "2025-06-01"); err != nil || left {
			t.Errorf("AccountsLeft() = %v, %v after", left, err)
		}
		for id, kept := range map[surveys.ID]bool{"on": true, "lately": true, "unknown": true, "long": false, "long-too": false} {
			a, err := v.FindAccount(t.Context(), org, id)
			must(t, err)
			if kept {
				if a.Email == "" || a.PasswordHash == "" || len(a.Grants) == 0 || a.Council == "" {
					t.Errorf("of %s something is gone: %+v", id, a)
				}
				continue
			}
			off := a.InactiveOn
			if want := (&surveys.Account{ID: id, Org: org, Title: surveys.Text{NL: "Teamleider", EN: "Team leader"}, Role: surveys.CouncilMember, Language: surveys.Dutch,
				InactiveOn: off, Revision: 1}); !reflect.DeepEqual(a, want) || !a.Emptied() {
				t.Errorf("of %s there is still %+v", id, a)
			}
			if found, err := v.FindAccountByEmail(t.Context(), org, "#"+string(id)); !errors.Is(err, surveys.ErrNotFound) {
				t.Errorf("by what stands in the place of its address there is %+v, %v", found, err)
			}
		}
		if a, _ := v.FindAccount(t.Context(), org, "unknown"); a.InactiveOn != "2026-06-01" {
			t.Errorf("one that was off before days were kept counts from %q, want from the first night", a.InactiveOn)
		}
		if _, err := v.FindSetupLink(t.Context(), org, []byte("link"), june); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("the link to an account that is gone: %v", err)
		}
		said := []string{}
		for _, e := range entries(t, v, surveys.EntryFilter{Kind: "account_geleegd"}) {
			said = append(said, string(e.Subject))
		}
		if slices.Sort(said); !slices.Equal(said, []string{"long", "long-too"}) {
			t.Errorf("the trail says it of %v", said)
		}
		o, err := v.FindOrganisation(t.Context(), org)
		if err != nil || len(o.Keeping.Erasures) != 1 || o.Keeping.Erasures[0].Number != 2 || !o.Unproven(surveys.KeptAccounts) {
			t.Errorf("the organisation says %+v (%v)", o.Keeping.Erasures, err)
		}
		noted = 0
		empty()
		if o, _ = v.FindOrganisation(t.Context(), org); noted != 0 || len(o.Keeping.Erasures) != 1 {
			t.Errorf("what is empty is emptied again: %+v", o.Keeping.Erasures)
		}
		again := account("new", surveys.Reader)
		again.Email = "long@waterrijk.example"
		if err := v.AddAccount(t.Context(), again); err != nil {
			t.Errorf("an address that is gone is still taken: %v", err)
		}
	})
}

func TestTheTrailTellsThatAnAddressChangedAndNotWhichItIs(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		v := vault.New(d)
		must(t, v.AddAccount(surveys.WithAct(t.Context(), act("one")), account("b", surveys.Reader)))
		must(t, v.ChangeAccount(surveys.WithAct(t.Context(), act("two")), org, "b", func(a *surveys.Account, _ []surveys.Account) error {
			a.Email = "anders@waterrijk.example"
			return nil
		}))
		var stored []string
		must(t, d.Reader().Select(t.Context(), &stored, `SELECT changes FROM audit`))
		if text := strings.Join(stored, " "); len(stored) != 2 || strings.Contains(text, "@") || strings.Count(text, `"email"`) != 2 {
			t.Errorf("the trail holds %s", text)
		}
		// An entry of before, as earlier versions wrote it.
		must(t, d.Transact(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO audit (organisation_id, at, entry_id, part, account_id, act, subject_id, survey_id, changes)
				VALUES (?, ?, 'old', 0, 'a', 'mensen_id', 'b', '', '{"account":{"email":{"before":"","after":"b@waterrijk.example"},"role":{"before":"reader","after":"guest"}}}')`,
				org, db.Moment(june))
			return err
		}))
		for _, e := range entries(t, v, surveys.EntryFilter{}) {
			c := e.Changes["account"]["email"]
			if strings.Contains(string(c.Before)+string(c.After), "@") || string(c.After) != `"`+surveys.Unsaid+`"` {
				t.Errorf("%s shows %s and %s", e.ID, c.Before, c.After)
			}
			if e.ID == "old" && string(c.Before) != `""` {
				t.Errorf("that there was none before is shown as %s", c.Before)
			}
			if e.ID == "old" && string(e.Changes["account"]["role"].After) != `"guest"` {
				t.Error("what was set beside it is gone")
			}
		}
	})
}
