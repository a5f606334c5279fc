package answers_test

import (
	"cmp"
	"encoding/binary"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys/responses"
)

// A dump is what somebody has who copies the database: every query, and every file
// of it. The test asks whether it tells in which order responses came in: for each
// way of putting rows in an order it takes the rank correlation with the true one.
// PostgreSQL's write-ahead log is left out: docs/privacy.md names it as not covered.

const (
	arrivals = 400
	// nothing is what chance gives: with 400 rows a correlation of 0.05 is one
	// standard deviation, and some twenty are looked at.
	nothing = 0.22
)

func TestADump(t *testing.T) {
	for name, given := range dumps {
		t.Run("of "+name, func(t *testing.T) {
			d, files := given(t)
			arrive(t, d)
			t.Run("tells the order of arrival before mixing", func(t *testing.T) {
				for _, s := range stores {
					found := orders(t, d, files, s)
					best := 0.0
					for _, r := range found {
						best = max(best, math.Abs(r))
					}
					if best < 0.95 {
						t.Errorf("the test is blind: it finds no order of %s where there is one: %v", s.table, found)
					}
				}
			})
			_, err := d.Mix(t.Context(), answers.Responses, vault.Contacts)
			must(t, err)
			must(t, d.EmptyLog(t.Context()))
			t.Run("does not tell it after mixing", func(t *testing.T) {
				for _, s := range stores {
					for view, r := range orders(t, d, files, s) {
						if math.Abs(r) > nothing {
							t.Errorf("%s of %s gives the order of arrival away: correlation %.2f", view, s.table, r)
						}
					}
				}
			})
		})
	}
}

// dumps are databases with what finds their files.
var dumps = map[string]func(*testing.T) (*db.DB, func() []string){"sqlite": givenSQLiteDump, "postgres": givenPostgresDump}

func givenSQLiteDump(t *testing.T) (*db.DB, func() []string) {
	address := dbtest.SQLite(t)
	path := strings.TrimPrefix(address, "sqlite://")
	return dbtest.Open(t, address), func() []string { return []string{path, path + "-wal"} }
}

func givenPostgresDump(t *testing.T) (*db.DB, func() []string) {
	server := dbtest.NewServer(t)
	d := dbtest.Open(t, server.NewDatabase(t, "weerklank"))
	return d, func() []string {
		server.Checkpoint(t)
		var files []string
		must(t, filepath.WalkDir(filepath.Join(server.Dir(), "base"), func(path string, e fs.DirEntry, err error) error {
			if err == nil && e.Type().IsRegular() {
				files = append(files, path)
			}
			return nil // a table that was dropped meanwhile
		}))
		return files
	}
}

// store is a table whose rows came in one after the other, with the key of each.
type store struct {
	table, column string
	key           func(i int) []byte
}

// stores are the responses, and the addresses that people left right after: whoever had
// the order of both could put them side by side.
var stores = []store{
	{"responses", "response_key", func(i int) []byte { k := response(12, i).Key; return k[:] }},
	{"contacts", "contact_key", func(i int) []byte { k := contact(i).Key; return k[:] }},
}

// contact is what the one who answered as number i left, sealed.
func contact(i int) *responses.SealedContact {
	chance := rand.NewChaCha8([32]byte{9, byte(i), byte(i >> 8)})
	c := &responses.SealedContact{Org: org, Survey: survey, Sealed: make([]byte, 560)}
	_, _ = chance.Read(c.Key[:])
	_, _ = chance.Read(c.Sealed)
	return c
}

// arrive lets responses come in one after the other, and after each an address.
func arrive(t *testing.T, d *db.DB) {
	t.Helper()
	w, v := startWriter(t, givenSurvey(t, d)), vault.New(d)
	for i := range arrivals {
		_, err := w.Submit(t.Context(), response(12, i), today)
		must(t, err)
		must(t, v.AddContact(t.Context(), contact(i)))
	}
}

