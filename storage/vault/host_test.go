package vault_test

import (
	"errors"
	"testing"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
)

func TestNobodyTakesTheHostNameOfAnotherOrganisation(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		v := vault.New(d)
		for id, address := range map[surveys.OrgID]string{"waterrijk": "https://stem.waterrijk.example", "buren": ""} {
			if err := v.AddOrganisation(t.Context(), &surveys.Organisation{ID: id, Zone: "Europe/Amsterdam", Address: address}); err != nil {
				t.Fatal(err)
			}
		}
		taken := "http://Stem.Waterrijk.example:8443"
		err := v.ChangeOrganisation(t.Context(), "buren", func(o *surveys.Organisation) error { o.Address = taken; return nil })
		var wrong surveys.Invalid
		if !errors.As(err, &wrong) || !wrong.Has("address") {
			t.Errorf("ChangeOrganisation() = %v, want a refusal of the address", err)
		}
		if err := v.AddOrganisation(t.Context(), &surveys.Organisation{ID: "derde", Zone: "Europe/Amsterdam", Address: taken}); !errors.As(err, &wrong) {
			t.Errorf("AddOrganisation() = %v, want a refusal", err)
		}
		if o, err := v.OrganisationByHost(t.Context(), "stem.waterrijk.example"); err != nil || o.ID != "waterrijk" {
			t.Errorf("the host name leads to %+v, %v", o, err)
		}
		if err := v.ChangeOrganisation(t.Context(), "waterrijk", func(o *surveys.Organisation) error { o.Phone = "088"; return nil }); err != nil {
			t.Errorf("an organisation cannot keep its own address: %v", err)
		}
	})
}
