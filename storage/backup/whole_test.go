package backup_test

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/backup"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/ledger"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// passing are the tables that no backup holds: what lets somebody in, and the work
// of the moment. Every other table has to be in it.
var passing = []string{"sessions", "setup_links", "leases", "clock", "clock_seen", "mixing", "mixing_touched", "batches", "account_mails", "sign_ins"}

// rows is how many rows the tests put into each table.
const rows = 25

// givenRows puts made-up rows into every table that there is, with each type of
// column at its edges.
func givenRows(t *testing.T, d *db.DB) {
	t.Helper()
	for _, name := range tables(t, d) {
		columns, err := d.Describe(t.Context(), name)
		must(t, err)
		names := make([]string, len(columns))
		for i, c := range columns {
			names[i] = c.Name
		}
		must(t, d.Transact(t.Context(), func(tx *db.Tx) error {
			for row := range rows {
				values := make([]any, len(columns))
				for i, c := range columns {
					values[i] = valueOf(name, c, row)
				}
				if _, err := tx.Exec(t.Context(), `INSERT INTO `+name+` (`+strings.Join(names, ", ")+`) VALUES `+
					db.Placeholders(1, len(columns)), values...); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
			return nil
		}))
	}
}

// tables are all tables, those first that others lean on.
func tables(t *testing.T, d *db.DB) []string {
	t.Helper()
	all, err := d.Tables(t.Context(), d.Reader())
	must(t, err)
	ordered := []string{"questionnaires"}
	for _, name := range all {
		if name != "questionnaires" && name != "leases" { // a lease would stop the mixing
			ordered = append(ordered, name)
		}
	}
	return ordered
}

func valueOf(table string, c db.Column, row int) any {
	switch {
	case table == "organisations" && c.Name == "organisation_id":
		return fmt.Sprintf("waterrijk%d", row)
	case c.Name == "organisation_id":
		return "waterrijk"
	case c.Name == "questionnaire_id", c.Name == "survey_id", c.Name == "work", c.Name == "table_name":
		return fmt.Sprintf("%c%d", 'a'+row%7, row)
	case table == "responses" && row%5 == 0 && c.Name != "response_key":
		return map[db.ColumnType]any{db.TextColumn: "", db.BooleanColumn: true, db.IntegerColumn: 0, db.BytesColumn: []byte{}}[c.Type] // withdrawn
	case table == "ballots" && c.Name == "mode": // elsewhere a ballot leads to nobody
		return "named"
	case table == "responses" && c.Name == "withdrawn", table == "mixing":
		return false
	case table == "organisations" && c.Name == "name", table == "surveys" && c.Name == "title":
		return `{"nl":"Waterrijk","en":""}`
	case table == "halted_releases" && c.Name != "since" && row%3 == 0: // not let go on
		return ""
	case c.Name == "draft" && row%2 == 0, c.Name == "closed_at" && row%2 == 0:
		return nil
	}
	switch c.Type {
	case db.IntegerColumn:
		return int64(row) * 80_000_000
	case db.RealColumn:
		return 0.1 * float64(row)
	case db.BooleanColumn:
		return row%2 == 1
	case db.BytesColumn:
		b := make([]byte, 16)
		_, _ = rand.Read(b)
		return b
	case db.TimeColumn:
		return time.Date(2026, 3, 29, 1, 59, 59, row*1000, time.UTC) // an hour that Amsterdam skips
	}
	return fmt.Sprintf("é “<&>” \\ \n\u2028 😀 %d", row)
}

func TestEveryTableIsInABackupUnlessItPasses(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		givenRows(t, d)
		text := strings.Join(lines(t, written(t, d)), "\n")
		for _, name := range tables(t, d) {
			if has := strings.Contains(text, `{"table":"`+name+`",`); has == slices.Contains(passing, name) {
				t.Errorf("table %s: in the backup %v; decide whether it is kept", name, has)
			}
		}
	})
}

