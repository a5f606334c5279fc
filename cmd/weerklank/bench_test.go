package main

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"weerklank.nl/weerklank/storage/dbtest"
)

// The measurements themselves fail when what is stored is not what was sent.
func TestMeasurementsPrintALineForEachDatabaseAndSize(t *testing.T) {
	postgres := dbtest.Postgres(t)
	t.Setenv("WEERKLANK_FLOOD", "2") // a measurement sends more from one address than is usually taken, and says so itself
	for name, c := range map[string]struct {
		run    func(context.Context, *terminal) error
		fields []string // besides database
		zero   []string // that may be 0
	}{
		"results": {(&benchResultsCmd{Database: postgres, JSON: true, Sizes: []int{60, 300}, Seconds: 1, Arrive: 20}).Run,
			[]string{"responses", "questions", "distributions_ms", "crosstab_ms", "bytes_per_response", "load_per_second", "page_p99_ms", "arrived_per_second"}, nil},
		"mix": {(&benchMixCmd{Database: postgres, JSON: true, Sizes: []int{60, 300}}).Run,
			[]string{"responses", "seconds", "longest_block_ms"}, []string{"seconds"}},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			term := quiet(t)
			term.out = &out
			if err := c.run(t.Context(), term); err != nil {
				t.Fatal(err)
			}
			var lines []string
			for read := json.NewDecoder(&out); read.More(); {
				var line map[string]any
				if err := read.Decode(&line); err != nil {
					t.Fatal(err)
				}
				database, _ := line["database"].(string)
				size, _ := line["responses"].(float64)
				lines = append(lines, database+" "+jsonOf(t, size))
				delete(line, "database")
				if got, want := slices.Sorted(maps.Keys(line)), slices.Sorted(slices.Values(c.fields)); !slices.Equal(got, want) {
					t.Errorf("fields %q, want %q", got, want)
				}
				for field, value := range line {
					if n, ok := value.(float64); !ok || n < 0 || n == 0 && !slices.Contains(c.zero, field) {
						t.Errorf("%s is %v", field, value)
					}
				}
			}
			if want := []string{"sqlite 60", "sqlite 300", "postgres 60", "postgres 300"}; !slices.Equal(lines, want) {
				t.Errorf("lines of %q, want %q", lines, want)
			}
		})
	}
}

func jsonOf(t *testing.T, value any) string {
	t.Helper()
	body, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
