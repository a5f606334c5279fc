// Package aggregates stores what the guard let through, release by release, and
// the memory that the guard needs to make the next one. It holds figures only: no
// response, and nothing that leads to one. What it stores goes in and comes out
// through the doors of the guard, so that no figure can be made here.
package aggregates

import (
	"context"
	"fmt"

	lru "github.com/hashicorp/golang-lru/v2"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
)

// Aggregates is the store. It is safe for concurrent use.
type Aggregates struct {
	db   *db.DB
	seal seal
	read *lru.Cache[releaseKey, *disclosure.Release] // by what names a release: it never changes
}

// foundRow is a release that is looked for, with the bytes that its figures have.
type foundRow struct {
	releaseRow
	Size int `db:"size"`
}

func (r *foundRow) key() releaseKey {
	return releaseKey{r.Org, r.Survey, r.Number, r.AsOf, r.MadeOn, r.Final, r.Size}
}

// releaseKey names a release; whose stand it is and when it was made are there so that
// one that came from a backup is none that was read before.
type releaseKey struct {
	org    surveys.OrgID
	survey surveys.ID
	number int
	asOf   surveys.Date
	madeOn surveys.Date
	final  bool
	size   int
}

// Bounds of what stays in memory as it was read.
const (
	mostRead    = 16
	largestRead = 2 << 20 // bytes of figures as stored; a larger one is read each time
)

// New makes the store on an open database. keys seal the memory of the guard: the
// first is in use, any of them opens.
func New(d *db.DB, keys [][32]byte) *Aggregates {
	read, err := lru.New[releaseKey, *disclosure.Release](mostRead)
	if err != nil {
		panic(err) // only when mostRead is not above 0
	}
	return &Aggregates{d, newSeal(keys), read}
}

type releaseRow struct {
	Org     surveys.OrgID `db:"organisation_id"`
	Survey  surveys.ID    `db:"survey_id"`
	Number  int           `db:"number"`
	AsOf    surveys.Date  `db:"as_of"`
	MadeOn  surveys.Date  `db:"made_on"`
	Final   bool          `db:"final"`
	Figures []byte        `db:"figures"` // as the guard writes them

	Responses int `db:"responses"` // or why there is no number
}

// FindRelease finds the newest release of a survey, with the themes that were
// published beside it.
func (a *Aggregates) FindRelease(ctx context.Context, org surveys.OrgID, survey surveys.ID) (*disclosure.Release, error) {
	r, err := a.find(ctx, `ORDER BY number DESC LIMIT 1`, org, survey)
	if err == nil {
		r, err = a.withThemes(ctx, r)
	}
	if err != nil {
		return nil, fmt.Errorf("find release of survey %s: %w", survey, err)
	}
	return r, nil
}

// FindNumberedRelease finds a release of a survey, also one that another followed.
func (a *Aggregates) FindNumberedRelease(ctx context.Context, org surveys.OrgID, survey surveys.ID, number int) (*disclosure.Release, error) {
	r, err := a.find(ctx, `AND number = ?`, org, survey, number)
	if err != nil {
		return nil, fmt.Errorf("find release %d of survey %s: %w", number, survey, err)
	}
	return r, nil
}

// find finds a release. Who opens a page of results again and again has it read once:
// of a release that was read before only what names it is asked.
func (a *Aggregates) find(ctx context.Context, which string, args ...any) (*disclosure.Release, error) {
	var row foundRow
	const head = `organisation_id, survey_id, number, as_of, made_on, final, length(figures) AS size`
	for _, columns := range []string{head, head + `, figures`} {
		if err := a.db.Reader().Get(ctx, &row, `SELECT `+columns+` FROM releases WHERE organisation_id = ? AND survey_id = ? `+which, args...); err != nil {
			return nil, err
		}
		if r, known := a.read.Get(row.key()); known {
			same := *r
			return &same, nil
		}
	}
	r, err := disclosure.Restore(disclosure.Release{Org: row.Org, Survey: row.Survey, Number: row.Number, AsOf: row.AsOf,
		MadeOn: row.MadeOn, Final: row.Final}, row.Figures)
	if err != nil {
		return nil, err
	}
	if row.Size <= largestRead {
		same := *r
		a.read.Add(row.key(), &same)
	}
	return r, nil
}

