package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"database/sql"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/dbtest"
)

// sighting is where something that leads to a person or to a response was seen: its place
// in one of the orders that the attacker found. What was not seen has none.
type sighting map[string]float64

// loot is what the attacker took: each order by its name.
type loot struct {
	orders map[string]sighting
	finder *finder
}

// taken is everything that somebody has who copies the database after a mixing, all log
// lines, all mails, all figures and a backup. PostgreSQL's write-ahead log is left out:
// docs/privacy.md names it as not covered.
func (l *life) taken() *loot {
	l.t.Helper()
	k := &loot{orders: map[string]sighting{}, finder: newFinder()}
	l.each(func(s *livedSurvey) {
		for _, one := range s.people {
			k.finder.add(string(one.ballot[:]), one.ballot[:])
			k.finder.add(string(one.id), []byte(one.id))
			k.finder.add(one.token, []byte(one.token))
			if one.contact != nil {
				k.finder.add(string(one.contact[:]), one.contact[:])
			}
		}
		for _, one := range s.comes[:s.next] {
			k.finder.add(string(one.response[:]), one.response[:])
			k.finder.add(one.secret, []byte(one.secret[:14]))
			k.finder.add(one.code, []byte(one.code))
		}
	})
	for path, name := range l.files() {
		content, err := os.ReadFile(path)
		if err != nil {
			continue // gone meanwhile
		}
		if strings.HasSuffix(path, "-wal") {
			content = dbtest.InOrderOfTime(content)
		}
		k.read(name, content, map[string]int{"sqlite": 4096, "postgres": 8192}[l.how.kind])
	}
	l.readTables(k)
	k.read("the program's log", []byte(l.log.String()), 0)
	k.read("the metrics", []byte(strings.Join(l.scrapes, "")), 0)
	for path, name := range map[string]string{l.backup: last, l.previous: before} {
		if path != "" {
			k.read(name, unzipped(l.t, path), 0)
		}
		if path != "" && l.sealed != "" {
			k.read(name+sealedToo, unzipped(l.t, path+sealedToo), 0)
		}
	}
	l.mail.mu.Lock()
	defer l.mail.mu.Unlock()
	k.read("the mails", []byte(strings.Join(l.mail.order, "")), 0)
	return k
}

// read finds everything in some bytes: where first, where last, where in the order of
// pages and backwards within each, and whether at all.
func (k *loot) read(name string, content []byte, page int) {
	first, last, within, there := sighting{}, sighting{}, sighting{}, sighting{}
	k.finder.find(content, func(token string, at int) {
		if _, seen := first[token]; !seen {
			first[token], there[token] = float64(at), 1
			if page > 0 {
				within[token] = float64(at/page*page + page - at%page)
			}
		}
		last[token] = float64(at)
	})
	if len(first) == 0 {
		return
	}
	for token := range k.finder.tokens {
		there[token] += 0
	}
	k.orders["first in "+name], k.orders["last in "+name], k.orders["whether in "+name] = first, last, there
	if page > 0 {
		k.orders["backwards in the pages of "+name] = within
	}
}

// unzipped is what stands in a file, unzipped where that can be done.
func unzipped(t *testing.T, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	fatal(t, err)
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return raw
	}
	content, err := io.ReadAll(z)
	fatal(t, err)
	return content
}

// sql is a connection past the program's own, to see what it does not show.
func (l *life) sql() *sql.DB {
	l.t.Helper()
	driver := map[string]string{"sqlite": "sqlite", "postgres": "postgres"}[l.how.kind]
	d, err := sql.Open(driver, strings.TrimPrefix(l.address, "sqlite://"))
	fatal(l.t, err)
	l.t.Cleanup(func() { _ = d.Close() })
	return d
}

// readTables puts every table in the order of every column of it, also of those that a
// database keeps for itself, and reads what PostgreSQL gathered about the columns.
func (l *life) readTables(k *loot) {
	l.t.Helper()
	d := l.sql()
	defer d.Close()
	tables, err := l.d.Tables(l.t.Context(), l.d.Reader())
	fatal(l.t, err)
	for _, table := range tables {
		query := `SELECT * FROM ` + table
		switch {
		case l.how.kind == "postgres":
			// A transaction and the place of a row come as one number that keeps their order.
			query = `SELECT *, -age(xmin) AS xmin, xmax::text::bigint AS xmax, cmin::text AS cmin,
				((ctid::text::point)[0] * 1000 + (ctid::text::point)[1]) AS ctid,
				-age(xmin) * 1e9 + (ctid::text::point)[0] * 1000 + (ctid::text::point)[1] AS xmin_ctid FROM ` + table
		case hasRowid(d, table):
			query = `SELECT *, rowid AS hidden_rowid FROM ` + table
		}
		l.readTable(k, d, table, query)
	}
	if l.how.kind == "postgres" {
		var gathered strings.Builder
		rows, err := d.QueryContext(l.t.Context(), `SELECT concat_ws(' ', tablename, attname, most_common_vals, histogram_bounds) FROM pg_stats WHERE schemaname = 'public'`)
		fatal(l.t, err)
		defer rows.Close()
		for rows.Next() {
			var line string
			fatal(l.t, rows.Scan(&line))
			gathered.WriteString(line + "\n")
		}
		fatal(l.t, rows.Err())
		k.read("pg_stats", []byte(gathered.String()), 0)
	}
}

