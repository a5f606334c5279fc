package programme

import (
	"context"
	"fmt"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

// NoteUnusual keeps that unusually many submissions came by a way in on a day; "" is
// the plain link. An earlier day is forgotten, a later one stays. It is a step of no
// other transaction.
func (p *Programme) NoteUnusual(ctx context.Context, org surveys.OrgID, survey, collector surveys.ID, day surveys.Date) error {
	err := p.db.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO unusual_days (organisation_id, survey_id, collector_id, day) VALUES (?, ?, ?, ?)
			ON CONFLICT (organisation_id, survey_id, collector_id) DO UPDATE SET day = excluded.day WHERE unusual_days.day < excluded.day`,
			org, survey, collector, day)
		return err
	})
	if err != nil {
		return fmt.Errorf("note an unusual day of survey %s: %w", survey, err)
	}
	return nil
}

// ListUnusual gives, of each way in to a survey, or to all surveys of the organisation when
// survey is empty, the last day on which unusually many submissions came by it, from one
// day up to and without another: of today nothing is told.
func (p *Programme) ListUnusual(ctx context.Context, org surveys.OrgID, survey surveys.ID, from, today surveys.Date) ([]surveys.Unusual, error) {
	var rows []struct {
		Survey    surveys.ID   `db:"survey_id"`
		Collector surveys.ID   `db:"collector_id"`
		Day       surveys.Date `db:"day"`
	}
	if err := p.db.Reader().Select(ctx, &rows, `SELECT survey_id, collector_id, day FROM unusual_days
		WHERE organisation_id = ? AND (survey_id = ? OR ? = '') AND day >= ? AND day < ? ORDER BY day DESC, survey_id, collector_id`, org, survey, survey, from, today); err != nil {
		return nil, fmt.Errorf("list unusual days: %w", err)
	}
	list := make([]surveys.Unusual, len(rows))
	for i, r := range rows {
		list[i] = surveys.Unusual{Survey: r.Survey, Collector: r.Collector, Day: r.Day}
	}
	return list, nil
}

// TakeUntold gives the unusual days before today that nobody was told of, of an
// organisation, and records in the same transaction that they are being told: told once,
// also when two ask at the same moment.
func (p *Programme) TakeUntold(ctx context.Context, org surveys.OrgID, today surveys.Date) ([]surveys.Unusual, error) {
	var list []surveys.Unusual
	err := p.db.Transact(ctx, func(tx *db.Tx) error {
		list = nil
		var rows []struct {
			Survey    surveys.ID   `db:"survey_id"`
			Collector surveys.ID   `db:"collector_id"`
			Day       surveys.Date `db:"day"`
		}
		if err := tx.Select(ctx, &rows, `UPDATE unusual_days SET told = day WHERE organisation_id = ? AND day < ? AND told < day
			RETURNING survey_id, collector_id, day`, org, today); err != nil {
			return err
		}
		for _, r := range rows {
			list = append(list, surveys.Unusual{Survey: r.Survey, Collector: r.Collector, Day: r.Day})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("take unusual days to tell: %w", err)
	}
	return list, nil
}

// ForgetUnusual throws away the unusual days of an organisation before a day, told or not.
func (p *Programme) ForgetUnusual(ctx context.Context, org surveys.OrgID, before surveys.Date) error {
	err := p.db.Transact(surveys.WithoutAct(ctx), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM unusual_days WHERE organisation_id = ? AND day < ?`, org, before)
		return err
	})
	if err != nil {
		return fmt.Errorf("forget unusual days of %s: %w", org, err)
	}
	return nil
}
