package programme

import (
	"context"
	"fmt"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/notices"
)

type noticeRow struct {
	Org         surveys.OrgID    `db:"organisation_id"`
	Survey      surveys.ID       `db:"survey_id"`
	ID          surveys.ID       `db:"notice_id"`
	Kind        notices.Kind     `db:"kind"`
	Asked       text             `db:"asked"`
	Said        text             `db:"said"`
	Decided     text             `db:"decided"`
	Next        text             `db:"next"`
	Decisions   list[surveys.ID] `db:"decisions"`
	PublishedOn surveys.Date     `db:"published_on"`
	PublishedAt db.Moment        `db:"published_at"`
	Revision    int              `db:"revision"`
	Announced   bool             `db:"announced"`
}

func noticeToRow(n *notices.Notice) noticeRow {
	return noticeRow{
		Org: n.Org, Survey: n.Survey, ID: n.ID, Kind: n.Kind, Asked: words(n.Asked), Said: words(n.Said), Decided: words(n.Decided),
		Next: words(n.Next), Decisions: listOf(n.Decisions), PublishedOn: n.PublishedOn, PublishedAt: db.Moment(n.PublishedAt), Revision: n.Revision,
	}
}

func (r *noticeRow) notice() notices.Notice {
	return notices.Notice{
		ID: r.ID, Org: r.Org, Survey: r.Survey, Kind: r.Kind, Asked: r.Asked.V, Said: r.Said.V, Decided: r.Decided.V,
		Next: r.Next.V, Decisions: r.Decisions.V, PublishedOn: r.PublishedOn, PublishedAt: time.Time(r.PublishedAt), Revision: r.Revision,
	}
}

const noticeColumns = `organisation_id, survey_id, notice_id, kind, asked, said, decided, next, decisions, published_on, published_at, revision, announced`

const insertNotice = `INSERT INTO notices (` + noticeColumns + `)
	VALUES (:organisation_id, :survey_id, :notice_id, :kind, :asked, :said, :decided, :next, :decisions, :published_on, :published_at, :revision, :announced)`

// ListNotices gives the notices about a survey, or about all surveys of the
// organisation when survey is empty: the published ones in the order in which they
// were published, then the concepts.
func (p *Programme) ListNotices(ctx context.Context, org surveys.OrgID, survey surveys.ID) ([]notices.Notice, error) {
	var rows []noticeRow
	if err := p.db.Reader().Select(ctx, &rows, `SELECT `+noticeColumns+` FROM notices
		WHERE organisation_id = ? AND (survey_id = ? OR ? = '')
		ORDER BY published_at IS NULL, published_at, notice_id`, org, survey, survey); err != nil {
		return nil, fmt.Errorf("list notices: %w", err)
	}
	return each(rows, (*noticeRow).notice), nil
}

// FindNotice finds a notice, published or not.
func (p *Programme) FindNotice(ctx context.Context, org surveys.OrgID, id surveys.ID) (*notices.Notice, error) {
	return findNotice(ctx, p.db.Reader(), org, id)
}

func findNotice(ctx context.Context, r db.Reader, org surveys.OrgID, id surveys.ID) (*notices.Notice, error) {
	var row noticeRow
	if err := r.Get(ctx, &row, `SELECT `+noticeColumns+` FROM notices WHERE organisation_id = ? AND notice_id = ?`, org, id); err != nil {
		return nil, fmt.Errorf("find notice %s: %w", id, err)
	}
	n := row.notice()
	return &n, nil
}

// AddNotice stores a new notice.
func (p *Programme) AddNotice(ctx context.Context, n *notices.Notice) error {
	return p.add(ctx, "notice", n.ID, n, insertNotice, noticeToRow(n))
}

// AddPublished stores a notice that is published at once, with what that does to its
// survey: publish alters both, and both are stored in one transaction or neither is.
func (p *Programme) AddPublished(ctx context.Context, n *notices.Notice, publish func(*notices.Notice, *surveys.Survey) error) error {
	return p.db.Transact(ctx, func(tx *db.Tx) error {
		s, err := findSurvey(ctx, tx.Reader, n.Org, n.Survey)
		if err != nil {
			return fmt.Errorf("add published notice %s: %w", n.ID, err)
		}
		told := *n // a transaction that is tried again begins with what was given
		noted := noting(ctx, "survey", s)
		if err := publish(&told, s); err != nil {
			return err
		}
		noted()
		if _, err := tx.ExecRow(ctx, insertNotice, noticeToRow(&told)); err != nil {
			return fmt.Errorf("add published notice %s: %w", n.ID, err)
		}
		if err := updateSurvey(ctx, tx, s); err != nil {
			return fmt.Errorf("add published notice %s: change survey %s: %w", n.ID, s.ID, err)
		}
		return nil
	})
}