// ListReleases gives all releases of a survey, the first one first.
func (a *Aggregates) ListReleases(ctx context.Context, org surveys.OrgID, survey surveys.ID) ([]*disclosure.Release, error) {
	var rows []releaseRow
	if err := a.db.Reader().Select(ctx, &rows, `SELECT organisation_id, survey_id, number, as_of, made_on, final, figures
		FROM releases WHERE organisation_id = ? AND survey_id = ? ORDER BY number`, org, survey); err != nil {
		return nil, fmt.Errorf("list releases of survey %s: %w", survey, err)
	}
	list := make([]*disclosure.Release, len(rows))
	for i := range rows {
		row := &rows[i]
		r, err := disclosure.Restore(disclosure.Release{Org: row.Org, Survey: row.Survey, Number: row.Number, AsOf: row.AsOf,
			MadeOn: row.MadeOn, Final: row.Final}, row.Figures)
		if err != nil {
			return nil, err
		}
		list[i] = r
	}
	return list, nil
}

// FindMemory finds what the guard remembers of the releases of a survey. It is for
// the guard alone. While the survey is halted (Halt), and when the memory was sealed
// with a key that is gone, it is disclosure.ErrNoMemory.
func (a *Aggregates) FindMemory(ctx context.Context, org surveys.OrgID, survey surveys.ID) (*disclosure.Memory, error) {
	since, err := a.Halted(ctx, org, survey)
	if err != nil {
		return nil, err
	}
	if since != "" {
		return nil, fmt.Errorf("memory of the releases of survey %s, halted since %s: %w", survey, since, disclosure.ErrNoMemory)
	}
	return a.KeptMemory(ctx, org, survey)
}

// KeptMemory is FindMemory also while the survey is halted: to count again what was
// shown, and not to show anything new.
func (a *Aggregates) KeptMemory(ctx context.Context, org surveys.OrgID, survey surveys.ID) (*disclosure.Memory, error) {
	var row struct {
		Number int    `db:"number"`
		Memory []byte `db:"memory"`
	}
	if err := a.db.Reader().Get(ctx, &row, `SELECT number, memory FROM release_memories WHERE organisation_id = ? AND survey_id = ?`, org, survey); err != nil {
		return nil, fmt.Errorf("find memory of the releases of survey %s: %w", survey, err)
	}
	memory, err := a.seal.open(row.Memory, org, survey, row.Number)
	if err != nil {
		return nil, fmt.Errorf("find memory of the releases of survey %s: %w: %w", survey, err, disclosure.ErrNoMemory)
	}
	return disclosure.RestoreMemory(memory)
}

// AddRelease stores the next release of a survey, and the memory to go on from, in
// one transaction. A release never changes: when it does not follow on the newest
// one, because another instance was first, that is ErrChangedMeanwhile; and so it is when
// a survey of the same people has another newest release than the one, by its number, that
// the guard counted with (beside): two that did not know of each other could together tell
// of few people what neither does. While the survey is halted (Halt) it is disclosure.ErrNoMemory.
func (a *Aggregates) AddRelease(ctx context.Context, r *disclosure.Release, m *disclosure.Memory, beside map[surveys.ID]int) error {
	figures, err := r.Encode()
	if err != nil {
		return fmt.Errorf("add release of survey %s: %w", r.Survey, err)
	}
	memory, err := m.Encode()
	if err == nil {
		memory, err = a.seal.close(memory, r.Org, r.Survey, r.Number)
	}
	if err != nil {
		return fmt.Errorf("add release of survey %s: %w", r.Survey, err)
	}
	err = a.db.Transact(ctx, func(tx *db.Tx) error {
		if since, err := halted(ctx, tx.Reader, r.Org, r.Survey); err != nil {
			return err
		} else if since != "" {
			return disclosure.ErrNoMemory
		}
		newest, err := newestNumber(ctx, tx.Reader, r.Org, r.Survey)
		if err != nil {
			return err
		}
		if r.Number != newest+1 {
			return surveys.ErrChangedMeanwhile
		}
		for survey, counted := range beside {
			if newest, err := newestNumber(ctx, tx.Reader, r.Org, survey); err != nil {
				return err
			} else if newest != counted {
				return surveys.ErrChangedMeanwhile
			}
		}
		if err := insertRelease(ctx, tx, releaseRow{r.Org, r.Survey, r.Number, r.AsOf, r.MadeOn, r.Final, figures, responsesOf(r)}); err != nil {
			return err
		}
		return putMemory(ctx, tx, r, memory)
	})
	if err != nil {
		return fmt.Errorf("add release %d of survey %s: %w", r.Number, r.Survey, err)
	}
	return nil
}