// TestEveryColumnGoesRound goes through both databases, with each type of column at
// its edges in every table. One thing may change under way: a survey that was let go
// on after an earlier restore is halted again, since the day of the first of these.
func TestEveryColumnGoesRound(t *testing.T) {
	lite, pg := dbtest.Open(t, dbtest.SQLite(t)), dbtest.Open(t, dbtest.Postgres(t))
	back := dbtest.Open(t, dbtest.SQLite(t))
	givenRows(t, lite)
	first := written(t, lite)
	report, err := backup.Restore(t.Context(), pg, bytes.NewReader(first), backup.Identity{}, "2026-11-26")
	must(t, err)
	_, err = backup.Restore(t.Context(), back, bytes.NewReader(written(t, pg)), backup.Identity{}, "2026-11-27")
	must(t, err)
	want, got := rowsByTable(t, first), rowsByTable(t, written(t, back))
	if n := haltedAgain(t, want["halted_releases"], report.Halted, "2026-11-26"); n == 0 || n == len(report.Halted) {
		t.Fatalf("of %d halted surveys %d had been let go on, want some and not all", len(report.Halted), n)
	}
	slices.Sort(want["halted_releases"])
	for _, name := range slices.Sorted(maps.Keys(want)) {
		for i, row := range want[name] {
			if i >= len(got[name]) || row != got[name][i] {
				t.Errorf("table %s differs after SQLite, PostgreSQL, SQLite: line %d is not %.200s but %.200s",
					name, i, row, got[name][min(i, len(got[name])):min(i+1, len(got[name]))])
				break
			}
		}
		if len(got[name]) > len(want[name]) {
			t.Errorf("table %s has %d lines after SQLite, PostgreSQL, SQLite, want %d", name, len(got[name]), len(want[name]))
		}
	}
	for name := range got {
		if want[name] == nil {
			t.Errorf("table %s came after SQLite, PostgreSQL, SQLite", name)
		}
	}
}

// rowsByTable gives, for each table of a backup, the line with its columns and those
// of its rows, sorted: a collation may put texts in another order.
func rowsByTable(t *testing.T, file []byte) map[string][]string {
	t.Helper()
	all := lines(t, file)
	tables, name := map[string][]string{}, ""
	for _, line := range all[1 : len(all)-1] {
		if line[0] == '{' {
			var head struct{ Table string }
			must(t, json.Unmarshal([]byte(line), &head))
			name = head.Table
		}
		tables[name] = append(tables[name], line)
	}
	for _, rows := range tables {
		slices.Sort(rows)
	}
	return tables
}

// haltedAgain makes of the rows of halted surveys that had been let go on what a
// restore makes of them, and tells how many they were. The others stay halted since
// they were.
func haltedAgain(t *testing.T, rows []string, halted []backup.Halted, since string) (n int) {
	t.Helper()
	for i, line := range rows {
		var row []string // organisation_id, survey_id, since, resumed_on, resumed_by, reason
		if line[0] != '[' {
			continue
		}
		must(t, json.Unmarshal([]byte(line), &row))
		if row[3] != "" && slices.ContainsFunc(halted, func(h backup.Halted) bool { return string(h.Org) == row[0] && string(h.Survey) == row[1] }) {
			rows[i] = fmt.Sprintf(`["%s","%s","%s","","",""]`, row[0], row[1], since)
			n++
		}
	}
	return n
}

func TestADamagedBackupIsRefusedAndNothingIsStored(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		source := dbtest.Open(t, dbtest.SQLite(t))
		givenRows(t, source)
		whole := written(t, source)
		var plain bytes.Buffer
		zip, err := gzip.NewReader(bytes.NewReader(whole))
		must(t, err)
		_, err = io.Copy(&plain, zip)
		must(t, err)
		text := plain.String()
		flipped := bytes.Clone(whole)
		flipped[len(flipped)/2] ^= 4
		for name, c := range map[string]struct {
			content []byte
			want    error
		}{
			"because it is empty":                 {nil, backup.ErrNotABackup},
			"because it is something else":        {[]byte("SQLite format 3\x00"), backup.ErrNotABackup},
			"because it is other lines":           {zipped(t, "{\"a\":1}\n"), backup.ErrNotABackup},
			"because it was cut in half":          {whole[:len(whole)/2], backup.ErrDamaged},
			"because its last byte lacks":         {whole[:len(whole)-1], backup.ErrDamaged},
			"because a bit fell over":             {flipped, backup.ErrDamaged},
			"because something follows it":        {append(bytes.Clone(whole), whole...), backup.ErrDamaged},
			"because its end lacks":               {zipped(t, text[:strings.LastIndex(text[:len(text)-1], "\n")+1]), backup.ErrDamaged},
			"because a value was changed":         {zipped(t, strings.Replace(text, "Waterrijk", "Watervlak", 1)), backup.ErrDamaged},
			"because a row lacks":                 {zipped(t, without(text, 3)), backup.ErrDamaged},
			"because a newer program wrote it":    {zipped(t, strings.Replace(text, `{"weerklank_backup":1`, `{"weerklank_backup":2`, 1)), backup.ErrNewer},
			"because its schema is of the future": {zipped(t, strings.Replace(text, fmt.Sprintf(`"schema":%d`, db.SchemaVersion()), `"schema":9999`, 1)), backup.ErrNewer},
			"because its schema is too old":       {signed(t, strings.Replace(text, fmt.Sprintf(`"schema":%d`, db.SchemaVersion()), `"schema":5`, 1)), backup.ErrOlder},
			"because it would let somebody in":    {signed(t, strings.Replace(text, `{"table":"accounts",`, `{"table":"sessions",`, 1)), backup.ErrDamaged},
		} {
			if _, err := backup.Restore(t.Context(), d, bytes.NewReader(c.content), backup.Identity{}, today); !errors.Is(err, c.want) {
				t.Errorf("%s: Restore() = %v, want %v", name, err, c.want)
			}
			isEmpty(t, d, name)
		}
	})
}

