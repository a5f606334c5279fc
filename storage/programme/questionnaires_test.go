package programme_test

import (
	"errors"
	"testing"

	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/surveys"
)

func questionnaire(org surveys.OrgID, id surveys.ID, formID string) *surveys.Questionnaire {
	q := as(filled[surveys.Questionnaire](1), org, id, 0)
	q.FormID = formID
	return q
}

func TestQuestionnaire(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		testKept(t, p.AddQuestionnaire, p.FindQuestionnaire, p.ChangeQuestionnaire, nothing)
	})
}

func TestQuestionnairesAreListedByFormID(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		for id, formID := range map[surveys.ID]string{"x": "c", "y": "a", "z": "b"} {
			must(t, p.AddQuestionnaire(t.Context(), questionnaire(here, id, formID)))
		}
		must(t, p.AddQuestionnaire(t.Context(), questionnaire(there, "elsewhere", "a")))
		all, err := p.ListQuestionnaires(t.Context(), here)
		same(t, keys(t, all, err), []string{"y", "z", "x"})
	})
}

func TestFormIDIsUniqueInTheOrganisation(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		must(t, p.AddQuestionnaire(t.Context(), questionnaire(here, "one", "balie")))
		must(t, p.AddQuestionnaire(t.Context(), questionnaire(here, "two", "toets")))
		must(t, p.AddQuestionnaire(t.Context(), questionnaire(there, "three", "balie")))
		refusedAt(t, p.AddQuestionnaire(t.Context(), questionnaire(here, "four", "balie")), "form_id", "questionnaire.form_id_taken")
		err := p.ChangeQuestionnaire(t.Context(), here, "two", func(q *surveys.Questionnaire) error { q.FormID = "balie"; return nil })
		refusedAt(t, err, "form_id", "questionnaire.form_id_taken")
	})
}

// publish gives the draft the number and takes it out of the questionnaire.
func publish(number int, by surveys.ID) func(*surveys.Questionnaire) (*surveys.Version, error) {
	return func(q *surveys.Questionnaire) (*surveys.Version, error) {
		v := &surveys.Version{Questionnaire: q.ID, Number: number, Definition: q.Draft, PublishedAt: moment(number), PublishedBy: by}
		q.Draft, q.Published = nil, number
		return v, nil
	}
}

func TestPublishedVersion(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		q := questionnaire(here, "one", "balie")
		q.Draft = []byte(`{"form_id":"balie","items":[]}`)
		must(t, p.AddQuestionnaire(t.Context(), q))
		must(t, p.PublishVersion(t.Context(), here, "one", publish(1, "writer")))
		want := &surveys.Version{Questionnaire: "one", Number: 1, Definition: q.Draft, PublishedAt: moment(1), PublishedBy: "writer"}

		t.Run("comes back as it was published", func(t *testing.T) {
			got, err := p.FindVersion(t.Context(), here, "one", 1)
			must(t, err)
			same(t, got, want)
		})
		t.Run("leaves the questionnaire as publishing made it", func(t *testing.T) {
			got, err := p.FindQuestionnaire(t.Context(), here, "one")
			must(t, err)
			if got.Draft != nil || got.Published != 1 || got.Revision != 1 {
				t.Errorf("draft %s, published %d, revision %d", got.Draft, got.Published, got.Revision)
			}
		})
		t.Run("never changes, whatever is published after it", func(t *testing.T) {
			err := p.PublishVersion(t.Context(), here, "one", func(q *surveys.Questionnaire) (*surveys.Version, error) {
				q.Draft, q.Title = []byte("other"), surveys.Text{NL: "anders"}
				return publish(1, "somebody else")(q)
			})
			if !errors.Is(err, surveys.ErrChangedMeanwhile) {
				t.Errorf("PublishVersion() of a number that is there = %v, want ErrChangedMeanwhile", err)
			}
			must(t, p.ChangeQuestionnaire(t.Context(), here, "one", func(q *surveys.Questionnaire) error { q.Draft = []byte("next"); return nil }))
			must(t, p.PublishVersion(t.Context(), here, "one", publish(2, "writer")))
			got, err := p.FindVersion(t.Context(), here, "one", 1)
			must(t, err)
			same(t, got, want)
			now, err := p.FindQuestionnaire(t.Context(), here, "one")
			must(t, err)
			if now.Title != q.Title {
				t.Errorf("the refused publishing changed the title to %v", now.Title)
			}
		})
		t.Run("is not found in another organisation", func(t *testing.T) {
			if _, err := p.FindVersion(t.Context(), there, "one", 1); !errors.Is(err, surveys.ErrNotFound) {
				t.Errorf("FindVersion() = %v, want ErrNotFound", err)
			}
		})
		t.Run("is found through a survey that asks it", func(t *testing.T) {
			s := survey(here, "s", "balie")
			s.Questionnaire = "one"
			must(t, p.AddSurvey(t.Context(), s))
			got, err := p.DefinitionOf(t.Context(), here, "s", 2)
			if err != nil || string(got) != "next" {
				t.Errorf("DefinitionOf() = %q, %v", got, err)
			}
			for _, wrong := range []struct {
				org     surveys.OrgID
				version int
			}{{there, 2}, {here, 3}} {
				if _, err := p.DefinitionOf(t.Context(), wrong.org, "s", wrong.version); !errors.Is(err, surveys.ErrNotFound) {
					t.Errorf("DefinitionOf(%v) = %v, want ErrNotFound", wrong, err)
				}
			}
		})
	})
}

func TestRefusedPublishingStoresNothing(t *testing.T) {
	eachStore(t, func(t *testing.T, p *programme.Programme) {
		q := questionnaire(here, "one", "balie")
		must(t, p.AddQuestionnaire(t.Context(), q))
		no := surveys.Invalid{{Field: "questionnaire", Key: "questionnaire.faulty"}}
		err := p.PublishVersion(t.Context(), here, "one", func(q *surveys.Questionnaire) (*surveys.Version, error) {
			q.Draft = nil
			return nil, no
		})
		refusedAt(t, err, "questionnaire", "questionnaire.faulty")
		got, err := p.FindQuestionnaire(t.Context(), here, "one")
		must(t, err)
		same(t, got, q)
	})
}
