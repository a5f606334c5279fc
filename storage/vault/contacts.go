package vault

import (
	"context"
	"fmt"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// Contacts is the table to mix, together with the responses.
var Contacts = db.Mixed{Table: "contacts", Key: "contact_key"}

type contactRow struct {
	Org    surveys.OrgID `db:"organisation_id"`
	Survey surveys.ID    `db:"survey_id"`
	Key    []byte        `db:"contact_key"`
	Sealed []byte        `db:"sealed"`
}

func (r *contactRow) contact() responses.SealedContact {
	return responses.SealedContact{Org: r.Org, Survey: r.Survey, Key: responses.ContactKey(r.Key), Sealed: r.Sealed}
}

// AddContact stores a sealed contact.
func (v *Vault) AddContact(ctx context.Context, c *responses.SealedContact) error {
	err := v.db.Ingest(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecRow(ctx, `INSERT INTO contacts (organisation_id, survey_id, contact_key, sealed)
			VALUES (:organisation_id, :survey_id, :contact_key, :sealed)`, contactRow{c.Org, c.Survey, c.Key[:], c.Sealed}); err != nil {
			return err
		}
		return tx.Touch(ctx, Contacts, c.Survey, c.Key[:])
	})
	if err != nil {
		return fmt.Errorf("add contact: %w", err)
	}
	return nil
}

// ListContacts gives the sealed contacts of a survey, in the order of their keys.
func (v *Vault) ListContacts(ctx context.Context, org surveys.OrgID, survey surveys.ID) ([]responses.SealedContact, error) {
	var rows []contactRow
	if err := v.db.Reader().Select(ctx, &rows, `SELECT organisation_id, survey_id, contact_key, sealed FROM contacts
		WHERE organisation_id = ? AND survey_id = ? ORDER BY contact_key`, org, survey); err != nil {
		return nil, fmt.Errorf("list contacts of survey %s: %w", survey, err)
	}
	all := make([]responses.SealedContact, len(rows))
	for i := range rows {
		all[i] = rows[i].contact()
	}
	return all, nil
}

// RemoveContacts removes contacts of a survey, and what waits to be sent to them. Those
// that are gone already do no harm.
func (v *Vault) RemoveContacts(ctx context.Context, org surveys.OrgID, survey surveys.ID, keys []responses.ContactKey) error {
	err := v.db.Ingest(ctx, func(tx *db.Tx) error { return removeContacts(ctx, tx, org, survey, keys) })
	if err != nil {
		return fmt.Errorf("remove contacts of survey %s: %w", survey, err)
	}
	return nil
}

func removeContacts(ctx context.Context, tx *db.Tx, org surveys.OrgID, survey surveys.ID, keys []responses.ContactKey) error {
	for _, k := range keys {
		for _, table := range []string{"deliveries", "contacts"} {
			if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE organisation_id = ? AND survey_id = ? AND contact_key = ?`, org, survey, k[:]); err != nil {
				return err
			}
		}
		if err := tx.Touch(ctx, Contacts, survey, k[:]); err != nil {
			return err
		}
	}
	return nil
}

func dropContacts(ctx context.Context, tx *db.Tx, org surveys.OrgID, survey surveys.ID) error {
	var keys [][]byte
	if err := tx.Select(ctx, &keys, `SELECT contact_key FROM contacts WHERE organisation_id = ? AND survey_id = ? ORDER BY contact_key`, org, survey); err != nil {
		return err
	}
	all := make([]responses.ContactKey, len(keys))
	for i, k := range keys {
		all[i] = responses.ContactKey(k)
	}
	return removeContacts(ctx, tx, org, survey, all)
}
