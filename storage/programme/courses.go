package programme

import (
	"context"
	"fmt"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/training"
)

type courseRow struct {
	Org           surveys.OrgID           `db:"organisation_id"`
	ID            string                  `db:"course_id"`
	Title         text                    `db:"title"`
	Summary       text                    `db:"summary"`
	Provider      text                    `db:"provider"`
	Roles         list[string]            `db:"roles"`
	Goals         list[training.Goal]     `db:"goals"`
	Form          string                  `db:"form"`
	FormName      text                    `db:"form_name"`
	Sessions      int                     `db:"sessions"`
	Hours         float64                 `db:"hours"`
	SelfStudy     float64                 `db:"self_study"`
	Weeks         int                     `db:"weeks"`
	Least         int                     `db:"least"`
	Most          int                     `db:"most"`
	Fixed         int                     `db:"fixed"`
	PerPerson     int                     `db:"per_person"`
	Funding       string                  `db:"funding"`
	FundingText   text                    `db:"funding_text"`
	Aftercare     bool                    `db:"aftercare"`
	AftercareText text                    `db:"aftercare_text"`
	AfterWeeks    int                     `db:"after_weeks"`
	CoDesign      bool                    `db:"co_design"`
	CoDesignText  text                    `db:"co_design_text"`
	Compensation  float64                 `db:"compensation"`
	Venue         db.JSON[training.Venue] `db:"venue"`
	TravelPaid    bool                    `db:"travel_paid"`
	TravelText    text                    `db:"travel_text"`
	Evidence      training.Evidence       `db:"evidence"`
	EvidenceText  text                    `db:"evidence_text"`
}

func courseToRow(c *training.Course) courseRow {
	return courseRow{
		Org: c.Org, ID: c.ID, Title: words(c.Title), Summary: words(c.Summary), Provider: words(c.Provider), Roles: listOf(c.Roles),
		Goals: listOf(c.Goals), Form: c.Form, FormName: words(c.FormName), Sessions: c.Sessions, Hours: c.Hours, SelfStudy: c.SelfStudy,
		Weeks: c.Weeks, Least: c.Least, Most: c.Most, Fixed: c.Fixed, PerPerson: c.PerPerson, Funding: c.Funding,
		FundingText: words(c.FundingText), Aftercare: c.Aftercare, AftercareText: words(c.AftercareText), AfterWeeks: c.AfterWeeks,
		CoDesign: c.CoDesign, CoDesignText: words(c.CoDesignText), Compensation: c.Compensation, Venue: db.JSON[training.Venue]{V: c.Venue},
		TravelPaid: c.TravelPaid, TravelText: words(c.TravelText), Evidence: c.Evidence, EvidenceText: words(c.EvidenceText),
	}
}

func (r *courseRow) course() training.Course {
	return training.Course{
		ID: r.ID, Org: r.Org, Title: r.Title.V, Summary: r.Summary.V, Provider: r.Provider.V, Roles: r.Roles.V,
		Goals: r.Goals.V, Form: r.Form, FormName: r.FormName.V, Sessions: r.Sessions, Hours: r.Hours, SelfStudy: r.SelfStudy,
		Weeks: r.Weeks, Least: r.Least, Most: r.Most, Fixed: r.Fixed, PerPerson: r.PerPerson, Funding: r.Funding,
		FundingText: r.FundingText.V, Aftercare: r.Aftercare, AftercareText: r.AftercareText.V, AfterWeeks: r.AfterWeeks,
		CoDesign: r.CoDesign, CoDesignText: r.CoDesignText.V, Compensation: r.Compensation, Venue: r.Venue.V,
		TravelPaid: r.TravelPaid, TravelText: r.TravelText.V, Evidence: r.Evidence, EvidenceText: r.EvidenceText.V,
	}
}

const courseColumns = `organisation_id, course_id, title, summary, provider, roles, goals, form, form_name, sessions, hours, self_study, weeks,
	least, most, fixed, per_person, funding, funding_text, aftercare, aftercare_text, after_weeks, co_design, co_design_text, compensation,
	venue, travel_paid, travel_text, evidence, evidence_text`

// ListCourses gives the catalogue of the organisation, by course id.
func (p *Programme) ListCourses(ctx context.Context, org surveys.OrgID) ([]training.Course, error) {
	var rows []courseRow
	if err := p.db.Reader().Select(ctx, &rows, `SELECT `+courseColumns+` FROM courses WHERE organisation_id = ? ORDER BY course_id`, org); err != nil {
		return nil, fmt.Errorf("list courses: %w", err)
	}
	return each(rows, (*courseRow).course), nil
}

// FindCourse finds a course of the catalogue.
func (p *Programme) FindCourse(ctx context.Context, org surveys.OrgID, id string) (*training.Course, error) {
	var row courseRow
	if err := p.db.Reader().Get(ctx, &row, `SELECT `+courseColumns+` FROM courses WHERE organisation_id = ? AND course_id = ?`, org, id); err != nil {
		return nil, fmt.Errorf("find course %s: %w", id, err)
	}
	c := row.course()
	return &c, nil
}

// AddCourses adds courses to the catalogue, all or none.
func (p *Programme) AddCourses(ctx context.Context, added []training.Course) error {
	return p.db.Transact(ctx, func(tx *db.Tx) error {
		for i := range added {
			if err := insertCourse(ctx, tx, &added[i]); err != nil {
				return fmt.Errorf("add course %s: %w", added[i].ID, err)
			}
		}
		return nil
	})
}

func insertCourse(ctx context.Context, tx *db.Tx, c *training.Course) error {
	_, err := tx.ExecRow(ctx, `INSERT INTO courses (`+courseColumns+`)
		VALUES (:organisation_id, :course_id, :title, :summary, :provider, :roles, :goals, :form, :form_name, :sessions, :hours, :self_study, :weeks,
		:least, :most, :fixed, :per_person, :funding, :funding_text, :aftercare, :aftercare_text, :after_weeks, :co_design, :co_design_text, :compensation,
		:venue, :travel_paid, :travel_text, :evidence, :evidence_text)`, courseToRow(c))
	return err
}