func without(text string, line int) string {
	all := strings.SplitAfter(text, "\n")
	return strings.Join(append(all[:line:line], all[line+1:]...), "")
}

func zipped(t *testing.T, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	_, err := zip.Write([]byte(text))
	must(t, errors.Join(err, zip.Close()))
	return out.Bytes()
}

// signed is a backup whose checksum was made to fit.
func signed(t *testing.T, text string) []byte {
	t.Helper()
	body := text[:strings.LastIndex(text[:len(text)-1], "\n")+1]
	last := text[len(body):]
	return zipped(t, body+regexp.MustCompile(`"sha256":"\w+"`).ReplaceAllString(last, fmt.Sprintf(`"sha256":"%x"`, sha256.Sum256([]byte(body)))))
}

func isEmpty(t *testing.T, d *db.DB, when string) {
	t.Helper()
	for _, name := range tables(t, d) {
		if slices.Contains(passing, name) {
			continue
		}
		var n int
		must(t, d.Reader().Get(t.Context(), &n, `SELECT COUNT(*) FROM `+name))
		if n != 0 {
			t.Errorf("%s: table %s holds %d rows", when, name, n)
		}
	}
}

func TestOnlyAnEmptyDatabaseIsFilled(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		source := dbtest.Open(t, dbtest.SQLite(t))
		givenRows(t, source)
		file := written(t, source)
		must(t, d.Transact(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO sessions (token_hash, data, expires_at) VALUES ('x', ?, ?)`, []byte{}, time.Now().UTC())
			return err
		}))
		if _, err := backup.Restore(t.Context(), d, bytes.NewReader(file), backup.Identity{}, today); !errors.Is(err, backup.ErrNotEmpty) {
			t.Errorf("Restore() = %v, want ErrNotEmpty", err)
		}
		isEmpty(t, d, "refused")
	})
}

// What went out since the backup is not in it: going on by itself would send it twice.
func TestARestoreSendsNothingByItself(t *testing.T) {
	from, to := dbtest.Open(t, dbtest.SQLite(t)), dbtest.Open(t, dbtest.SQLite(t))
	must(t, ledger.New(from).Prepare(t.Context(), &responses.Invitations{Org: "waterrijk", Survey: "s", Mode: surveys.Invited,
		Status: responses.Running, Round: 1}, nil, nil))
	v := vault.New(from)
	must(t, v.AddContact(t.Context(), &responses.SealedContact{Org: "waterrijk", Survey: "s", Key: responses.ContactKey{1}, Sealed: []byte("sealed")}))
	must(t, v.QueueMailing(t.Context(), &responses.Mailing{Org: "waterrijk", Survey: "s", Notice: "n", Flow: responses.Flow{Status: responses.Running}},
		[]responses.ContactKey{{1}}))
	_, err := backup.Restore(t.Context(), to, bytes.NewReader(written(t, from)), backup.Identity{}, "2026-11-26")
	must(t, err)
	m, counts, err := vault.New(to).FindMailing(t.Context(), "waterrijk", "n")
	must(t, err)
	if m.Status != responses.Paused || m.Why != responses.WhyRestored || counts[responses.Queued] != 1 {
		t.Errorf("after a restore a notice is %q (%s) with %v, want it paused", m.Status, m.Why, counts)
	}
	kept, err := vault.New(to).ListContacts(t.Context(), "waterrijk", "s")
	must(t, err)
	if len(kept) != 1 || string(kept[0].Sealed) != "sealed" {
		t.Errorf("the backup kept %d contacts as they were sealed, want 1", len(kept))
	}
	i, err := ledger.New(to).FindInvitations(t.Context(), "waterrijk", "s")
	must(t, err)
	if i.Status != responses.Paused || i.Why != responses.WhyRestored {
		t.Errorf("after a restore sending is %q (%s), want it paused", i.Status, i.Why)
	}
}