// EndMemory leaves of the guard's memory that no release follows, because the answers of
// the survey or the texts among them were deleted: nothing of any response is left in it,
// and no themes are published any more. A survey without a release has none.
func (a *Aggregates) EndMemory(ctx context.Context, org surveys.OrgID, survey surveys.ID) error {
	err := a.db.Transact(ctx, func(tx *db.Tx) error {
		newest, err := newestNumber(ctx, tx.Reader, org, survey)
		if err != nil {
			return err
		}
		memory, err := disclosure.EndedMemory(newest).Encode()
		if err == nil {
			memory, err = a.seal.close(memory, org, survey, newest)
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM theme_memories WHERE organisation_id = ? AND survey_id = ?`, org, survey); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE release_memories SET number = ?, memory = ? WHERE organisation_id = ? AND survey_id = ?`, newest, memory, org, survey)
		return err
	})
	if err != nil {
		return fmt.Errorf("end the memory of survey %s: %w", survey, err)
	}
	return nil
}

// What the column responses says where it is no number of people.
const (
	tooFew  = -1 // to say how many
	unknown = -2 // the release was made before the column
)

// ListStandings gives how many took part as of the newest release, by survey, of
// the surveys that have one.
func (a *Aggregates) ListStandings(ctx context.Context, org surveys.OrgID) (map[surveys.ID]disclosure.Standing, error) {
	var rows []struct {
		Survey    surveys.ID   `db:"survey_id"`
		AsOf      surveys.Date `db:"as_of"`
		Responses int          `db:"responses"`
	}
	if err := a.db.Reader().Select(ctx, &rows, `SELECT survey_id, as_of, responses FROM releases
		WHERE organisation_id = ? AND number = (SELECT MAX(number) FROM releases AS newest
			WHERE newest.organisation_id = releases.organisation_id AND newest.survey_id = releases.survey_id)`, org); err != nil {
		return nil, fmt.Errorf("list how many took part: %w", err)
	}
	standings := make(map[surveys.ID]disclosure.Standing, len(rows))
	for _, row := range rows {
		if row.Responses == unknown {
			r, err := a.FindRelease(ctx, org, row.Survey)
			if err != nil {
				return nil, fmt.Errorf("list how many took part: %w", err)
			}
			standings[row.Survey] = r.Standing()
			continue
		}
		standings[row.Survey] = disclosure.Standing{AsOf: row.AsOf, Responses: max(0, row.Responses), Shown: row.Responses != tooFew}
	}
	return standings, nil
}

// responsesOf is what the column says of a release.
func responsesOf(r *disclosure.Release) int {
	people, shown := r.Responses()
	if !shown {
		return tooFew
	}
	return people
}

// newestNumber is the number of the newest release of a survey; 0 without one.
func newestNumber(ctx context.Context, r db.Reader, org surveys.OrgID, survey surveys.ID) (int, error) {
	var newest int
	err := r.Get(ctx, &newest, `SELECT COALESCE(MAX(number), 0) FROM releases WHERE organisation_id = ? AND survey_id = ?`, org, survey)
	return newest, err
}

func insertRelease(ctx context.Context, tx *db.Tx, row releaseRow) error {
	_, err := tx.ExecRow(ctx, `INSERT INTO releases (organisation_id, survey_id, number, as_of, made_on, final, figures, responses)
		VALUES (:organisation_id, :survey_id, :number, :as_of, :made_on, :final, :figures, :responses)`, row)
	if db.Unique(err) { // the other one committed while we looked
		return surveys.ErrChangedMeanwhile
	}
	return err
}

// putMemory stores the memory that belongs to the release in place of the one
// before it.
func putMemory(ctx context.Context, tx *db.Tx, r *disclosure.Release, memory []byte) error {
	return tx.ExecOne(ctx, `INSERT INTO release_memories (organisation_id, survey_id, number, memory) VALUES (?, ?, ?, ?)
		ON CONFLICT (organisation_id, survey_id) DO UPDATE SET number = excluded.number, memory = excluded.memory
		WHERE release_memories.number = excluded.number - 1`, r.Org, r.Survey, r.Number, memory)
}
