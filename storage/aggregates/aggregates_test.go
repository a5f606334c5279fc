package aggregates_test

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"

	"weerklank.nl/weerklank/storage/aggregates"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
)

const here, there surveys.OrgID = "waterrijk", "bergdal"

// release is the release of that number of survey s, with a figure in it.
func release(t *testing.T, number int) *disclosure.Release {
	t.Helper()
	r, err := disclosure.Restore(disclosure.Release{Org: here, Survey: "s", Number: number, AsOf: surveys.Date(fmt.Sprintf("2026-05-%02d", number)),
		MadeOn: "2026-06-01", Final: number == 3}, fmt.Appendf(nil, `{"questions":[{"name":"wacht","kind":"one","label":{"nl":"Hoe lang?","en":"How long?"}}],
		"breakdowns":[{"name":"punt","label":{"nl":"Punt","en":"Point"},"values":[{"name":"noord","label":{"nl":"Noord","en":"North"}}]}],
		"figures":[{"q":"wacht","g":{"b":"punt","v":"noord"},"f":{"question":{"nl":"Hoe lang?","en":"How long?"},"group":{"nl":"Noord","en":"North"},
		"base":%d,"cells":[{"name":"lang","label":{"nl":"Lang","en":"Long"},"n":30}]}},{"q":"wacht","g":{"b":"punt","v":"zuid"},"r":"too_small"}],"smallest":10}`, 40+number))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// memory is what the guard remembers after that release.
func memory(t *testing.T, number int) *disclosure.Memory {
	t.Helper()
	m, err := disclosure.RestoreMemory(fmt.Appendf(nil, `{"number":%d,"final":%t,"seen":[{"k":7,"f":%d},{"k":18446744073709551615,"f":1}],
		"questions":{"wacht":{"cells":{"noord":{"upto":%d,"atoms":[{"from":1,"until":2,"n":12}],"tally":{"base":12,"options":{"lang":9},"none":3}}},
		"rows":[{"release":1,"groups":[{"b":"punt","v":"noord"}]}],"edges":[1.5,2]}}}`, number, number == 3, number, number))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// keys seal the memory of the guard.
var keys = [][32]byte{{1}}

func newest(t *testing.T, a *aggregates.Aggregates) int {
	t.Helper()
	r, err := a.FindRelease(t.Context(), here, "s")
	if err != nil {
		t.Fatal(err)
	}
	return r.Number
}

func TestNewestReleaseComesBackWithTheMemoryOfTheGuard(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		a := aggregates.New(d, keys)
		for number := 1; number <= 3; number++ {
			if err := a.AddRelease(t.Context(), release(t, number), memory(t, number), nil); err != nil {
				t.Fatal(err)
			}
			r, err := a.FindRelease(t.Context(), here, "s")
			if err != nil || !reflect.DeepEqual(r, release(t, number)) {
				t.Errorf("FindRelease() = %+v, %v", r, err)
			}
			m, err := a.FindMemory(t.Context(), here, "s")
			if err != nil || !reflect.DeepEqual(m, memory(t, number)) {
				t.Errorf("FindMemory() = %+v, %v", m, err)
			}
		}
	})
}

// counted is a release that shows how many took part, or that they are too few.
func counted(t *testing.T, survey surveys.ID, number int, whole string) *disclosure.Release {
	t.Helper()
	r, err := disclosure.Restore(disclosure.Release{Org: here, Survey: survey, Number: number, AsOf: surveys.Date(fmt.Sprintf("2026-05-%02d", number)), MadeOn: "2026-06-01"},
		[]byte(`{"figures":[{"q":"","g":{},`+whole+`}],"smallest":10}`))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestHowManyTookPartIsListedOfTheNewestReleases(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		a := aggregates.New(d, keys)
		for _, r := range []*disclosure.Release{
			counted(t, "many", 1, `"f":{"base":41}`), counted(t, "many", 2, `"f":{"base":57}`), counted(t, "few", 1, `"r":"too_small"`), counted(t, "old", 1, `"f":{"base":12}`),
		} {
			if err := a.AddRelease(t.Context(), r, memory(t, r.Number), nil); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Transact(t.Context(), func(tx *db.Tx) error { // as one that was made before this was kept
			return tx.ExecOne(t.Context(), `UPDATE releases SET responses = -2 WHERE survey_id = 'old'`)
		}); err != nil {
			t.Fatal(err)
		}
		got, err := a.ListStandings(t.Context(), here)
		want := map[surveys.ID]disclosure.Standing{"many": {AsOf: "2026-05-02", Responses: 57, Shown: true}, "few": {AsOf: "2026-05-01"},
			"old": {AsOf: "2026-05-01", Responses: 12, Shown: true}}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("ListStandings() = %+v, %v; want %+v", got, err, want)
		}
		for survey, standing := range got {
			r, err := a.FindRelease(t.Context(), here, survey)
			if err != nil || r.Standing() != standing {
				t.Errorf("of survey %s the release itself says %+v, %v", survey, r.Standing(), err)
			}
		}
		if other, err := a.ListStandings(t.Context(), "elsewhere"); err != nil || len(other) != 0 {
			t.Errorf("of another organisation: %v, %v", other, err)
		}
	})
}

