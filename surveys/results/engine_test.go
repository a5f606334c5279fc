package results_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/responses/responsestest"
	"weerklank.nl/weerklank/surveys/results"
)

// town is several surveys, each with a store of its own.
type town map[surveys.ID]*responsestest.Memory

func (w town) Book(ctx context.Context, org surveys.OrgID, s surveys.ID, version int) (responses.Book, error) {
	return w[s].Book(ctx, org, s, version)
}

func (w town) Marks(ctx context.Context, org surveys.OrgID, s surveys.ID) (responses.Marks, error) {
	return w[s].Marks(ctx, org, s)
}

func (w town) EachStored(ctx context.Context, org surveys.OrgID, s surveys.ID, each func([]responses.Stored) error) error {
	return w[s].EachStored(ctx, org, s, each)
}

func (w town) EachTouched(ctx context.Context, org surveys.OrgID, s surveys.ID, batches []responses.Batch, each func([]responses.Key, []responses.Stored) error) error {
	return w[s].EachTouched(ctx, org, s, batches, each)
}

// everyKind is a form with a question of each kind, and two breakdowns: a list and
// a value that comes in with the way in.
func everyKind() *questionnaire.Form {
	score := func(x float64) *float64 { return &x }
	scale := &questionnaire.List{Name: "scale"}
	for i := range 5 {
		scale.Choices = append(scale.Choices, &questionnaire.Choice{Name: fmt.Sprint(i + 1), Score: score(float64(i + 1))})
	}
	scale.Choices = append(scale.Choices, &questionnaire.Choice{Name: "nvt", Missing: "nvt"})
	themes := &questionnaire.List{Name: "themes", Choices: []*questionnaire.Choice{{Name: "afval"}, {Name: "groen"}, {Name: "wegen"}}}
	f := &questionnaire.Form{Definition: &questionnaire.Definition{}}
	add := func(i questionnaire.Item, list *questionnaire.List) {
		f.Fields = append(f.Fields, &questionnaire.Field{Item: &i, Name: i.Name, List: list})
	}
	add(questionnaire.Item{Name: "scale", Type: questionnaire.TypeSelectOne}, scale)
	add(questionnaire.Item{Name: "themes", Type: questionnaire.TypeSelectMultiple}, themes)
	add(questionnaire.Item{Name: "hours", Type: questionnaire.TypeDecimal}, nil)
	add(questionnaire.Item{Name: "open", Type: questionnaire.TypeText}, nil)
	add(questionnaire.Item{Name: "area", Type: questionnaire.TypeSelectOne, Breakdown: true}, themes)
	add(questionnaire.Item{Name: "desk", Type: questionnaire.TypeHidden, Breakdown: true}, nil)
	return f
}

// possible are answers as they come in: good ones, none, and ones that no list has.
var possible = map[string][]string{
	"scale":  {"", "1", "2", "3", "4", "5", "nvt", "zes"},
	"themes": {"", "afval", "groen wegen", "afval groen wegen", "iets", "afval iets"},
	"hours":  {"", "0", "-0", "1.5", "40", "40", "1e400", "veel", "NaN"},
	"open":   {"", " ", "tekst"},
	"area":   {"", "afval", "groen", "elders"},
	"desk":   {"", "a", "b", "c"},
}

func drawAnswers(t *rapid.T) questionnaire.Answers {
	a := questionnaire.Answers{}
	for _, name := range slices.Sorted(maps.Keys(possible)) {
		a[name] = rapid.SampledFrom(possible[name]).Draw(t, name)
	}
	return a
}

// plain is one answer by the rules, worked out without columns.
type plain struct {
	status results.Status
	names  []string
	number float64
	unread int
}

func plainly(q results.Question, text string) plain {
	p := plain{number: math.NaN()}
	parts := strings.Fields(text)
	if len(parts) == 0 {
		return p
	}
	switch q.Kind {
	case results.Words:
		p.status = results.InBase
		return p
	case results.Number:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			p.unread = 1
			return p
		}
		p.status, p.number = results.InBase, n
		return p
	case results.One:
		parts = []string{text}
	}
	for _, part := range parts {
		at := slices.IndexFunc(q.Options, func(o results.Option) bool { return o.Name == part })
		switch {
		case at < 0:
			p.unread++
		case q.Options[at].Missing != "":
			p.status, p.names = results.Missing, []string{part}
			return p
		default:
			p.status = results.InBase
			p.names = append(p.names, part)
		}
	}
	return p
}

