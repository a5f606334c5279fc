package demo

import (
	"context"
	"fmt"
	"time"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/storage/aggregates"
	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/ledger"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/training"
)

// Stores are where the demo is kept: those of the product.
type Stores struct {
	Vault      *vault.Vault
	Programme  *programme.Programme
	Answers    *answers.Answers
	Writer     *answers.Writer
	Aggregates *aggregates.Aggregates
	Keys       *responses.Keys
	Ledger     *ledger.Ledger // nil: without the survey that people are invited to
}

// SignIn is an account of the demo. All have Password.
type SignIn struct {
	Title surveys.Text
	Email string
	Role  surveys.Role
}

// Password is what everybody of the invented municipality signs in with. It is
// printed at every start, so it protects nothing: the demo listens on this
// computer only, unless it is told otherwise.
const Password = "waterrijk-oefent" //nolint:gosec // printed, on purpose: see above

// Filled is what the demo holds, to print.
type Filled struct {
	Org     surveys.OrgID
	SignIns []SignIn
	Fresh   bool         // it was filled now, not before
	Open    string       // the slug of a survey that is open to answer
	Late    surveys.Text // the title of the survey whose promise is late now
	Left    []string     // figures of the story that the guard does not show, as "FINDING SURVEY QUESTION"
}

// filler fills one database. Its maps lead from the story's own names to keys.
type filler struct {
	Stores
	*told
	org   surveys.OrgID
	zone  *time.Location
	now   time.Time
	url   string
	place *place

	people         map[string]surveys.ID
	titles         map[string]surveys.Text
	forms          map[string]*questionnaire.Form
	questionnaires map[string]surveys.ID
	surveys        map[string]*surveys.Survey
	collectors     map[string]surveys.ID // by survey key, a slash, and the collector's code
	releases       map[string]*disclosure.Release
	findings       map[string]*decisions.Finding
	decided        map[string]*decisions.Decision
	designs        map[string]surveys.ID // by edition
	courses        map[string]*training.Course
	left           []string
}

// Fill fills the database with the story as it stands now, unless an earlier start
// did. url is the public address of the demo. The organisation is stored last, so
// that a filling that was cut short is begun again.
func Fill(ctx context.Context, stores Stores, now time.Time, url string) (*Filled, error) {
	zone, err := time.LoadLocation(timeZone)
	if err != nil {
		return nil, fmt.Errorf("fill the demo: %w", err)
	}
	t, err := tell(surveys.DateOf(now.In(zone)))
	if err != nil {
		return nil, fmt.Errorf("fill the demo: %w", err)
	}
	known, err := stores.Vault.ListOrganisations(ctx)
	if err != nil {
		return nil, fmt.Errorf("fill the demo: %w", err)
	}
	if len(known) > 0 {
		return describe(t, known[0].ID, nil, false), keepAddress(ctx, stores.Vault, &known[0], url)
	}
	f := &filler{Stores: stores, told: t, org: surveys.OrgID(page.NewID()), zone: zone, now: now.In(zone), url: url,
		people: map[string]surveys.ID{}, titles: map[string]surveys.Text{}, forms: map[string]*questionnaire.Form{},
		questionnaires: map[string]surveys.ID{}, surveys: map[string]*surveys.Survey{}, collectors: map[string]surveys.ID{},
		releases: map[string]*disclosure.Release{}, findings: map[string]*decisions.Finding{},
		decided: map[string]*decisions.Decision{}, designs: map[string]surveys.ID{}, courses: map[string]*training.Course{},
	}
	for _, step := range []func(context.Context) error{
		f.loadPlace, f.addPeople, f.addTraining, f.addQuestionnaires, f.addSurveys, f.addGrants, f.addResponses, f.addReleases, f.addReviews,
		f.addFindings, f.addDesigns, f.addDecisions, f.addNotices, f.addProposals, f.addInvited, f.addOrganisation,
	} {
		if err := step(ctx); err != nil {
			return nil, fmt.Errorf("fill the demo: %w", err)
		}
	}
	return describe(t, f.org, f.left, true), nil
}

// keepAddress lets the demo be found at the address at which it listens today.
func keepAddress(ctx context.Context, v *vault.Vault, org *surveys.Organisation, url string) error {
	if org.Address == url {
		return nil
	}
	return v.ChangeOrganisation(ctx, org.ID, func(o *surveys.Organisation) error {
		o.Address = url
		return nil
	})
}

// describe is what there is to see, which the story tells by itself.
func describe(t *told, org surveys.OrgID, left []string, fresh bool) *Filled {
	out := &Filled{Org: org, Fresh: fresh, Left: left}
	for _, p := range t.story.People {
		out.SignIns = append(out.SignIns, SignIn{Title: p.Title, Email: p.Email, Role: p.Role})
	}
	for _, s := range t.story.Surveys {
		if s.Key == t.story.LateNow.Survey {
			out.Late = s.Title
		}
		if s.Opens <= t.story.Anchor && s.Closes >= t.story.Anchor && out.Open == "" && s.Mode == surveys.Open && len(s.Collectors) > 3 {
			out.Open = s.Slug
		}
	}
	return out
}

// at is a moment of a day in the story: ten in the morning.
func (f *filler) at(day surveys.Date) time.Time { return day.Start(f.zone).Add(10 * time.Hour) }
