// Package vault stores the organisations and who can sign in to them: accounts, the links with which a first
// password is chosen, and sessions. It stands apart: nothing in it leads to an
// answer, and no other store joins with it.
package vault

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

// Vault is the store. It is safe for concurrent use.
type Vault struct{ db *db.DB }

// New makes the store on an open database.
func New(d *db.DB) *Vault {
	d.OnAct(record)
	return &Vault{d}
}

type (
	grants     = map[surveys.ID]surveys.Role
	secondStep = surveys.SecondStep
)

type accountRow struct {
	Org          surveys.OrgID         `db:"organisation_id"`
	ID           surveys.ID            `db:"account_id"`
	Email        string                `db:"email"`
	Title        db.JSON[surveys.Text] `db:"title"`
	Role         surveys.Role          `db:"role"`
	Council      string                `db:"council"`
	PasswordHash string                `db:"password_hash"`
	Grants       db.JSON[grants]       `db:"grants"`
	Second       db.JSON[secondStep]   `db:"second_step"`
	Language     surveys.Lang          `db:"language"`
	Active       bool                  `db:"active"`
	InactiveOn   surveys.Date          `db:"inactive_on"`
	Revision     int                   `db:"revision"`
}

// noAddress begins what stands in the place of the address of an account that has none,
// with its key behind it: no two accounts have the same, and no address begins so.
const noAddress = "#"

func accountToRow(a *surveys.Account) accountRow {
	given := a.Grants
	if given == nil {
		given = grants{}
	}
	email := a.Email
	if email == "" {
		email = noAddress + string(a.ID)
	}
	return accountRow{a.Org, a.ID, email, db.JSON[surveys.Text]{V: a.Title}, a.Role, a.Council, a.PasswordHash,
		db.JSON[grants]{V: given}, db.JSON[secondStep]{V: a.Second}, a.Language, a.Active, a.InactiveOn, a.Revision}
}

func (r *accountRow) account() surveys.Account {
	a := surveys.Account{ID: r.ID, Org: r.Org, Email: r.Email, Title: r.Title.V, Role: r.Role, Council: r.Council, PasswordHash: r.PasswordHash,
		Second: r.Second.V, Language: r.Language, Active: r.Active, InactiveOn: r.InactiveOn, Revision: r.Revision}
	if strings.HasPrefix(r.Email, noAddress) {
		a.Email = ""
	}
	if len(r.Grants.V) > 0 {
		a.Grants = r.Grants.V
	}
	return a
}

const accountColumns = `organisation_id, account_id, email, title, role, council, password_hash, grants, second_step, language, active, inactive_on, revision`

// ListAccounts gives all accounts of the organisation, by address.
func (v *Vault) ListAccounts(ctx context.Context, org surveys.OrgID) ([]surveys.Account, error) {
	return listAccounts(ctx, v.db.Reader(), org)
}

func listAccounts(ctx context.Context, r db.Reader, org surveys.OrgID) ([]surveys.Account, error) {
	var rows []accountRow
	if err := r.Select(ctx, &rows, `SELECT `+accountColumns+` FROM accounts WHERE organisation_id = ? ORDER BY email`, org); err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	all := make([]surveys.Account, len(rows))
	for i := range rows {
		all[i] = rows[i].account()
	}
	return all, nil
}

// FindAccount finds an account by its key.
func (v *Vault) FindAccount(ctx context.Context, org surveys.OrgID, id surveys.ID) (*surveys.Account, error) {
	return findAccount(ctx, v.db.Reader(), org, id)
}

func findAccount(ctx context.Context, r db.Reader, org surveys.OrgID, id surveys.ID) (*surveys.Account, error) {
	var row accountRow
	if err := r.Get(ctx, &row, `SELECT `+accountColumns+` FROM accounts WHERE organisation_id = ? AND account_id = ?`, org, id); err != nil {
		return nil, fmt.Errorf("find account %s: %w", id, err)
	}
	a := row.account()
	return &a, nil
}

// FindAccountByEmail finds an account by its address in lower case.
func (v *Vault) FindAccountByEmail(ctx context.Context, org surveys.OrgID, email string) (*surveys.Account, error) {
	if strings.HasPrefix(email, noAddress) {
		return nil, fmt.Errorf("find account by address: %w", surveys.ErrNotFound)
	}
	var row accountRow
	if err := v.db.Reader().Get(ctx, &row, `SELECT `+accountColumns+` FROM accounts WHERE organisation_id = ? AND email = ?`, org, email); err != nil {
		return nil, fmt.Errorf("find account by address: %w", err)
	}
	a := row.account()
	return &a, nil
}

// AddAccount stores a new account. An address that is taken is an Invalid at
// "email", account.email_taken.
func (v *Vault) AddAccount(ctx context.Context, a *surveys.Account) error {
	err := v.db.Transact(ctx, func(tx *db.Tx) error {
		surveys.Changing(ctx, "account", map[string]any{})(a.Shown())
		return insertAccount(ctx, tx, a)
	})
	return emailTaken(err)
}