// checked compares every figure of a table with what the responses say one by one.
func checked(t interface{ Fatalf(string, ...any) }, table *results.Table, all map[responses.Key]responses.Response, asOf surveys.Date) {
	var kept []responses.Response
	for _, r := range all {
		if asOf == "" || r.Day <= asOf {
			kept = append(kept, r)
		}
	}
	if table.Len() != len(kept) {
		t.Fatalf("%d responses are counted, want %d", table.Len(), len(kept))
	}
	cellOf := func(r *responses.Response) string {
		cell := make(results.Cell, 2)
		for i, name := range []string{"area", "desk"} {
			at := slices.IndexFunc(table.Questions(), func(q results.Question) bool { return q.Name == name })
			if p := plainly(table.Questions()[at], r.Answers[name]); p.status == results.InBase {
				cell[i] = r.Answers[name]
			}
		}
		return cell.Key()
	}
	occurs := map[string]bool{}
	for i := range kept {
		occurs[cellOf(&kept[i])] = true
	}
	var cells []string
	for _, c := range table.Cells() {
		cells = append(cells, c.Key())
	}
	slices.Sort(cells)
	if want := slices.Sorted(maps.Keys(occurs)); !slices.Equal(cells, want) {
		t.Fatalf("cells %q, want %q", cells, want)
	}
	inCell, shortened := table.CellOf(), table.Keys()
	for row := range kept {
		if int(inCell[row]) != table.Cell(row) || shortened[row] != table.Key(row) {
			t.Fatalf("row %d is in cell %d with key %x, and in cell %d with key %x", row, inCell[row], shortened[row], table.Cell(row), table.Key(row))
		}
	}
	group := table.Where(map[string][]string{"area": {"afval", "groen"}, "desk": {"a"}})
	inGroup := func(key string) bool { return key == "afval\x1fa" || key == "groen\x1fa" }
	everything, within := table.All(nil), table.All(group)
	for i, q := range table.Questions() {
		classes := table.ClassesOf(i)
		byCell := table.ByCell(i, classes)
		want := map[string]*results.Count{"": blank(q, classes), "in": blank(q, classes)}
		unread := 0
		for r := range kept {
			key, p := cellOf(&kept[r]), plainly(q, strings.TrimSpace(kept[r].Answers[q.Name]))
			if want["cell "+key] == nil {
				want["cell "+key] = blank(q, classes)
			}
			into := []string{"", "cell " + key}
			if inGroup(key) {
				into = append(into, "in")
			}
			unread += p.unread
			for _, name := range into {
				tally(want[name], q, classes, p)
			}
		}
		same := func(what string, got results.Count, want *results.Count) {
			if got.Base != want.Base || got.None != want.None || !slices.Equal(got.Options, want.Options) || got.Missing != nil && !slices.Equal(got.Missing, want.Missing) {
				t.Fatalf("%s %s: %+v, want %+v", q.Name, what, got, *want)
			}
		}
		same("of everybody", everything[i], want[""])
		same("by itself", table.Count(i, classes, nil), want[""])
		same("within a group", within[i], want["in"])
		byPart := table.ByPart(i, classes, table.CellOf(), len(table.Cells()))
		for c, cell := range table.Cells() {
			same("in a cell", byCell[c], want["cell "+cell.Key()])
			same("in a part that is a cell", byPart[c], want["cell "+cell.Key()])
		}
		if got := table.Unread(q.Name); got != unread {
			t.Fatalf("%s: %d unread, want %d", q.Name, got, unread)
		}
	}
}

func blank(q results.Question, classes results.Classes) *results.Count {
	n := len(q.Options)
	if q.Kind == results.Number {
		n = len(classes)
	}
	return &results.Count{Options: make([]int, n), Missing: make([]int, n)}
}

func tally(c *results.Count, q results.Question, classes results.Classes, p plain) {
	switch p.status {
	case results.None:
		c.None++
		return
	case results.InBase:
		c.Base++
	}
	if q.Kind == results.Number && len(classes) > 0 {
		c.Options[classes.Of(p.number)]++
	}
	for i, o := range q.Options {
		if slices.Contains(p.names, o.Name) {
			if p.status == results.Missing {
				c.Missing[i]++
			} else {
				c.Options[i]++
			}
		}
	}
}

func TestTheEngineCountsWhatTheResponsesSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := []surveys.ID{"een", "twee", "drie"}
		stores, all := town{}, map[surveys.ID]map[responses.Key]responses.Response{}
		for _, id := range ids {
			stores[id], all[id] = responsestest.New(), map[responses.Key]responses.Response{}
		}
		most := rapid.SampledFrom([]int64{0, 3000, 1 << 30}).Draw(t, "memory")
		engine := results.NewEngine(stores, most)
		forms, next := []*questionnaire.Form{everyKind()}, uint64(0)
		count := func(id surveys.ID) {
			asOf := rapid.SampledFrom([]surveys.Date{"", "2026-11-02", "2026-10-01"}).Draw(t, "as of")
			table, err := engine.Table(t.Context(), &surveys.Survey{ID: id, Breakdowns: []string{"area", "desk"}}, forms, asOf)
			if err != nil {
				t.Fatal(err)
			}
			checked(t, table, all[id], asOf)
			if engine.Bytes() > most {
				t.Fatalf("%d bytes are kept, at most %d may be", engine.Bytes(), most)
			}
		}
		some := func(id surveys.ID) []responses.Key {
			keys := slices.SortedFunc(maps.Keys(all[id]), func(a, b responses.Key) int { return slices.Compare(a[:], b[:]) })
			if len(keys) == 0 {
				return nil
			}
			return rapid.SliceOfNDistinct(rapid.SampledFrom(keys), 0, min(4, len(keys)), rapid.ID[responses.Key]).Draw(t, "keys")
		}
		t.Repeat(map[string]func(*rapid.T){
			"come in": func(t *rapid.T) {
				id := rapid.SampledFrom(ids).Draw(t, "survey")
				var list []responses.Response
				for range rapid.IntRange(1, 40).Draw(t, "people") {
					next++
					r := responses.Response{Day: rapid.SampledFrom([]surveys.Date{"", "2026-11-01", "2026-11-03"}).Draw(t, "day"), Answers: drawAnswers(t)}
					binary.BigEndian.PutUint64(r.Key[:], next*0x9E3779B97F4A7C15)
					all[id][r.Key] = r
					list = append(list, r)
				}
				stores[id].Put(list...)
			},
			"change": func(t *rapid.T) {
				id := rapid.SampledFrom(ids).Draw(t, "survey")
				for _, key := range some(id) {
					r := all[id][key]
					r.Day = "2026-10-26"
					all[id][key] = r
					stores[id].Put(r)
				}
			},
			"withdraw": func(t *rapid.T) {
				id := rapid.SampledFrom(ids).Draw(t, "survey")
				keys := some(id)
				stores[id].Withdraw(keys...)
				for _, key := range keys {
					delete(all[id], key)
				}
			},
			"mix":   func(t *rapid.T) { stores[rapid.SampledFrom(ids).Draw(t, "survey")].Mix() },
			"count": func(t *rapid.T) { count(rapid.SampledFrom(ids).Draw(t, "survey")) },
		})
		for _, id := range ids {
			count(id)
		}
	})
}

