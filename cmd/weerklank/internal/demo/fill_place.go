package demo

import (
	"context"
	"fmt"

	"weerklank.nl/weerklank/handlers/admin"
	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/training"
)

// timeZone is the municipality's, as organisation.json says.
const timeZone = "Europe/Amsterdam"

// place is organisation.json.
type place struct {
	Name     surveys.Text `json:"name"`
	Email    string       `json:"email"`
	Phone    string       `json:"phone"`
	TimeZone string       `json:"time_zone"`

	Departments   []placeUnit `json:"departments"`
	Roles         []placeUnit `json:"roles"`
	Councils      []placeUnit `json:"councils"`
	ServicePoints []struct {
		ID    string       `json:"id"`
		Name  surveys.Text `json:"name"`
		Hours surveys.Text `json:"hours"`
	} `json:"service_points"`
	Areas []struct {
		ID         string       `json:"id"`
		Name       surveys.Text `json:"name"`
		Population int          `json:"population"`
	} `json:"areas"`
	Topics  []surveys.Topic `json:"topics"`
	Funding []struct {
		ID     string       `json:"id"`
		Name   surveys.Text `json:"name"`
		Budget int          `json:"budget_2026_eur"`
	} `json:"funding_sources"`
	Margins struct {
		Age    map[string]int `json:"age"`
		Gender map[string]int `json:"gender"`
		Area   map[string]int `json:"area"`
	} `json:"margins_16_plus"`
}

type placeUnit struct {
	ID      string       `json:"id"`
	Name    surveys.Text `json:"name"`
	Heads   int          `json:"head_count"`
	Members int          `json:"members"`
}

func units(list []placeUnit) []surveys.Unit {
	out := make([]surveys.Unit, len(list))
	for n, u := range list {
		out[n] = surveys.Unit{ID: u.ID, Name: u.Name, Heads: max(u.Heads, u.Members)}
	}
	return out
}

func (f *filler) loadPlace(context.Context) error {
	f.place = new(place)
	return read("organisation.json", 0, f.place)
}

func (f *filler) addOrganisation(ctx context.Context) error {
	p := f.place
	o := &surveys.Organisation{ID: f.org, Name: p.Name, Phone: p.Phone, Email: p.Email, Zone: p.TimeZone, Address: f.url}
	o.Hours = p.ServicePoints[0].Hours
	o.Structure = surveys.Structure{Departments: units(p.Departments), Roles: units(p.Roles), Councils: units(p.Councils), Topics: p.Topics}
	for _, s := range p.ServicePoints {
		o.Structure.ServicePoints = append(o.Structure.ServicePoints, surveys.Unit{ID: s.ID, Name: s.Name})
	}
	for _, a := range p.Areas {
		o.Structure.Areas = append(o.Structure.Areas, surveys.Unit{ID: a.ID, Name: a.Name, Heads: a.Population})
	}
	for _, s := range p.Funding {
		o.Structure.Funding = append(o.Structure.Funding, surveys.FundingSource{ID: s.ID, Name: s.Name, Budget: s.Budget})
	}
	o.Structure.Margins = []surveys.Margin{
		{Attribute: "leeftijd", Counts: p.Margins.Age}, {Attribute: "geslacht", Counts: p.Margins.Gender}, {Attribute: "gebied", Counts: p.Margins.Area},
	}
	return f.Vault.AddOrganisation(ctx, o)
}

func (f *filler) addPeople(ctx context.Context) error {
	hash, err := admin.HashPassword(Password)
	if err != nil {
		return err
	}
	for _, p := range f.story.People {
		a := &surveys.Account{ID: page.NewID(), Org: f.org, Email: p.Email, Title: p.Title, Role: p.Role, Council: p.Council,
			PasswordHash: hash, Language: surveys.Dutch, Active: true}
		if err := f.Vault.AddAccount(ctx, a); err != nil {
			return err
		}
		f.people[p.ID], f.titles[p.ID] = a.ID, p.Title
	}
	return nil
}

