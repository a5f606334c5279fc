package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"weerklank.nl/weerklank/cmd/weerklank/internal/demo"
	"weerklank.nl/weerklank/storage/aggregates"
	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/keyfile"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/storage/vault"
)

// runs runs a sub-command and gives its status and what it said.
func runs(t *testing.T, args ...string) (int, string) {
	t.Helper()
	t.Setenv("LANG", "nl_NL.UTF-8")
	var said bytes.Buffer
	status := run(t.Context(), args, &said, &said)
	return status, said.String()
}

func fine(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// givenDemo fills the database with the demo municipality. It gives the key file.
func givenDemo(t *testing.T, address string) string {
	t.Helper()
	d, err := db.Open(t.Context(), address)
	fine(t, err)
	keys := filepath.Join(t.TempDir(), "demo.keys")
	ring, err := keyfile.LoadOrMake(keys, rand.Reader, time.Now())
	fine(t, err)
	s := demo.Stores{Vault: vault.New(d), Programme: programme.New(d), Aggregates: aggregates.New(d, ring.Memory())}
	s.Keys, err = ring.Responses()
	fine(t, err)
	s.Answers = answers.New(d, s.Programme).WithThemes(s.Aggregates)
	s.Writer, err = answers.NewWriter(t.Context(), s.Answers)
	fine(t, err)
	_, err = demo.Fill(t.Context(), s, time.Now(), "https://stem.waterrijk.example")
	fine(t, err)
	fine(t, s.Writer.Close(context.Background()))
	fine(t, d.Close())
	return keys
}

// rowsOf are all rows that a backup keeps, without those that a restore adds.
func rowsOf(t *testing.T, address string) []string {
	t.Helper()
	d, err := db.Open(t.Context(), address)
	fine(t, err)
	defer d.Close()
	tables, err := d.Tables(t.Context(), d.Reader())
	fine(t, err)
	var all []string
	for _, table := range tables {
		if slices.Contains([]string{"leases", "clock", "mixing", "mixing_touched", "sessions", "setup_links", "halted_releases", "batches"}, table) {
			continue
		}
		all = append(all, rowsOfTable(t, d, table)...)
	}
	slices.Sort(all)
	return all
}

func rowsOfTable(t *testing.T, d *db.DB, table string) []string {
	t.Helper()
	columns, err := d.Describe(t.Context(), table)
	fine(t, err)
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	rows, err := d.Reader().Query(t.Context(), `SELECT `+strings.Join(names, ", ")+` FROM `+table)
	fine(t, err)
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		values, err := rows.SliceScan()
		fine(t, err)
		for i, v := range values {
			switch v := v.(type) {
			case []byte:
				values[i] = string(v)
			case time.Time:
				values[i] = v.Format("2006-01-02 15:04:05.999999") // a column without a zone
			case int64:
				if columns[i].Type == db.BooleanColumn { // SQLite's kind of truth
					values[i] = v != 0
				}
			}
		}
		all = append(all, fmt.Sprint(table, values))
	}
	fine(t, rows.Err())
	return all
}

func TestTheDemoGoesFromSQLiteToPostgreSQLAndBack(t *testing.T) {
	dir := t.TempDir()
	first, second := dbtest.SQLite(t), dbtest.Postgres(t)
	third := "sqlite://" + filepath.Join(dir, "back.db")
	keys := givenDemo(t, first)
	before := rowsOf(t, first)
	for i, step := range [][2]string{{first, second}, {second, third}} {
		file := filepath.Join(dir, fmt.Sprint("backup", i))
		if status, said := runs(t, "backup", "--database", step[0], file); status != 0 {
			t.Fatal(said)
		}
		status, said := runs(t, "restore", "--database", step[1], file)
		if status != 0 || !strings.Contains(said, "balie-najaar-2026") || !strings.Contains(said, "ingetrokken") {
			t.Fatalf("status %d: %s", status, said)
		}
		if after := rowsOf(t, step[1]); !slices.Equal(before, after) {
			for j := range min(len(before), len(after)) {
				if before[j] != after[j] {
					t.Fatalf("restore %d made of\n%.300q\nthis:\n%.300q", i+1, before[j], after[j])
				}
			}
			t.Fatalf("%d rows before, %d after restore %d", len(before), len(after), i+1)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "back.keys")); err == nil {
		t.Error("a restore made a key file in the place of the one that belongs to the backup")
	}
	if status, said := runs(t, "restore", "--database", third, filepath.Join(dir, "backup0")); status != 1 || !strings.Contains(said, "staan al gegevens") {
		t.Errorf("restored over what was there: %d, %s", status, said)
	}
	if status, said := runs(t, "backup", "--database", third, filepath.Join(dir, "backup0")); status != 1 || !strings.Contains(said, "bestaat al") {
		t.Errorf("wrote over a backup: %d, %s", status, said)
	}
	status, said := runs(t, "restore", "--database", third, "--resume", "balie-najaar-2026")
	if status != 0 {
		t.Errorf("resume: %s", said)
	}
	countsAgain(t, first, third, keys)
	themesCountAgain(t, first, second, keys)
}