func insertAccount(ctx context.Context, tx *db.Tx, a *surveys.Account) error {
	if _, err := tx.ExecRow(ctx, `INSERT INTO accounts (`+accountColumns+`)
		VALUES (:organisation_id, :account_id, :email, :title, :role, :council, :password_hash, :grants, :second_step, :language, :active, :inactive_on, :revision)`, accountToRow(a)); err != nil {
		return fmt.Errorf("add account %s: %w", a.ID, err)
	}
	return nil
}

// ChangeAccount loads an account, lets change alter it and stores it, in one
// transaction, and gives change the other accounts of the organisation as they are
// in that transaction. When change refuses, nothing is stored.
func (v *Vault) ChangeAccount(ctx context.Context, org surveys.OrgID, id surveys.ID,
	change func(account *surveys.Account, others []surveys.Account) error) error {
	return emailTaken(v.db.Transact(ctx, func(tx *db.Tx) error {
		a, err := findAccount(ctx, tx.Reader, org, id)
		if err != nil {
			return err
		}
		all, err := listAccounts(ctx, tx.Reader, org)
		if err != nil {
			return err
		}
		others := all[:0]
		for _, other := range all {
			if other.ID != id {
				others = append(others, other)
			}
		}
		changed := surveys.Changing(ctx, "account", a.Shown())
		if err := change(a, others); err != nil {
			return err
		}
		changed(a.Shown())
		return updateAccount(ctx, tx, a)
	}))
}

func updateAccount(ctx context.Context, tx *db.Tx, a *surveys.Account) error {
	if err := tx.ExecRowOne(ctx, `UPDATE accounts SET email = :email, title = :title, role = :role, council = :council, password_hash = :password_hash,
		grants = :grants, second_step = :second_step, language = :language, active = :active, inactive_on = :inactive_on, revision = :revision + 1
		WHERE organisation_id = :organisation_id AND account_id = :account_id AND revision = :revision`, accountToRow(a)); err != nil {
		return fmt.Errorf("change account %s: %w", a.ID, err)
	}
	return nil
}

func emailTaken(err error) error {
	if !db.Unique(err) {
		return err
	}
	var wrong surveys.Invalid
	wrong.Add("email", "account.email_taken")
	return wrong
}

// AddSetupLink stores a link and removes an earlier one for the same account.
func (v *Vault) AddSetupLink(ctx context.Context, l *surveys.SetupLink) error {
	return v.db.Transact(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM setup_links WHERE organisation_id = ? AND account_id = ?`, l.Org, l.Account); err != nil {
			return fmt.Errorf("replace set-up link: %w", err)
		}
		if _, err := tx.Exec(ctx, `INSERT INTO setup_links (token_hash, organisation_id, account_id, expires_at) VALUES (?, ?, ?, ?)`,
			l.TokenHash, l.Org, l.Account, db.Moment(l.ExpiresAt)); err != nil {
			return fmt.Errorf("add set-up link: %w", err)
		}
		return nil
	})
}

type setupLinkRow struct {
	TokenHash []byte        `db:"token_hash"`
	Org       surveys.OrgID `db:"organisation_id"`
	Account   surveys.ID    `db:"account_id"`
	ExpiresAt db.Moment     `db:"expires_at"`
}

// FindSetupLink finds the link of a token that has not expired by now.
func (v *Vault) FindSetupLink(ctx context.Context, org surveys.OrgID, tokenHash []byte, now time.Time) (*surveys.SetupLink, error) {
	return findSetupLink(ctx, v.db.Reader(), org, tokenHash, now)
}

func findSetupLink(ctx context.Context, r db.Reader, org surveys.OrgID, tokenHash []byte, now time.Time) (*surveys.SetupLink, error) {
	var row setupLinkRow
	if err := r.Get(ctx, &row, `SELECT token_hash, organisation_id, account_id, expires_at FROM setup_links
		WHERE organisation_id = ? AND token_hash = ? AND expires_at > ?`, org, tokenHash, db.Moment(now)); err != nil {
		return nil, fmt.Errorf("find set-up link: %w", err)
	}
	return &surveys.SetupLink{TokenHash: row.TokenHash, Org: row.Org, Account: row.Account, ExpiresAt: time.Time(row.ExpiresAt)}, nil
}

// UseSetupLink spends a link in one transaction: use fills in its account, or a
// new one, of which only Org is set, when the link belongs to none.
func (v *Vault) UseSetupLink(ctx context.Context, org surveys.OrgID, tokenHash []byte, now time.Time,
	use func(account *surveys.Account) error) error {
	return emailTaken(v.db.Transact(ctx, func(tx *db.Tx) error {
		link, err := findSetupLink(ctx, tx.Reader, org, tokenHash, now)
		if err != nil {
			return err
		}
		account, store := &surveys.Account{Org: org}, insertAccount
		if link.Account != "" {
			if account, err = findAccount(ctx, tx.Reader, org, link.Account); err != nil {
				return err
			}
			store = updateAccount
		}
		if err := use(account); err != nil {
			return err
		}
		if err := store(ctx, tx, account); err != nil {
			return err
		}
		err = tx.ExecOne(ctx, `DELETE FROM setup_links WHERE organisation_id = ? AND token_hash = ?`, org, tokenHash)
		if errors.Is(err, surveys.ErrChangedMeanwhile) {
			err = surveys.ErrNotFound
		}
		return err
	}))
}