// addGrants gives people their roles for one survey.
func (f *filler) addGrants(ctx context.Context) error {
	for _, p := range f.story.People {
		for key, role := range p.Grants {
			s := f.surveys[key]
			if s == nil {
				return fmt.Errorf("%s has a role for the unknown survey %s", p.ID, key)
			}
			if err := f.Vault.ChangeAccount(ctx, f.org, f.people[p.ID], func(a *surveys.Account, _ []surveys.Account) error {
				return a.Grant(s.ID, role)
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

// storyCourse is an entry of courses.json.
type storyCourse struct {
	ID       string          `json:"id"`
	Title    surveys.Text    `json:"title"`
	Summary  surveys.Text    `json:"summary"`
	Provider string          `json:"provider"`
	Roles    []string        `json:"audience_roles"`
	Goals    []training.Goal `json:"goals"`
	Form     string          `json:"form"`
	Sessions int             `json:"sessions"`
	Hours    float64         `json:"hours_contact"`
	Study    float64         `json:"hours_self_study"`
	Weeks    int             `json:"duration_weeks"`
	Capacity struct{ Min, Max int }
	Price    struct {
		Fixed     int `json:"fixed_eur"`
		PerPerson int `json:"per_participant_eur"`
	} `json:"price"`
	Funding struct {
		Source string       `json:"source"`
		Text   surveys.Text `json:"text"`
	} `json:"funding"`
	Aftercare struct {
		Has   bool         `json:"has"`
		Weeks int          `json:"after_weeks"`
		What  surveys.Text `json:"what"`
	} `json:"aftercare"`
	CoDesign struct {
		With         bool         `json:"with_clients"`
		How          surveys.Text `json:"how"`
		Compensation float64      `json:"compensation_eur_per_hour"`
	} `json:"codesign"`
	Venue  training.Venue `json:"venue"`
	Travel struct {
		Paid bool         `json:"reimbursed"`
		Text surveys.Text `json:"text"`
	} `json:"travel"`
	Evidence struct {
		Level training.Evidence `json:"level"`
		Text  surveys.Text      `json:"text"`
	} `json:"evidence"`
}

func (c *storyCourse) course(org surveys.OrgID, providers, forms map[string]surveys.Text) training.Course {
	return training.Course{
		ID: c.ID, Org: org, Title: c.Title, Summary: c.Summary, Provider: providers[c.Provider], Roles: c.Roles, Goals: c.Goals,
		Form: c.Form, FormName: forms[c.Form], Sessions: c.Sessions, Hours: c.Hours, SelfStudy: c.Study, Weeks: c.Weeks,
		Least: c.Capacity.Min, Most: c.Capacity.Max, Fixed: c.Price.Fixed, PerPerson: c.Price.PerPerson,
		Funding: c.Funding.Source, FundingText: c.Funding.Text,
		Aftercare: c.Aftercare.Has, AftercareText: c.Aftercare.What, AfterWeeks: c.Aftercare.Weeks,
		CoDesign: c.CoDesign.With, CoDesignText: c.CoDesign.How, Compensation: c.CoDesign.Compensation,
		Venue: c.Venue, TravelPaid: c.Travel.Paid, TravelText: c.Travel.Text, Evidence: c.Evidence.Level, EvidenceText: c.Evidence.Text,
	}
}

func (f *filler) addTraining(ctx context.Context) error {
	var known struct {
		Competences []struct {
			ID          string                        `json:"id"`
			Name        surveys.Text                  `json:"name"`
			Description surveys.Text                  `json:"description"`
			Levels      []struct{ Text surveys.Text } `json:"levels"`
			Targets     map[string]int                `json:"targets"`
		} `json:"competences"`
	}
	if err := read("competences.json", 0, &known); err != nil {
		return err
	}
	var competences []training.Competence
	for _, k := range known.Competences {
		c := training.Competence{ID: k.ID, Name: k.Name, Description: k.Description, Targets: k.Targets}
		for _, l := range k.Levels {
			c.Levels = append(c.Levels, l.Text)
		}
		competences = append(competences, c)
	}
	if err := f.Programme.AddCompetences(ctx, f.org, competences); err != nil {
		return err
	}
	var catalogue struct {
		Providers []struct{ ID, Name string } `json:"providers"`
		Courses   []storyCourse               `json:"courses"`
	}
	if err := read("courses.json", 0, &catalogue); err != nil {
		return err
	}
	providers, forms := map[string]surveys.Text{}, f.courseForms()
	for _, p := range catalogue.Providers {
		providers[p.ID] = surveys.Text{NL: p.Name, EN: p.Name}
	}
	var courses []training.Course
	for n := range catalogue.Courses {
		c := catalogue.Courses[n].course(f.org, providers, forms)
		if c.Form != "" && c.FormName.Empty() {
			return fmt.Errorf("course %s has a form that no questionnaire words: %s", c.ID, c.Form)
		}
		courses = append(courses, c)
	}
	for n := range courses {
		f.courses[courses[n].ID] = &courses[n]
	}
	return f.Programme.AddCourses(ctx, courses)
}