// orders are the correlations between the order of arrival and every order of a table
// that the dump holds.
func orders(t *testing.T, d *db.DB, files func() []string, s store) map[string]float64 {
	t.Helper()
	found := map[string]float64{}
	all := "SELECT " + s.column + " FROM " + s.table
	queries := map[string]string{"rows as they come": all}
	if d.Name() == "postgres" {
		queries["ctid"] = all + ` ORDER BY ctid`
		queries["xmin"] = all + ` ORDER BY age(xmin) DESC, ctid`
		queries["xmin, backwards within a transaction"] = all + ` ORDER BY age(xmin) DESC, ctid DESC`
	}
	number := map[string]int{}
	for i := range arrivals {
		number[string(s.key(i))] = i
	}
	for name, query := range queries {
		var keys [][]byte
		must(t, d.Reader().Select(t.Context(), &keys, query))
		var places []place
		for at, k := range keys {
			places = append(places, place{number[string(k)], at})
		}
		found[name] = correlation(places)
	}
	for _, file := range files() {
		content, err := os.ReadFile(file)
		if err != nil {
			continue // gone meanwhile
		}
		if strings.HasSuffix(file, "-wal") {
			content = dbtest.InOrderOfTime(content)
		}
		first, last := inFile(content, number)
		if len(first) < arrivals/4 {
			continue
		}
		name := "keys in " + filepath.Base(file)
		found["first of "+name], found["last of "+name] = correlation(first), correlation(last)
		within := withinPages(first, map[string]int{"sqlite": 4096, "postgres": 8192}[d.Name()])
		if math.Abs(within) > math.Abs(found["place within a page"]) {
			found["place within a page"] = within
		}
	}
	return found
}

// inFile finds where rows stand first and last in a file, by their keys.
func inFile(content []byte, number map[string]int) (first, last []place) {
	var begins [1 << 16]bool // with which two bytes a key does
	length := 0
	for key := range number {
		begins[binary.BigEndian.Uint16([]byte(key))] = true
		length = len(key)
	}
	from, to := map[int]int{}, map[int]int{}
	for at := range len(content) - length + 1 {
		if !begins[int(content[at])<<8|int(content[at+1])] {
			continue
		}
		if i, is := number[string(content[at:at+length])]; is {
			if _, before := from[i]; !before {
				from[i] = at
			}
			to[i] = at
		}
	}
	for i := range arrivals {
		if at, is := from[i]; is {
			first, last = append(first, place{i, at}), append(last, place{i, to[i]})
		}
	}
	return first, last
}

// place says where a dump holds the response that came in as number arrived.
type place struct{ arrived, at int }

// correlation is Spearman's: 1 when places are in the order of arrival, −1 when
// they are in the opposite order, about 0 when they tell nothing of it.
func correlation(places []place) float64 {
	n := float64(len(places))
	if n < 3 {
		return 0
	}
	byArrival := ranks(places, func(p place) int { return p.arrived })
	byPlace := ranks(places, func(p place) int { return p.at })
	sum := 0.0
	for i := range places {
		difference := float64(byArrival[i] - byPlace[i])
		sum += difference * difference
	}
	return 1 - 6*sum/(n*(n*n-1))
}

func ranks(places []place, of func(place) int) []int {
	order := make([]int, len(places))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(of(places[a]), of(places[b])) })
	rank := make([]int, len(places))
	for r, i := range order {
		rank[i] = r
	}
	return rank
}

// withinPages is the mean correlation inside the pages of a file, weighed by how
// many rows a page holds.
func withinPages(places []place, size int) float64 {
	pages := map[int][]place{}
	for _, p := range places {
		pages[p.at/size] = append(pages[p.at/size], p)
	}
	sum, weight := 0.0, 0.0
	for _, page := range pages {
		if len(page) >= 5 {
			sum += correlation(page) * float64(len(page))
			weight += float64(len(page))
		}
	}
	if weight < arrivals/4 {
		return 0
	}
	return sum / weight
}
