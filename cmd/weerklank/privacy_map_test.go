package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
)

// TestTheMapHasEveryColumnOfTheDatabase holds the map of docs/privacy.md against the
// schema that all migrations make: a column that is added without a line that says
// whose it is, how long it stays and why fails here.
func TestTheMapHasEveryColumnOfTheDatabase(t *testing.T) {
	mapped := readMap(t)
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		for _, fault := range compareMap(mapped, columnsOf(t, d)) {
			t.Error(fault)
		}
	})
}

func TestAMapThatDiffersFromTheDatabaseIsFound(t *testing.T) {
	mapped := map[string][]string{"a": {"x", "y"}, "gone": {"x"}}
	has := map[string][]string{"a": {"x", "z"}, "fresh": {"x"}}
	if found := compareMap(mapped, has); len(found) != 4 {
		t.Errorf("found %q, want a column and a table that are not on the map, and a column and a table that are on it alone", found)
	}
	if found := compareMap(has, has); len(found) != 0 {
		t.Errorf("found %q between equal ones", found)
	}
}

// compareMap says in what the map and the schema, columns by table, differ.
func compareMap(mapped, has map[string][]string) []string {
	var faults []string
	for table, columns := range has {
		for _, column := range columns {
			if !slices.Contains(mapped[table], column) {
				faults = append(faults, fmt.Sprintf("column %s of table %s is not on the map in docs/privacy.md", column, table))
			}
		}
	}
	for table, columns := range mapped {
		for _, column := range columns {
			if !slices.Contains(has[table], column) {
				faults = append(faults, fmt.Sprintf("the map in docs/privacy.md has column %s of table %s, which is not in the database", column, table))
			}
		}
	}
	slices.Sort(faults)
	return faults
}

var mapWord = regexp.MustCompile("`([a-z0-9_]+)`")

// readMap reads the columns by table from the lines of the map. Every line has to say
// what, whose, how long and why, and no column stands on two.
func readMap(t *testing.T) map[string][]string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "privacy.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(page), "\n## Where each piece of data lives\n")
	if !found {
		t.Fatal("docs/privacy.md has no map")
	}
	section, _, _ := strings.Cut(rest, "\n## ")
	section, _, _ = strings.Cut(section, "\n### Outside the database\n")
	mapped := map[string][]string{}
	for line := range strings.Lines(section) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		table := mapWord.FindStringSubmatch(cells[0])
		if !strings.HasPrefix(line, "| `") || table == nil {
			continue
		}
		if len(cells) != 6 {
			t.Errorf("a line of table %s has %d cells, want 6", table[1], len(cells))
			continue
		}
		for _, cell := range cells[2:] {
			if strings.TrimSpace(cell) == "" {
				t.Errorf("a line of table %s leaves a cell open: %s", table[1], line)
			}
		}
		for _, word := range mapWord.FindAllStringSubmatch(cells[1], -1) {
			if slices.Contains(mapped[table[1]], word[1]) {
				t.Errorf("column %s of table %s stands on the map twice", word[1], table[1])
			}
			mapped[table[1]] = append(mapped[table[1]], word[1])
		}
	}
	return mapped
}

// columnsOf asks the database itself, not the program, for every column of every table.
func columnsOf(t *testing.T, d *db.DB) map[string][]string {
	t.Helper()
	query := `SELECT m.name AS table_name, c.name AS column_name FROM sqlite_schema m, pragma_table_info(m.name) c
		WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite_%'`
	if d.Name() == "postgres" {
		query = `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()`
	}
	var rows []struct {
		Table  string `db:"table_name"`
		Column string `db:"column_name"`
	}
	if err := d.Reader().Select(t.Context(), &rows, query); err != nil {
		t.Fatal(err)
	}
	has := map[string][]string{}
	for _, row := range rows {
		has[row.Table] = append(has[row.Table], row.Column)
	}
	return has
}