// ChangeNotice loads a concept, lets change alter it and stores it, in one
// transaction. A notice that is published is ErrChangedMeanwhile.
func (p *Programme) ChangeNotice(ctx context.Context, org surveys.OrgID, id surveys.ID, alter func(*notices.Notice) error) error {
	return change(ctx, p.db, "notice", org, id, findNotice, updateNotice, alter)
}

func updateNotice(ctx context.Context, tx *db.Tx, n *notices.Notice) error {
	return tx.ExecRowOne(ctx, `UPDATE notices SET kind = :kind, asked = :asked, said = :said, decided = :decided, next = :next,
		decisions = :decisions, published_on = :published_on, published_at = :published_at, revision = :revision + 1
		WHERE organisation_id = :organisation_id AND notice_id = :notice_id AND revision = :revision AND published_at IS NULL`, noticeToRow(n))
}

// PublishNotice loads a concept and the survey that it is about, lets publish
// alter both and stores both, in one transaction: the notice is out exactly when
// the promise is kept or moved. A notice that is published is ErrChangedMeanwhile.
func (p *Programme) PublishNotice(ctx context.Context, org surveys.OrgID, id surveys.ID,
	publish func(*notices.Notice, *surveys.Survey) error) error {
	return p.db.Transact(ctx, func(tx *db.Tx) error {
		n, err := findNotice(ctx, tx.Reader, org, id)
		if err != nil {
			return err
		}
		s, err := findSurvey(ctx, tx.Reader, org, n.Survey)
		if err != nil {
			return fmt.Errorf("publish notice %s: %w", id, err)
		}
		noted := noting(ctx, "survey", s)
		if err := publish(n, s); err != nil {
			return err
		}
		noted()
		if err := updateNotice(ctx, tx, n); err != nil {
			return fmt.Errorf("publish notice %s: %w", id, err)
		}
		if err := updateSurvey(ctx, tx, s); err != nil {
			return fmt.Errorf("publish notice %s: change survey %s: %w", id, s.ID, err)
		}
		return nil
	})
}

// RemoveNotice removes a concept. A notice that is published stays:
// ErrChangedMeanwhile.
func (p *Programme) RemoveNotice(ctx context.Context, org surveys.OrgID, id surveys.ID) error {
	return remove(ctx, p.db, "notice", org, id, deleteNotice)
}

func deleteNotice(ctx context.Context, tx *db.Tx, org surveys.OrgID, id surveys.ID) error {
	if _, err := findNotice(ctx, tx.Reader, org, id); err != nil {
		return err
	}
	return tx.ExecOne(ctx, `DELETE FROM notices WHERE organisation_id = ? AND notice_id = ? AND published_at IS NULL`, org, id)
}

// UnannouncedNotices are the published notices of all organisations that were not yet
// put to those who asked for them by mail.
func (p *Programme) UnannouncedNotices(ctx context.Context) ([]notices.Notice, error) {
	var rows []noticeRow
	if err := p.db.Reader().Select(ctx, &rows, `SELECT `+noticeColumns+` FROM notices WHERE NOT announced AND published_at IS NOT NULL
		ORDER BY organisation_id, published_at, notice_id`); err != nil {
		return nil, fmt.Errorf("list notices to announce: %w", err)
	}
	return each(rows, (*noticeRow).notice), nil
}

// NoticeAnnounced records that a notice was put to those who asked for it.
func (p *Programme) NoticeAnnounced(ctx context.Context, org surveys.OrgID, id surveys.ID) error {
	err := p.db.Transact(ctx, func(tx *db.Tx) error {
		return tx.ExecOne(ctx, `UPDATE notices SET announced = TRUE WHERE organisation_id = ? AND notice_id = ?`, org, id)
	})
	if err != nil {
		return fmt.Errorf("record that notice %s was announced: %w", id, err)
	}
	return nil
}