func hasRowid(d *sql.DB, table string) bool {
	rows, err := d.Query(`SELECT rowid FROM ` + table + ` LIMIT 1`)
	if err != nil {
		return false
	}
	defer rows.Close()
	return rows.Err() == nil
}

// readTable notes for each column the place of whatever stands in a row, in the order of
// that column; and the order in which the rows come.
func (l *life) readTable(k *loot, d *sql.DB, table, query string) {
	l.t.Helper()
	rows, err := d.QueryContext(l.t.Context(), query)
	fatal(l.t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	fatal(l.t, err)
	type row struct {
		values []string
		tokens []string
	}
	var all []row
	for rows.Next() {
		cells := make([]any, len(columns))
		into := make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		fatal(l.t, rows.Scan(into...))
		r := row{values: make([]string, len(columns))}
		for i, cell := range cells {
			text := sortable(cell)
			r.values[i] = text
			k.finder.find([]byte(text), func(token string, _ int) { r.tokens = append(r.tokens, token) })
		}
		if len(r.tokens) > 0 {
			all = append(all, r)
		}
	}
	fatal(l.t, rows.Err())
	if len(all) == 0 {
		return
	}
	for i, column := range columns {
		distinct := map[string]float64{}
		values := make([]string, 0, len(all))
		for _, r := range all {
			values = append(values, r.values[i])
		}
		slices.Sort(values)
		for n, v := range slices.Compact(values) {
			distinct[v] = float64(n)
		}
		seen := sighting{}
		for _, r := range all {
			for _, token := range r.tokens {
				seen[token] = distinct[r.values[i]]
			}
		}
		k.orders[table+" by "+column] = seen
	}
	scan := sighting{}
	for n, r := range all {
		for _, token := range r.tokens {
			scan[token] = float64(n)
		}
	}
	k.orders[table+" as it comes"] = scan
}

// sortable writes a value so that texts of two of them have their order.
func sortable(v any) string {
	switch x := v.(type) {
	case int64:
		return fmt.Sprintf("%020d", x+1<<62)
	case float64:
		return fmt.Sprintf("%030.3f", x+1e18)
	case bool:
		return fmt.Sprint(x)
	case []byte:
		return string(x)
	case time.Time:
		return x.UTC().Format(time.RFC3339Nano)
	case string:
		return x
	default:
		return ""
	}
}

// postgresFiles are the files of the database by what they hold, and those that hold
// nothing that is still known.
func (l *life) postgresFiles(server *dbtest.Server) map[string]string {
	l.t.Helper()
	server.Checkpoint(l.t)
	d := l.sql()
	defer d.Close()
	var oid string
	fatal(l.t, d.QueryRow(`SELECT oid FROM pg_database WHERE datname = current_database()`).Scan(&oid))
	rows, err := d.Query(`SELECT pg_relation_filenode(c.oid), CASE WHEN p.relname IS NULL THEN c.relname ELSE 'what is too long of ' || p.relname END
		FROM pg_class c LEFT JOIN pg_class p ON p.reltoastrelid = c.oid WHERE pg_relation_filenode(c.oid) IS NOT NULL`)
	fatal(l.t, err)
	defer rows.Close()
	known := map[string]string{}
	for rows.Next() {
		var node, name string
		fatal(l.t, rows.Scan(&node, &name))
		known[node] = name
	}
	fatal(l.t, rows.Err())
	files := map[string]string{}
	found, err := filepath.Glob(filepath.Join(server.Dir(), "base", oid, "*"))
	fatal(l.t, err)
	shared, err := filepath.Glob(filepath.Join(server.Dir(), "global", "*"))
	fatal(l.t, err)
	for _, path := range append(found, shared...) {
		node, _, _ := strings.Cut(filepath.Base(path), "_")
		node, _, _ = strings.Cut(node, ".")
		files[path] = cmp.Or(known[node], "a file of nothing that is known")
		if strings.Contains(filepath.Base(path), "_") {
			files[path] += ", its map"
		}
	}
	return files
}
