package training_test

import (
	"encoding/json"
	"slices"
	"testing"

	"weerklank.nl/weerklank/static/content"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/training"
)

// told is a course of our catalogue with the flags that its author expects.
type told struct {
	ID       string          `json:"id"`
	Form     string          `json:"form"`
	Sessions int             `json:"sessions"`
	Roles    []string        `json:"audience_roles"`
	Goals    []training.Goal `json:"goals"`
	Capacity struct {
		Max int `json:"max"`
	} `json:"capacity"`
	Price struct {
		Fixed int `json:"fixed_eur"`
		Per   int `json:"per_participant_eur"`
	} `json:"price"`
	Funding struct {
		Source string `json:"source"`
	} `json:"funding"`
	Aftercare struct {
		Has bool `json:"has"`
	} `json:"aftercare"`
	Venue  training.Venue `json:"venue"`
	Travel struct {
		Reimbursed bool `json:"reimbursed"`
	} `json:"travel"`
	Evidence struct {
		Level training.Evidence `json:"level"`
	} `json:"evidence"`
	Expected []training.Flag `json:"expected_flags"`
}

func catalogue(t *testing.T) ([]training.Course, map[string][]training.Flag) {
	t.Helper()
	raw, err := content.Files.ReadFile("courses.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Courses []told `json:"courses"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	var courses []training.Course
	expected := map[string][]training.Flag{}
	for _, c := range file.Courses {
		courses = append(courses, training.Course{ID: c.ID, Form: c.Form, Sessions: c.Sessions, Roles: c.Roles, Goals: c.Goals, Most: c.Capacity.Max,
			Fixed: c.Price.Fixed, PerPerson: c.Price.Per, Funding: c.Funding.Source, Aftercare: c.Aftercare.Has, Venue: c.Venue,
			TravelPaid: c.Travel.Reimbursed, Evidence: c.Evidence.Level})
		expected[c.ID] = c.Expected
	}
	return courses, expected
}

func TestEveryCourseOfTheCatalogueCarriesTheFlagsThatItsAuthorExpects(t *testing.T) {
	courses, expected := catalogue(t)
	if len(courses) != 42 {
		t.Fatalf("%d courses, want 42", len(courses))
	}
	for _, c := range courses {
		if got := c.Flags(); !slices.Equal(got, expected[c.ID]) {
			t.Errorf("%s: %v, want %v", c.ID, got, expected[c.ID])
		}
	}
}

func TestAStartInDecemberIsFlagged(t *testing.T) {
	for day, flagged := range map[surveys.Date]bool{"2025-12-04": true, "2026-02-04": false, "": false} {
		e := training.Edition{}
		if day != "" {
			e.Dates = []surveys.Date{"2026-03-01", day}
		}
		if got := slices.Contains(e.Flags(), training.YearEnd); got != flagged {
			t.Errorf("start %q: flagged %v", day, got)
		}
	}
}

func TestACourseSaysWhatItCostsForEachNeedThatItCovers(t *testing.T) {
	c := training.Course{Fixed: 4800, PerPerson: 45, Sessions: 4, Most: 14, Venue: training.Venue{Cost: 60}}
	for people, want := range map[int]int{0: 0, 14: 5670, 15: 10755} {
		if got := c.CostFor(people); got != want {
			t.Errorf("%d people cost %d, want %d", people, got, want)
		}
	}
	if got := c.CostPerParticipant(); got != 405 {
		t.Errorf("a participant costs %d, want 405", got)
	}
	if got := c.CostPerNeed(31); got != (3*5040+31*45+30)/31 {
		t.Errorf("a covered need costs %d", got)
	}
}

func TestACourseFits(t *testing.T) {
	courses, _ := catalogue(t)
	names := func(competence string, level int, role string) []string {
		var ids []string
		for _, m := range training.Fitting(courses, competence, level, role) {
			ids = append(ids, m.Course.ID)
		}
		return ids
	}
	if got := names("omgaan_emotie", 2, "baliemedewerker"); !slices.Contains(got, "eerst-luisteren") {
		t.Errorf("who is at level 2 behind a counter is not offered Eerst luisteren: %v", got)
	}
	if got := names("omgaan_emotie", 5, "baliemedewerker"); len(got) != 0 {
		t.Errorf("who is at the highest level is offered %v", got)
	}
	if got := names("omgaan_emotie", 2, "wethouder"); slices.Contains(got, "eerst-luisteren") {
		t.Errorf("an alderman is offered the counter's course: %v", got)
	}
	best := training.Fitting(courses, "gesprek_luisteren", 2, "")
	if len(best) == 0 || best[0].Course.Evidence != training.CitizenRating {
		t.Errorf("the course that citizens noticed does not stand first")
	}
}

func TestADesignSaysOpenlyWhatItIsFor(t *testing.T) {
	courses, _ := catalogue(t)
	d := training.DesignFrom(&courses[0])
	d.Title, d.Audience, d.Aftercare = surveys.Text{NL: "Eerst luisteren"}, surveys.Text{NL: "Team Noorderhaven"}, surveys.Text{NL: "Terugkomdag"}
	if err := d.Check(); err != nil {
		t.Fatalf("a design from the catalogue is refused: %v", err)
	}
	if d.CostPerParticipant() != courses[0].CostPerParticipant() {
		t.Errorf("a participant costs %d, want %d", d.CostPerParticipant(), courses[0].CostPerParticipant())
	}
	for name, spoil := range map[string]func(*training.Design){
		"without who pays":               func(d *training.Design) { d.Funding = "" },
		"without aftercare, not even no": func(d *training.Design) { d.Aftercare = surveys.Text{} },
		"without a goal":                 func(d *training.Design) { d.Goals = nil },
		"with a goal that leads down":    func(d *training.Design) { d.Goals = []training.Goal{{Competence: "x", From: 4, To: 2}} },
		"without participants":           func(d *training.Design) { d.Participants = 0 },
	} {
		t.Run(name, func(t *testing.T) {
			spoilt := d
			spoil(&spoilt)
			if spoilt.Check() == nil {
				t.Error("it passes")
			}
		})
	}
}
