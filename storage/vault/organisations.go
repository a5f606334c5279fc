package vault

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

type organisationRow struct {
	ID        surveys.OrgID               `db:"organisation_id"`
	Name      db.JSON[surveys.Text]       `db:"name"`
	Phone     string                      `db:"phone"`
	Email     string                      `db:"email"`
	Hours     db.JSON[surveys.Text]       `db:"hours"`
	Zone      string                      `db:"zone"`
	Address   string                      `db:"address"`
	Host      string                      `db:"host"`
	LogoType  string                      `db:"logo_type"`
	Logo      []byte                      `db:"logo"`
	LogoHash  string                      `db:"logo_hash"`
	Structure db.JSON[surveys.Structure]  `db:"structure"`
	Second    bool                        `db:"second_step"`
	Keeping   db.JSON[surveys.OrgKeeping] `db:"keeping"`
	Revision  int                         `db:"revision"`
}

func organisationToRow(o *surveys.Organisation) organisationRow {
	logo := o.Logo
	if logo == nil {
		logo = []byte{}
	}
	return organisationRow{
		ID: o.ID, Name: db.JSON[surveys.Text]{V: o.Name}, Phone: o.Phone, Email: o.Email, Hours: db.JSON[surveys.Text]{V: o.Hours}, Zone: o.Zone,
		Address: o.Address, Host: hostOf(o.Address), LogoType: o.LogoType, Logo: logo, LogoHash: o.LogoHash,
		Structure: db.JSON[surveys.Structure]{V: o.Structure}, Second: o.SecondStep, Keeping: db.JSON[surveys.OrgKeeping]{V: o.Keeping}, Revision: o.Revision,
	}
}

func (r *organisationRow) organisation() *surveys.Organisation {
	return &surveys.Organisation{
		ID: r.ID, Name: r.Name.V, Phone: r.Phone, Email: r.Email, Hours: r.Hours.V, Zone: r.Zone, Address: r.Address,
		LogoType: r.LogoType, Logo: r.Logo, LogoHash: r.LogoHash, Structure: r.Structure.V, SecondStep: r.Second, Keeping: r.Keeping.V, Revision: r.Revision,
	}
}

// hostOf is the host name of a public address, lower case, without a port.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

const organisationColumns = `organisation_id, name, phone, email, hours, zone, address, host, logo_type, logo, logo_hash, structure, second_step, keeping, revision`

// OrganisationByHost finds the organisation that a host name, with or without a
// port, stands for. The only organisation is reached by every name.
func (v *Vault) OrganisationByHost(ctx context.Context, host string) (*surveys.Organisation, error) {
	var rows []organisationRow
	if err := v.db.Reader().Select(ctx, &rows, `SELECT `+organisationColumns+` FROM organisations ORDER BY organisation_id LIMIT 2`); err != nil {
		return nil, fmt.Errorf("find organisation by host: %w", err)
	}
	if len(rows) == 1 {
		return rows[0].organisation(), nil
	}
	name := host
	if bare, _, err := net.SplitHostPort(host); err == nil {
		name = bare
	}
	var row organisationRow
	if err := v.db.Reader().Get(ctx, &row, `SELECT `+organisationColumns+` FROM organisations WHERE host = ? AND host <> ''`,
		strings.ToLower(name)); err != nil {
		return nil, fmt.Errorf("find organisation by host: %w", err)
	}
	return row.organisation(), nil
}

// ListOrganisations gives all organisations of the installation.
func (v *Vault) ListOrganisations(ctx context.Context) ([]surveys.Organisation, error) {
	var rows []organisationRow
	if err := v.db.Reader().Select(ctx, &rows, `SELECT `+organisationColumns+` FROM organisations ORDER BY organisation_id`); err != nil {
		return nil, fmt.Errorf("list organisations: %w", err)
	}
	all := make([]surveys.Organisation, len(rows))
	for i := range rows {
		all[i] = *rows[i].organisation()
	}
	return all, nil
}

// FindOrganisation finds an organisation by its key.
func (v *Vault) FindOrganisation(ctx context.Context, id surveys.OrgID) (*surveys.Organisation, error) {
	return findOrganisation(ctx, v.db.Reader(), id)
}

func findOrganisation(ctx context.Context, r db.Reader, id surveys.OrgID) (*surveys.Organisation, error) {
	var row organisationRow
	if err := r.Get(ctx, &row, `SELECT `+organisationColumns+` FROM organisations WHERE organisation_id = ?`, id); err != nil {
		return nil, fmt.Errorf("find organisation %s: %w", id, err)
	}
	return row.organisation(), nil
}

// hostFree refuses a public address whose host name another organisation has, with an
// Invalid at "address": respondents who go there would meet the wrong one.
func hostFree(ctx context.Context, tx *db.Tx, o *surveys.Organisation) error {
	host := hostOf(o.Address)
	if host == "" {
		return nil
	}
	var others int
	if err := tx.Get(ctx, &others, `SELECT COUNT(*) FROM organisations WHERE host = ? AND organisation_id <> ?`, host, o.ID); err != nil {
		return fmt.Errorf("look whose host name it is: %w", err)
	}
	var wrong surveys.Invalid
	wrong.Require(others == 0, "address", "organisation.address_taken")
	return wrong.Err()
}

// AddOrganisation stores a new organisation. A host name that another one has is an
// Invalid at "address".
func (v *Vault) AddOrganisation(ctx context.Context, o *surveys.Organisation) error {
	err := v.db.Transact(ctx, func(tx *db.Tx) error {
		if err := hostFree(ctx, tx, o); err != nil {
			return err
		}
		_, err := tx.ExecRow(ctx, `INSERT INTO organisations (`+organisationColumns+`)
			VALUES (:organisation_id, :name, :phone, :email, :hours, :zone, :address, :host, :logo_type, :logo, :logo_hash, :structure, :second_step, :keeping, :revision)`,
			organisationToRow(o))
		return err
	})
	if err != nil {
		return fmt.Errorf("add organisation %s: %w", o.ID, err)
	}
	return nil
}

// ChangeOrganisation loads the organisation, lets change alter it and stores it,
// in one transaction. A host name that another one has is an Invalid at "address".
func (v *Vault) ChangeOrganisation(ctx context.Context, id surveys.OrgID, change func(*surveys.Organisation) error) error {
	return v.db.Transact(ctx, func(tx *db.Tx) error {
		o, err := findOrganisation(ctx, tx.Reader, id)
		if err != nil {
			return err
		}
		changed := surveys.Changing(ctx, "organisation", o.Shown())
		if err := change(o); err != nil {
			return err
		}
		changed(o.Shown())
		if err := hostFree(ctx, tx, o); err != nil {
			return err
		}
		if err := tx.ExecRowOne(ctx, `UPDATE organisations SET name = :name, phone = :phone, email = :email, hours = :hours, zone = :zone,
			address = :address, host = :host, logo_type = :logo_type, logo = :logo, logo_hash = :logo_hash, structure = :structure,
			second_step = :second_step, keeping = :keeping,
			revision = :revision + 1 WHERE organisation_id = :organisation_id AND revision = :revision`, organisationToRow(o)); err != nil {
			return fmt.Errorf("change organisation %s: %w", id, err)
		}
		return nil
	})
}