func TestTheDoctorSaysWhatToMend(t *testing.T) {
	address := dbtest.SQLite(t)
	keys := givenDemo(t, address)
	examine := func() (int, string) { return runs(t, "doctor", "--database", address, "--keys", keys) }
	if status, said := examine(); status != 0 || strings.Count(said, "in orde") < 8 || strings.Contains(said, "fout  ") {
		t.Errorf("of a good installation it says, with status %d:\n%s", status, said)
	}
	for name, c := range map[string]struct {
		spoil func(t *testing.T)
		says  string
	}{
		"of a key file that others can read": {func(t *testing.T) { fine(t, os.Chmod(keys, 0o644)) }, "chmod 600 " + keys},
		"of a key file that is not there":    {func(t *testing.T) { fine(t, os.Rename(keys, keys+".away")) }, "Zet het terug"},
		"of a clock that is behind": {func(t *testing.T) {
			d, err := db.Open(t.Context(), address)
			fine(t, err)
			fine(t, d.MarkDone(t.Context(), "nightly", "2999-01-01"))
			fine(t, d.Close())
		}, "loopt achter"},
	} {
		t.Run(name, func(t *testing.T) {
			c.spoil(t)
			if status, said := examine(); status != 1 || !strings.Contains(said, "fout  ") || !strings.Contains(said, c.says) {
				t.Errorf("status %d:\n%s", status, said)
			}
			_ = os.Rename(keys+".away", keys)
			fine(t, os.Chmod(keys, 0o600))
		})
	}
	if status, said := runs(t, "doctor", "--database", address, "--keys", keys, "--url", "http://stem.waterrijk.example"); status != 1 || !strings.Contains(said, "https://") {
		t.Errorf("of an address without TLS, with status %d:\n%s", status, said)
	}
	absent := filepath.Join(t.TempDir(), "absent.db")
	if status, said := runs(t, "doctor", "--database", "sqlite://"+absent, "--keys", keys); status != 1 || !strings.Contains(said, "geen database") {
		t.Errorf("of no database, with status %d:\n%s", status, said)
	}
	if _, err := os.Stat(absent); err == nil {
		t.Error("the doctor made a database")
	}
}

// killable is set in a process that a test kills: the words of its command line.
const killable = "WEERKLANK_TEST_CHILD"

func TestMain(m *testing.M) {
	if words := os.Getenv(killable); words != "" {
		os.Exit(run(context.Background(), strings.Split(words, "\x1f"), os.Stdout, os.Stderr))
	}
	if how := os.Getenv(living); how != "" {
		os.Exit(live(how))
	}
	if len(os.Args) > 1 && os.Args[1] == "serve" { // a measurement starts the server as this same program
		main()
	}
	status := m.Run()
	_ = os.RemoveAll(built.folder)
	os.Exit(status)
}

// killed runs a sub-command in a process of its own and kills it the moment that
// begun says so. It tells whether the process was still at work then.
func killed(t *testing.T, begun func() bool, words ...string) bool {
	t.Helper()
	self, err := os.Executable()
	fine(t, err)
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), killable+"="+strings.Join(words, "\x1f"))
	fine(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for {
		select {
		case err := <-ended:
			fine(t, err)
			return false
		case <-look.C:
			if begun() {
				fine(t, cmd.Process.Kill())
				if err := <-ended; err == nil {
					t.Error("the program came to its end before it was killed")
				}
				return true
			}
		}
	}
}

func TestAKilledBackupLeavesNoFileAndAKilledRestoreNoRow(t *testing.T) {
	from := dbtest.SQLite(t)
	givenDemo(t, from)
	dir := t.TempDir()
	file := filepath.Join(dir, "kept")
	there := func(pattern string) bool {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		fine(t, err)
		return len(found) > 0
	}
	killed(t, func() bool { return there(".kept.*.part") && !there("kept") }, "backup", "--database", from, file)
	if content, err := os.ReadFile(file); err == nil { // it was quicker than we were: then it is whole
		fine(t, os.Rename(file, file+".whole"))
		t.Logf("the backup of %d bytes was done before it was killed", len(content))
	}
	if status, said := runs(t, "backup", "--database", from, file); status != 0 {
		t.Fatal(said)
	}
	if there(".kept.*.part") {
		t.Error("what the killed one left was not cleared up")
	}
	to := filepath.Join(dir, "to.db")
	early := killed(t, func() bool {
		info, err := os.Stat(to + "-wal")
		return err == nil && info.Size() > 1<<20 // beyond the schema: rows are being stored
	}, "restore", "--database", "sqlite://"+to, file)
	rows := rowsOf(t, "sqlite://"+to)
	if early && len(rows) != 0 && !slices.Equal(rows, rowsOf(t, from)) {
		t.Errorf("a killed restore left %d rows", len(rows))
	}
	if len(rows) == 0 {
		if status, said := runs(t, "restore", "--database", "sqlite://"+to, file); status != 0 {
			t.Errorf("restoring again: %s", said)
		}
	}
}
