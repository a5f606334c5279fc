package disclosure

import (
	"cmp"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestMemoryComesBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfDistinct(rapid.Uint64(), rapid.ID[uint64]).Draw(t, "keys")
		m := Memory{memory{Number: rapid.IntRange(1, 300).Draw(t, "number"), Questions: map[string]*track{"wacht": {Edges: []float64{1.5, 2}}}}}
		for _, key := range keys {
			m.mem.Seen = append(m.mem.Seen, seen{key, rapid.IntRange(1, 300).Draw(t, "first")})
		}
		slices.SortFunc(m.mem.Seen, func(a, b seen) int { return cmp.Compare(a.Key, b.Key) })
		stored, err := m.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if again, err := RestoreMemory(stored); err != nil || !reflect.DeepEqual(again, &m) {
			t.Fatalf("it came back as %+v, %v", again.mem, err)
		}
		cut := rapid.IntRange(0, len(stored)-1).Draw(t, "cut")
		if short, err := RestoreMemory(stored[:cut]); err == nil && len(short.mem.Seen) == len(m.mem.Seen) && len(keys) > 0 {
			t.Fatalf("of %d bytes %d are enough", len(stored), cut)
		}
	})
}

func TestAMemoryThatWasStoredAsJSONIsReadStill(t *testing.T) {
	m, err := RestoreMemory([]byte(`{"number":2,"seen":[{"k":7,"f":2},{"k":18446744073709551615,"f":1}],"questions":null}`))
	want := &Memory{memory{Number: 2, Seen: []seen{{7, 2}, {18446744073709551615, 1}}}}
	if err != nil || !reflect.DeepEqual(m, want) {
		t.Errorf("RestoreMemory() = %+v, %v", m, err)
	}
}

func FuzzRestoreMemory(f *testing.F) {
	f.Add([]byte(`{"number":1}`))
	stored, _ := (&Memory{memory{Number: 3, Seen: []seen{{1, 1}, {2, 3}}}}).Encode()
	f.Add(stored)
	f.Fuzz(func(t *testing.T, stored []byte) {
		if m, err := RestoreMemory(stored); err == nil {
			if _, err := m.Encode(); err != nil {
				t.Error(err)
			}
		}
	})
}