func TestReleaseIsNotFound(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		a := aggregates.New(d, keys)
		if err := a.AddRelease(t.Context(), release(t, 1), memory(t, 1), nil); err != nil {
			t.Fatal(err)
		}
		for name, of := range map[string]struct {
			org    surveys.OrgID
			survey surveys.ID
		}{
			"in another organisation":        {there, "s"},
			"of a survey that made none yet": {here, "r"},
		} {
			t.Run(name, func(t *testing.T) {
				if _, err := a.FindRelease(t.Context(), of.org, of.survey); !errors.Is(err, surveys.ErrNotFound) {
					t.Errorf("FindRelease() = %v, want ErrNotFound", err)
				}
				if _, err := a.FindMemory(t.Context(), of.org, of.survey); !errors.Is(err, surveys.ErrNotFound) {
					t.Errorf("FindMemory() = %v, want ErrNotFound", err)
				}
			})
		}
	})
}

func TestReleaseIsRefused(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		a := aggregates.New(d, keys)
		for number := 1; number <= 2; number++ {
			if err := a.AddRelease(t.Context(), release(t, number), memory(t, number), nil); err != nil {
				t.Fatal(err)
			}
		}
		for name, number := range map[string]int{
			"when it is the newest again":   2,
			"when it is older":              1,
			"when one is missing before it": 4,
		} {
			t.Run(name, func(t *testing.T) {
				if err := a.AddRelease(t.Context(), release(t, number), memory(t, number), nil); !errors.Is(err, surveys.ErrChangedMeanwhile) {
					t.Errorf("AddRelease() = %v, want ErrChangedMeanwhile", err)
				}
				if m, err := a.FindMemory(t.Context(), here, "s"); err != nil || !reflect.DeepEqual(m, memory(t, 2)) {
					t.Errorf("the memory is now %+v (%v)", m, err)
				}
			})
		}
		t.Run("when it would stand apart from its memory", func(t *testing.T) {
			if err := d.Transact(t.Context(), func(tx *db.Tx) error {
				return tx.ExecOne(t.Context(), `UPDATE release_memories SET number = 1 WHERE organisation_id = ? AND survey_id = ?`, here, "s")
			}); err != nil {
				t.Fatal(err)
			}
			if err := a.AddRelease(t.Context(), release(t, 3), memory(t, 3), nil); !errors.Is(err, surveys.ErrChangedMeanwhile) {
				t.Errorf("AddRelease() = %v, want ErrChangedMeanwhile", err)
			}
			if n := newest(t, a); n != 2 {
				t.Errorf("the newest release is number %d", n)
			}
		})
	})
}

func TestOfReleasesThatAreMadeAtOnceOneCounts(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		a := aggregates.New(d, keys)
		const instances = 6
		r, m := release(t, 1), memory(t, 1)
		results := make(chan error, instances)
		var wg sync.WaitGroup
		for range instances {
			wg.Go(func() { results <- a.AddRelease(t.Context(), r, m, nil) })
		}
		wg.Wait()
		close(results)
		stored := 0
		for err := range results {
			switch {
			case err == nil:
				stored++
			case !errors.Is(err, surveys.ErrChangedMeanwhile):
				t.Errorf("AddRelease() = %v, want ErrChangedMeanwhile", err)
			}
		}
		if stored != 1 {
			t.Errorf("%d of %d count", stored, instances)
		}
	})
}

func TestOfTwoSurveysOfTheSamePeopleThatAreReleasedAtOnceOneCounts(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		a := aggregates.New(d, keys)
		one, two := release(t, 1), release(t, 1)
		two.Survey = "s2"
		results := make(chan error, 2)
		for r, beside := range map[*disclosure.Release]map[surveys.ID]int{one: {"s2": 0}, two: {"s": 0}} {
			go func() { results <- a.AddRelease(t.Context(), r, memory(t, 1), beside) }()
		}
		first, second := <-results, <-results
		if first != nil {
			first, second = second, first
		}
		if first != nil || !errors.Is(second, surveys.ErrChangedMeanwhile) {
			t.Errorf("AddRelease() = %v and %v, want one that counts and ErrChangedMeanwhile", first, second)
		}
		for _, r := range []*disclosure.Release{one, two} {
			if err := a.AddRelease(t.Context(), r, memory(t, 1), map[surveys.ID]int{"s": 1, "s2": 1}); !errors.Is(err, surveys.ErrChangedMeanwhile) {
				t.Errorf("with a release that there is not: AddRelease() = %v, want ErrChangedMeanwhile", err)
			}
		}
	})
}

func TestAReleaseThatWasReadBeforeIsTheOneThatIsStored(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		a, other := aggregates.New(d, keys), aggregates.New(d, keys)
		find := func() *disclosure.Release {
			t.Helper()
			r, err := a.FindRelease(t.Context(), here, "s")
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		if err := other.AddRelease(t.Context(), release(t, 1), memory(t, 1), nil); err != nil {
			t.Fatal(err)
		}
		find().AsOf = "2030-01-01" // who has it cannot change it for others
		if r := find(); !reflect.DeepEqual(r, release(t, 1)) {
			t.Errorf("read again it is %+v", r)
		}
		if err := other.AddRelease(t.Context(), release(t, 2), memory(t, 2), nil); err != nil {
			t.Fatal(err)
		}
		if r := find(); !reflect.DeepEqual(r, release(t, 2)) {
			t.Errorf("after another instance made the second one it is %+v", r)
		}
		if err := d.Transact(t.Context(), func(tx *db.Tx) error { // another one with that number, as after a restore
			return tx.ExecOne(t.Context(), `UPDATE releases SET made_on = '2026-07-01' WHERE survey_id = 's' AND number = 2`)
		}); err != nil {
			t.Fatal(err)
		}
		if r := find(); r.MadeOn != "2026-07-01" {
			t.Errorf("after a restore it is %+v", r)
		}
	})
}
