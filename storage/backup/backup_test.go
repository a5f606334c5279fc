package backup_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/backup"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

const (
	org   = surveys.OrgID("waterrijk")
	today = surveys.Date("2026-11-25")
)

var moment = time.Date(2026, 10, 28, 9, 30, 15, 123456000, time.UTC)

// fill stores something in every store, with what is hard to carry over: bytes,
// NULL, moments, texts with quotes and lines.
func fill(t *testing.T, d *db.DB) {
	t.Helper()
	v, p := vault.New(d), programme.New(d)
	must(t, v.AddOrganisation(t.Context(), &surveys.Organisation{ID: org, Name: surveys.Text{NL: "Gemeente \"Waterrijk\"\nén meer"}, Zone: "Europe/Amsterdam",
		Logo: []byte{0, 1, 254, 255}}))
	must(t, v.AddAccount(t.Context(), &surveys.Account{ID: "a", Org: org, Email: "a@waterrijk.example", Role: surveys.Administrator, Active: true}))
	must(t, v.SaveSession(t.Context(), "secret-token", []byte("secret-session"), moment))
	must(t, v.AddSetupLink(t.Context(), &surveys.SetupLink{TokenHash: []byte("secret-link"), Org: org, ExpiresAt: moment}))
	def, err := json.Marshal(questionnaire.Definition{FormID: "f", Items: []*questionnaire.Item{{Kind: questionnaire.Question, Name: "open", Type: questionnaire.TypeText}}})
	must(t, err)
	must(t, p.AddQuestionnaire(t.Context(), &surveys.Questionnaire{ID: "q", Org: org, FormID: "f", Draft: def}))
	must(t, p.AddQuestionnaire(t.Context(), &surveys.Questionnaire{ID: "r", Org: org, FormID: "g"}))
	must(t, p.PublishVersion(t.Context(), org, "q", func(q *surveys.Questionnaire) (*surveys.Version, error) {
		q.Published, q.Draft = 1, nil
		return &surveys.Version{Questionnaire: "q", Number: 1, Definition: def, PublishedAt: moment}, nil
	}))
	must(t, p.AddSurvey(t.Context(), &surveys.Survey{ID: "s", Org: org, Slug: "balie", Title: surveys.Text{NL: "De balie"}, Questionnaire: "q", Version: 1,
		Mode: surveys.Open, Opens: "2026-11-01", Closes: "2026-12-13", OpenedAt: moment, SmallestGroup: 5}))
	a := answers.New(d, p)
	w, err := answers.NewWriter(t.Context(), a)
	must(t, err)
	for i := range 250 {
		_, err := w.Submit(t.Context(), responses.Response{Org: org, Survey: "s", Version: 1, Day: today,
			Key: responses.Key{byte(i * 37), byte(i)}, Answers: questionnaire.Answers{"open": fmt.Sprintf("antwoord %d: 'é'", i)}}, today)
		must(t, err)
	}
	must(t, w.Close(t.Context()))
	must(t, a.WithdrawResponse(t.Context(), org, []responses.Key{{7 * 37 % 256, 7}}))
	must(t, d.Transact(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO release_memories (organisation_id, survey_id, number, memory) VALUES (?, ?, 1, ?)`, org, "s", []byte(`{"number":1}`))
		return err
	}))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// lines are the lines of a backup, without those that differ by time.
func lines(t *testing.T, file []byte) []string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(file))
	must(t, err)
	text, err := io.ReadAll(z)
	must(t, err)
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

func written(t *testing.T, d *db.DB) []byte {
	t.Helper()
	var b bytes.Buffer
	_, err := backup.Write(t.Context(), d, &b, today)
	must(t, err)
	return b.Bytes()
}

// fresh is a database without any table.
func fresh(t *testing.T, kind string) *db.DB {
	t.Helper()
	if kind == "sqlite" {
		return dbtest.Open(t, "sqlite://"+filepath.Join(t.TempDir(), "fresh.db"))
	}
	return dbtest.Open(t, dbtest.EmptyPostgres(t))
}

func TestABackupRestoresIntoEitherDatabase(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, from *db.DB) {
		fill(t, from)
		file := written(t, from)
		for _, kind := range []string{"sqlite", "postgres"} {
			t.Run("into "+kind, func(t *testing.T) {
				to := fresh(t, kind)
				report, err := backup.Restore(t.Context(), to, bytes.NewReader(file), backup.Identity{}, "2026-12-01")
				must(t, err)
				if report.TakenOn != today || len(report.Halted) != 1 || report.Halted[0].Slug != "balie" {
					t.Errorf("reported %+v", report)
				}
				var halted int
				must(t, to.Reader().Get(t.Context(), &halted, `SELECT COUNT(*) FROM halted_releases WHERE since = ?`, "2026-12-01"))
				if halted != 1 {
					t.Errorf("%d surveys are halted, want 1", halted)
				}
				must(t, to.Transact(t.Context(), func(tx *db.Tx) error {
					_, err := tx.Exec(t.Context(), `DELETE FROM halted_releases`)
					return err
				}))
				if before, after := lines(t, file), lines(t, written(t, to)); !reflect.DeepEqual(before, after) {
					for i := range before {
						if i >= len(after) || before[i] != after[i] {
							t.Fatalf("line %d differs:\n%s\n%s", i+1, before[i], after[min(i, len(after)-1)])
						}
					}
				}
				if _, err := backup.Restore(t.Context(), to, bytes.NewReader(file), backup.Identity{}, today); !errors.Is(err, backup.ErrNotEmpty) {
					t.Errorf("a second restore = %v, want ErrNotEmpty", err)
				}
			})
		}
		t.Run("without what lets somebody in", func(t *testing.T) {
			for _, line := range lines(t, file) {
				if strings.Contains(line, "secret") || strings.Contains(line, "c2VjcmV0") {
					t.Errorf("the backup holds %s", line)
				}
			}
		})
	})
}

func TestABadBackupStoresNothing(t *testing.T) {
	from := dbtest.Open(t, dbtest.SQLite(t))
	fill(t, from)
	file := written(t, from)
	text := lines(t, file)
	zip := func(lines []string) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		fmt.Fprint(z, strings.Join(lines, "\n"), "\n")
		must(t, z.Close())
		return b.Bytes()
	}
	newer := append([]string{`{"weerklank_backup":99,"schema":1,"taken_on":"2026-11-25"}`}, text[1:]...)
	climbing := append([]string{text[0], `{"table":"../../accounts","columns":[{"name":"../x","type":"TEXT"}]}`}, text[1:]...)
	injected := append([]string{text[0], `{"table":"accounts (email) SELECT 1; --","columns":[{"name":"x","type":"TEXT"}]}`}, text[1:]...)
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"that is another file":           {[]byte("PK\x03\x04 something else"), backup.ErrNotABackup},
		"that is empty":                  {nil, backup.ErrNotABackup},
		"that is another zipped file":    {zip([]string{"hello"}), backup.ErrNotABackup},
		"of a newer program":             {zip(newer), backup.ErrNewer},
		"that was cut short":             {zip(text[:len(text)-40]), backup.ErrDamaged},
		"that lacks a row":               {zip(append(append([]string{}, text[:len(text)-3]...), text[len(text)-1])), backup.ErrDamaged},
		"whose bytes were cut short":     {file[:len(file)-500], backup.ErrDamaged},
		"with a table that there is not": {zip(injected), backup.ErrDamaged},
		"with a table that is a path":    {zip(climbing), backup.ErrDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			to := fresh(t, "sqlite")
			if _, err := backup.Restore(t.Context(), to, bytes.NewReader(c.file), backup.Identity{}, today); !errors.Is(err, c.want) {
				t.Errorf("Restore() = %v, want %v", err, c.want)
			}
			var n int
			if err := to.Reader().Get(t.Context(), &n, `SELECT COUNT(*) FROM organisations`); err == nil && n != 0 {
				t.Errorf("%d organisations are stored", n)
			}
		})
	}
}

func TestABackupFile(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t))
	fill(t, d)
	path := filepath.Join(t.TempDir(), "weerklank.backup")
	_, err := backup.ToFile(t.Context(), d, path, backup.Recipients{}, today)
	must(t, err)
	t.Run("is for its owner alone", func(t *testing.T) {
		info, err := os.Stat(path)
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("its mode is %v", info.Mode())
		}
	})
	t.Run("holds no session and no one-time link", func(t *testing.T) {
		file, err := os.Open(path)
		must(t, err)
		defer file.Close() // only read
		unpacked, err := gzip.NewReader(file)
		must(t, err)
		text, err := io.ReadAll(unpacked)
		must(t, err)
		if !bytes.Contains(text, []byte("a@waterrijk.example")) {
			t.Error("it holds no account: the test looks past it")
		}
		for _, secret := range []string{"secret-token", "secret-session", "secret-link"} {
			for _, form := range []string{secret, hex.EncodeToString([]byte(secret)), base64.StdEncoding.EncodeToString([]byte(secret))} {
				if bytes.Contains(text, []byte(form)) {
					t.Errorf("it holds %q", secret)
				}
			}
		}
	})
	t.Run("is never written over", func(t *testing.T) {
		before, err := os.ReadFile(path)
		must(t, err)
		if _, err := backup.ToFile(t.Context(), d, path, backup.Recipients{}, today); !errors.Is(err, fs.ErrExist) {
			t.Errorf("ToFile() = %v, want ErrExist", err)
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
			t.Error("the file changed")
		}
	})
	t.Run("follows no link to what lies elsewhere", func(t *testing.T) {
		dir := t.TempDir()
		nowhere, link := filepath.Join(dir, "elsewhere"), filepath.Join(dir, "link.backup")
		must(t, os.Symlink(nowhere, link))
		if _, err := backup.ToFile(t.Context(), d, link, backup.Recipients{}, today); !errors.Is(err, fs.ErrExist) {
			t.Errorf("ToFile() = %v, want ErrExist", err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
			t.Errorf("beside the link there is now %v, %v", left, err)
		}
	})
}