func TestWhatIsBeingCountedDoesNotChangeWhileAnswersComeIn(t *testing.T) {
	store := town{"een": responsestest.New()}
	engine := results.NewEngine(store, 1<<30)
	s, forms := &surveys.Survey{ID: "een", Breakdowns: []string{"area", "desk"}}, []*questionnaire.Form{everyKind()}
	var wg sync.WaitGroup
	for writer := range 2 {
		wg.Go(func() {
			for i := range 150 {
				var list []responses.Response
				for n := range 100 {
					r := responses.Response{Answers: questionnaire.Answers{"scale": fmt.Sprint(n%5 + 1), "hours": fmt.Sprint(i*n%700, ".", writer), "area": "afval", "desk": fmt.Sprint("d", i)}}
					binary.BigEndian.PutUint64(r.Key[:], uint64(writer*1_000_000+i*100+n)*0x9E3779B97F4A7C15)
					list = append(list, r)
				}
				store["een"].Put(list...)
				store["een"].Withdraw(list[0].Key, list[50].Key)
			}
		})
	}
	for range 4 {
		wg.Go(func() {
			for range 40 {
				table, err := engine.Table(t.Context(), s, forms, "")
				if err != nil {
					t.Error(err)
					return
				}
				for range 3 {
					people := 0
					for _, c := range table.ByCell(0, nil) {
						people += c.Base + c.None
					}
					if people != table.Len() {
						t.Errorf("%d people in the cells, %d in all", people, table.Len())
					}
					if c := table.All(nil)[2]; c.Base+c.None != table.Len() {
						t.Errorf("%d gave a number or none, %d are there", c.Base+c.None, table.Len())
					}
				}
			}
		})
	}
	wg.Wait()
	table, err := engine.Table(t.Context(), s, forms, "")
	if err != nil || table.Len() != store["een"].Len() {
		t.Errorf("%d are counted in the end, %d are stored: %v", table.Len(), store["een"].Len(), err)
	}
}

// A block that others read, and that comes to stand last again when the one after it
// is withdrawn whole, takes no more rows.
func TestWhatIsBeingCountedDoesNotChangeWhenTheAnswersAfterItAreWithdrawn(t *testing.T) {
	store, forms := town{"een": responsestest.New()}, []*questionnaire.Form{everyKind()}
	engine := results.NewEngine(store, 1<<30)
	read := func() *results.Table {
		t.Helper()
		table, err := engine.Table(t.Context(), &surveys.Survey{ID: "een", Breakdowns: []string{"area"}}, forms, "")
		if err != nil {
			t.Fatal(err)
		}
		return table
	}
	numbered := func(from, to int, scale string) (list []responses.Response, keys []responses.Key) {
		for i := from; i < to; i++ {
			r := responses.Response{Answers: questionnaire.Answers{"scale": scale, "area": "afval"}}
			binary.BigEndian.PutUint64(r.Key[:], uint64(i+1)) // the store gives them in the order of their keys
			list, keys = append(list, r), append(keys, r.Key)
		}
		return list, keys
	}
	const block, behind = 8192, 30
	list, keys := numbered(0, block+behind, "3")
	store["een"].Put(list...)
	read()
	store["een"].Withdraw(keys[:100]...) // the first block now has room
	before := read()
	store["een"].Withdraw(keys[block:]...) // and stands last
	read()
	more, _ := numbered(block+behind, block+behind+20, "5")
	store["een"].Put(more...)
	after := read()
	for name, c := range map[string]struct {
		table        *results.Table
		people, five int
	}{"before": {before, block + behind - 100, 0}, "after": {after, block - 100 + 20, 20}} {
		count := c.table.ByCell(0, nil)[0]
		if c.table.Len() != c.people || count.Base != c.people || count.Options[4] != c.five || len(c.table.Keys()) != c.people {
			t.Errorf("%s: %d responses, %d in the base and %d at five; want %d and %d", name, c.table.Len(), count.Base, count.Options[4], c.people, c.five)
		}
	}
}

func TestADamagedResponseIsNamedAndLeftOut(t *testing.T) {
	store := town{"een": responsestest.New()}
	store["een"].Put(said("scale", "3"))
	bad := responses.Stored{Key: responses.Key{0xab, 0xcd, 1}, Answers: []byte("{")}
	store["een"].PutStored(bad)
	engine := results.NewEngine(store, 1<<30)
	read := func() *results.Table {
		table, err := engine.Table(t.Context(), &surveys.Survey{ID: "een"}, []*questionnaire.Form{everyKind()}, "")
		if err != nil {
			t.Fatal(err)
		}
		return table
	}
	if table := read(); table.Len() != 1 || !slices.Equal(table.Damaged(), []string{"abcd01000000"}) || table.Unread("scale") != 1 {
		t.Errorf("%d are counted, %q are damaged and %d said to be unread", table.Len(), table.Damaged(), table.Unread("scale"))
	}
	store["een"].Withdraw(bad.Key)
	if table := read(); table.Len() != 1 || len(table.Damaged()) != 0 {
		t.Errorf("after it was withdrawn %d are counted and %q are damaged", table.Len(), table.Damaged())
	}
}
