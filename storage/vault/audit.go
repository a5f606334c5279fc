package vault

import (
	"context"
	"fmt"
	"strings"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

type changes = map[string]map[string]surveys.Change

type entryRow struct {
	Org     surveys.OrgID    `db:"organisation_id"`
	At      db.Moment        `db:"at"`
	ID      surveys.ID       `db:"entry_id"`
	Part    int              `db:"part"`
	Account surveys.ID       `db:"account_id"`
	Kind    string           `db:"act"`
	Subject surveys.ID       `db:"subject_id"`
	Survey  surveys.ID       `db:"survey_id"`
	Changes db.JSON[changes] `db:"changes"`
}

func (r *entryRow) entry() surveys.Entry {
	e := surveys.Entry{ID: r.ID, Part: r.Part, Org: r.Org, Account: r.Account, At: time.Time(r.At), Kind: r.Kind, Subject: r.Subject, Survey: r.Survey, Changes: r.Changes.V}
	e.Withhold()
	return e
}

const entryColumns = `organisation_id, at, entry_id, part, account_id, act, subject_id, survey_id, changes`

// record writes an act of staff down, in the transaction of what was done.
func record(ctx context.Context, tx *db.Tx, e surveys.Entry) error {
	_, err := tx.ExecRow(ctx, `INSERT INTO audit (`+entryColumns+`)
		VALUES (:organisation_id, :at, :entry_id, :part, :account_id, :act, :subject_id, :survey_id, :changes)`,
		entryRow{e.Org, db.Moment(e.At.UTC().Truncate(time.Second)), e.ID, e.Part, e.Account, e.Kind, e.Subject, e.Survey, db.JSON[changes]{V: e.Changes}})
	if err != nil {
		return fmt.Errorf("record act: %w", err)
	}
	return nil
}

// where is the condition of a filter, with its values.
func where(org surveys.OrgID, f surveys.EntryFilter) (string, []any) {
	conditions, args := []string{"organisation_id = ?"}, []any{org}
	add := func(condition string, value any) {
		conditions, args = append(conditions, condition), append(args, value)
	}
	if f.Account != "" {
		add("account_id = ?", f.Account)
	}
	if f.Kind != "" {
		add("act = ?", f.Kind)
	}
	if f.Survey != "" {
		add("survey_id = ?", f.Survey)
	}
	if !f.From.IsZero() {
		add("at >= ?", db.Moment(f.From))
	}
	if !f.Until.IsZero() {
		add("at < ?", db.Moment(f.Until))
	}
	return strings.Join(conditions, " AND "), args
}

// ListEntries gives the entries of the audit trail that the filter chooses, newest
// first: at most so many, after skip of them.
func (v *Vault) ListEntries(ctx context.Context, org surveys.OrgID, f surveys.EntryFilter, skip, most int) ([]surveys.Entry, error) {
	condition, args := where(org, f)
	var rows []entryRow
	err := v.db.Reader().Select(ctx, &rows, `SELECT `+entryColumns+` FROM audit WHERE `+condition+`
		ORDER BY at DESC, entry_id DESC, part DESC LIMIT ? OFFSET ?`, append(args, most, skip)...)
	if err != nil {
		return nil, fmt.Errorf("list entries: %w", err)
	}
	entries := make([]surveys.Entry, len(rows))
	for i := range rows {
		entries[i] = rows[i].entry()
	}
	return entries, nil
}

// EachEntry visits the entries that the filter chooses, oldest first, one by one, so
// that a long trail takes no memory.
func (v *Vault) EachEntry(ctx context.Context, org surveys.OrgID, f surveys.EntryFilter, visit func(surveys.Entry) error) error {
	condition, args := where(org, f)
	rows, err := v.db.Reader().Query(ctx, `SELECT `+entryColumns+` FROM audit WHERE `+condition+` ORDER BY at, entry_id, part`, args...)
	if err != nil {
		return fmt.Errorf("read entries: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var row entryRow
		if err := rows.StructScan(&row); err != nil {
			return fmt.Errorf("read entry: %w", err)
		}
		if err := visit(row.entry()); err != nil {
			return err
		}
	}
	return rows.Err()
}
