package programme_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/surveys"
)

const (
	here  surveys.OrgID = "waterrijk"
	there surveys.OrgID = "bergdal"
)

// eachStore runs the test on a fresh store of each database.
func eachStore(t *testing.T, test func(t *testing.T, p *programme.Programme)) {
	t.Helper()
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) { test(t, programme.New(d)) })
}

// filled is a value of which no field is empty, and of which no two fields are
// equal; another seed gives other values.
func filled[T any](seed int) T {
	var v T
	n := seed * 1000
	fill(reflect.ValueOf(&v).Elem(), &n)
	return v
}

func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("één %d & <b> 'twee'", *n))
	case reflect.Int:
		v.SetInt(int64(*n))
	case reflect.Float64:
		v.SetFloat(float64(*n) + 0.1)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8:
		v.SetUint(uint64(*n%255) + 1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(key, n)
			fill(value, n)
			v.SetMapIndex(key, value)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(moment(*n)))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	default:
		panic("fill: " + v.Kind().String())
	}
}

// moment is the n-th microsecond of a second in which nothing else happens.
func moment(n int) time.Time { return time.Date(2026, 3, 29, 1, 59, 59, n*1000, time.UTC) }

// as gives the value that key, organisation and revision, and survey s where it
// belongs to one: it stays with that survey for good.
func as[T any](v T, org surveys.OrgID, id surveys.ID, revision int) *T {
	s := reflect.ValueOf(&v).Elem()
	s.FieldByName("ID").SetString(string(id))
	s.FieldByName("Org").SetString(string(org))
	s.FieldByName("Revision").SetInt(int64(revision))
	if of := s.FieldByName("Survey"); of.IsValid() {
		of.SetString("s")
	}
	return &v
}

type (
	addFunc[T any]    func(context.Context, *T) error
	findFunc[T any]   func(context.Context, surveys.OrgID, surveys.ID) (*T, error)
	changeFunc[T any] func(context.Context, surveys.OrgID, surveys.ID, func(*T) error) error
)

// testKept tests what holds of everything that is added, found and changed.
// concept makes of a filled value one that may still change.
func testKept[T any](t *testing.T, add addFunc[T], find findFunc[T], change changeFunc[T], concept func(*T)) {
	t.Helper()
	ctx := t.Context()
	first := as(filled[T](1), here, "one", 3)
	concept(first)
	must(t, add(ctx, first))

	isStored := func(t *testing.T, want *T) {
		t.Helper()
		got, err := find(ctx, here, "one")
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, want)
	}
	t.Run("comes back as it was added", func(t *testing.T) { isStored(t, first) })
	t.Run("may have its empty fields", func(t *testing.T) {
		var zero T
		empty := as(zero, there, "empty", 0)
		must(t, add(ctx, empty))
		got, err := find(ctx, there, "empty")
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, empty)
	})
	t.Run("is not found in another organisation", func(t *testing.T) {
		if _, err := find(ctx, there, "one"); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("find = %v, want ErrNotFound", err)
		}
		err := change(ctx, there, "one", func(*T) error { t.Error("it was found"); return nil })
		if !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("change = %v, want ErrNotFound", err)
		}
	})
	t.Run("stays as it was when the change refuses", func(t *testing.T) {
		no := errors.New("no")
		err := change(ctx, here, "one", func(v *T) error { *v = *as(filled[T](2), here, "one", 3); return no })
		if !errors.Is(err, no) {
			t.Errorf("change = %v, want the refusal", err)
		}
		isStored(t, first)
	})
	t.Run("stays as it was when somebody changed it meanwhile", func(t *testing.T) {
		err := change(ctx, here, "one", func(v *T) error { *v = *as(filled[T](2), here, "one", 2); return nil })
		if !errors.Is(err, surveys.ErrChangedMeanwhile) {
			t.Errorf("change from an old revision = %v, want ErrChangedMeanwhile", err)
		}
		isStored(t, first)
	})
	t.Run("is stored whole when it changes, one revision on", func(t *testing.T) {
		must(t, change(ctx, here, "one", func(v *T) error { *v = *as(filled[T](2), here, "one", 3); return nil }))
		isStored(t, as(filled[T](2), here, "one", 4))
	})
}

func nothing[T any](*T) {}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func refusedAt(t *testing.T, err error, field, key string) {
	t.Helper()
	var refused surveys.Invalid
	if !errors.As(err, &refused) || len(refused) != 1 || refused[0].Field != field || refused[0].Key != key {
		t.Errorf("err = %v, want a refusal at %q with %q", err, field, key)
	}
}

// keys gives the keys of a list, in its order.
func keys[T any](t *testing.T, all []T, err error) []string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	for i := range all {
		ids = append(ids, reflect.ValueOf(all[i]).FieldByName("ID").String())
	}
	return ids
}

// A version that was published and the evidence of a finding are never changed:
// there is no statement that could do it.
func TestNoStatementChangesWhatIsFixed(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files (%v)", err)
	}
	forbidden := regexp.MustCompile(`UPDATE\s+(versions|findings)|DELETE\s+FROM\s+versions|REPLACE\s+INTO`)
	for _, file := range files {
		if file == "programme_test.go" {
			continue
		}
		text, err := os.ReadFile(file)
		must(t, err)
		if found := forbidden.Find(text); found != nil {
			t.Errorf("%s holds %q", file, found)
		}
	}
}
