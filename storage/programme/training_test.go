package programme_test

import (
	"errors"
	"testing"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/training"
)

func competence(seed int, id string) training.Competence {
	c := filled[training.Competence](seed)
	c.ID = id
	return c
}

func TestCompetencesAreListedInTheOrderInWhichTheyWereAdded(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		must(t, p.AddCompetences(t.Context(), here, []training.Competence{competence(1, "taal"), competence(2, "luisteren")}))
		must(t, p.AddCompetences(t.Context(), there, []training.Competence{competence(3, "taal")}))
		must(t, p.AddCompetences(t.Context(), here, []training.Competence{competence(4, "besluiten")}))
		got, err := p.ListCompetences(t.Context(), here)
		must(t, err)
		same(t, got, []training.Competence{competence(1, "taal"), competence(2, "luisteren"), competence(4, "besluiten")})

		t.Run("and none of them when one is there already", func(t *testing.T) {
			err := p.AddCompetences(t.Context(), here, []training.Competence{competence(5, "nieuw"), competence(6, "taal")})
			if !db.Unique(err) {
				t.Errorf("AddCompetences() = %v, want a refusal", err)
			}
			now, err := p.ListCompetences(t.Context(), here)
			must(t, err)
			same(t, now, got)
		})
	})
}

func course(org surveys.OrgID, seed int, id string) training.Course {
	c := filled[training.Course](seed)
	c.Org, c.ID = org, id
	return c
}

func TestCatalogueOfCourses(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		must(t, p.AddCourses(t.Context(), []training.Course{course(here, 1, "schrijven"), course(here, 2, "luisteren"), course(there, 3, "schrijven")}))
		t.Run("is listed by course id", func(t *testing.T) {
			got, err := p.ListCourses(t.Context(), here)
			must(t, err)
			same(t, got, []training.Course{course(here, 2, "luisteren"), course(here, 1, "schrijven")})
		})
		t.Run("is each organisation's own", func(t *testing.T) {
			got, err := p.FindCourse(t.Context(), there, "schrijven")
			must(t, err)
			same(t, *got, course(there, 3, "schrijven"))
			if _, err := p.FindCourse(t.Context(), there, "luisteren"); !errors.Is(err, surveys.ErrNotFound) {
				t.Errorf("FindCourse() elsewhere = %v, want ErrNotFound", err)
			}
		})
		t.Run("takes all of what is added or nothing", func(t *testing.T) {
			err := p.AddCourses(t.Context(), []training.Course{course(here, 4, "nieuw"), course(here, 5, "schrijven")})
			if !db.Unique(err) {
				t.Errorf("AddCourses() = %v, want a refusal", err)
			}
			if _, err := p.FindCourse(t.Context(), here, "nieuw"); !errors.Is(err, surveys.ErrNotFound) {
				t.Errorf("FindCourse() = %v, want ErrNotFound", err)
			}
		})
	})
}

func TestDesign(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		testKept(t, p.AddDesign, p.FindDesign, p.ChangeDesign, nothing)
		all, err := p.ListDesigns(t.Context(), here)
		must(t, err)
		same(t, all, []training.Design{*as(filled[training.Design](2), here, "one", 4)})
	})
}

func TestWhatADesignWasStaysReadable(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		first := as(filled[training.Design](1), here, "d", 0)
		must(t, p.AddDesign(t.Context(), first))
		past, err := p.ListDesignRevisions(t.Context(), here, "d")
		must(t, err)
		if len(past) != 0 {
			t.Errorf("a new design has %d earlier ones", len(past))
		}
		rename := func(title string) func(*training.Design) error {
			return func(d *training.Design) error { d.Title.NL = title; return nil }
		}
		must(t, p.ChangeDesign(t.Context(), here, "d", rename("Tweede")))
		no := errors.New("no")
		if err := p.ChangeDesign(t.Context(), here, "d", func(*training.Design) error { return no }); !errors.Is(err, no) {
			t.Errorf("ChangeDesign() = %v, want the refusal", err)
		}
		must(t, p.ChangeDesign(t.Context(), here, "d", rename("Derde")))
		second := *first
		second.Title.NL, second.Revision = "Tweede", 1
		past, err = p.ListDesignRevisions(t.Context(), here, "d")
		must(t, err)
		same(t, past, []training.Design{second, *first})
		elsewhere, err := p.ListDesignRevisions(t.Context(), there, "d")
		must(t, err)
		if len(elsewhere) != 0 {
			t.Error("another organisation reads them")
		}
	})
}

func TestEditionsOfADesignAreListedTogether(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		edition := func(seed int, org surveys.OrgID, design, id surveys.ID) *training.Edition {
			e := as(filled[training.Edition](seed), org, id, 1)
			e.Design = design
			return e
		}
		first, second, other := edition(1, here, "a", "2"), edition(2, here, "a", "3"), edition(3, here, "b", "1")
		for _, e := range []*training.Edition{other, second, first, edition(4, there, "a", "4")} {
			must(t, p.AddEdition(t.Context(), e))
		}
		got, err := p.ListEditions(t.Context(), here)
		must(t, err)
		same(t, got, []training.Edition{*first, *second, *other})
	})
}
