package main

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"weerklank.nl/weerklank/handlers/jobs"
	"weerklank.nl/weerklank/storage/aggregates"
	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/ledger"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

const keeperOrg = surveys.OrgID("waterrijk")

// keeper is a municipality with surveys in three modes, with something in every store that
// says who somebody is, and a clock that the test turns.
type keeper struct {
	d         *db.DB
	vault     *vault.Vault
	programme *programme.Programme
	answers   *answers.Answers
	ledger    *ledger.Ledger
	releases  *aggregates.Aggregates
	counts    *disclosure.Engine
	now       time.Time
	clock     *jobs.Clock
	canaries  map[string][]byte // what must be gone, by where it was put
	stays     []byte            // what must not, of a survey whose period is not over
}

func givenKeeper(t *testing.T, d *db.DB) *keeper {
	t.Helper()
	p := programme.New(d)
	k := &keeper{d: d, vault: vault.New(d), programme: p, ledger: ledger.New(d), releases: aggregates.New(d, make([][32]byte, 1)), canaries: map[string][]byte{}}
	k.answers = answers.New(d, p).WithBallots(k.ledger, ledger.Ballots, vault.Contacts)
	k.counts = disclosure.NewEngine(k.answers, 0)
	k.must(t, k.vault.AddOrganisation(t.Context(), &surveys.Organisation{ID: keeperOrg, Zone: "Europe/Amsterdam"}))
	list := &questionnaire.List{Name: "vijf"}
	for n := range 5 {
		list.Choices = append(list.Choices, &questionnaire.Choice{Name: fmt.Sprint(n + 1), Label: questionnaire.Texts{"": fmt.Sprint(n + 1)}})
	}
	body, err := json.Marshal(questionnaire.Definition{FormID: "balie", Title: questionnaire.Texts{"": "Balie"}, Lists: []*questionnaire.List{list}, Items: []*questionnaire.Item{
		{Kind: questionnaire.Question, Name: "gemak", Type: questionnaire.TypeSelectOne, List: "vijf", Label: questionnaire.Texts{"": "Gemak?"}},
		{Kind: questionnaire.Question, Name: "anders", Type: questionnaire.TypeText, Label: questionnaire.Texts{"": "Wat nog?"}}}})
	k.must(t, err)
	k.must(t, p.AddQuestionnaire(t.Context(), &surveys.Questionnaire{ID: "q", Org: keeperOrg, FormID: "balie", Draft: body}))
	k.must(t, p.PublishVersion(t.Context(), keeperOrg, "q", func(q *surveys.Questionnaire) (*surveys.Version, error) {
		q.Published = 1
		return &surveys.Version{Questionnaire: "q", Number: 1, Definition: body, PublishedAt: day("2026-11-01")}, nil
	}))
	for id, mode := range map[surveys.ID]surveys.Mode{"balie": surveys.Open, "wijk": surveys.Invited, "gesprek": surveys.Named, "later": surveys.Open} {
		s := &surveys.Survey{ID: id, Org: keeperOrg, Slug: string(id), Title: surveys.Text{NL: string(id)}, Questionnaire: "q", Version: 1, Mode: mode,
			Opens: "2026-11-01", Closes: "2026-11-27", Promise: surveys.Promise{On: "2027-01-15"}, OpenedAt: day("2026-11-01"), SmallestGroup: 5}
		if id == "later" {
			s.Keeping.Periods = surveys.Periods{surveys.KeptAnswers: 60, surveys.KeptTexts: 60}
		}
		k.must(t, p.AddSurvey(t.Context(), s))
	}
	k.fill(t)
	k.start(t)
	return k
}

// start makes a clock, as a new start of the program does.
func (k *keeper) start(t *testing.T) {
	t.Helper()
	k.clock = jobs.New(jobs.Deps{Turns: k.d, Holder: rand.Text(), Vault: k.vault, Programme: k.programme, Answers: k.answers, Counts: k.counts,
		Releases: k.releases, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: func() time.Time { return k.now },
		Erasing: &jobs.Erasing{Answers: k.answers, Ledger: k.ledger, Vault: k.vault, Days: k.programme, Releases: k.releases, Files: k.d, Tables: keptIn, Rewritten: rewritten}})
}

// canary is a word that stands nowhere else.
func (k *keeper) canary(where string) string {
	word := "kanarie" + strings.ToLower(rand.Text())
	k.canaries[where] = []byte(word)
	return word
}

// fill puts something in every store.
func (k *keeper) fill(t *testing.T) {
	t.Helper()
	writer, err := answers.NewWriter(t.Context(), k.answers)
	k.must(t, err)
	var written []responses.Response
	for _, id := range []surveys.ID{"balie", "wijk", "gesprek", "later"} {
		for n := range 120 {
			r := responses.Response{Org: keeperOrg, Survey: id, Version: 1, Day: "2026-11-20", Answers: questionnaire.Answers{"gemak": fmt.Sprint(n%5 + 1)}}
			_, _ = rand.Read(r.Key[:])
			r.Answers["anders"] = strings.Repeat("x", n%90) + rand.Text()
			if n == 90 {
				r.Answers["anders"] = k.canary("text of " + string(id))
			}
			if n == 30 && id != "later" {
				k.review(t, &r)
			}
			if n == 20 && id != "later" {
				k.canaries["key of "+string(id)] = bytes.Clone(r.Key[:])
			}
			written = append(written, r)
		}
	}
	k.must(t, writer.LoadHistory(t.Context(), written))
	k.must(t, writer.Close(t.Context()))
	k.stays = k.canaries["text of later"]
	delete(k.canaries, "text of later")
	for n, off := range []surveys.Date{"2026-11-20", ""} { // the second from before the day was kept
		where := fmt.Sprint("account ", n)
		k.must(t, k.vault.AddAccount(t.Context(), &surveys.Account{ID: surveys.ID(fmt.Sprint("weg", n)), Org: keeperOrg, Email: k.canary(where) + "@waterrijk.example",
			Title: surveys.Text{NL: "Functie"}, Role: surveys.Reader, Language: surveys.Dutch, PasswordHash: k.canary("password of " + where),
			Second: surveys.SecondStep{Recovery: []string{k.canary("code of " + where)}}, InactiveOn: off}))
	}
	k.must(t, k.programme.NoteUnusual(t.Context(), keeperOrg, "balie", surveys.ID(k.canary("way in of an unusual day")), "2026-11-20"))
	k.must(t, k.vault.AddContact(t.Context(), k.contact("balie")))
	k.must(t, k.vault.QueueMailing(t.Context(), &responses.Mailing{Org: keeperOrg, Survey: "balie", Notice: "n", Flow: responses.Flow{Status: responses.Paused}},
		[]responses.ContactKey{k.contact("balie").Key}))
	for id, mode := range map[surveys.ID]surveys.Mode{"wijk": surveys.Invited, "gesprek": surveys.Named} {
		i := &responses.Invitations{Org: keeperOrg, Survey: id, Mode: mode, Status: responses.Ready, Groups: []responses.BallotGroup{{People: 40}}}
		people, ballots := make([]responses.Invitee, 40), make([]responses.NewBallot, 40)
		for n := range people {
			people[n] = responses.Invitee{Org: keeperOrg, Survey: id, ID: surveys.ID(strings.ToLower(rand.Text())), Name: "persoon " + rand.Text(),
				Email: strings.ToLower(rand.Text()) + "@waterrijk.example", Lang: surveys.Dutch, State: responses.NotSent}
			_, _ = rand.Read(ballots[n].Hash[:])
			if mode == surveys.Named {
				ballots[n].Invitee = people[n].ID
			}
		}
		people[9].Name, people[9].Email = k.canary("name for "+string(id)), k.canary("address for "+string(id))+"@waterrijk.example"
		k.canaries["invitee of "+string(id)] = []byte(people[9].ID)
		k.canaries["ballot of "+string(id)] = bytes.Clone(ballots[9].Hash[:])
		k.must(t, k.ledger.Prepare(t.Context(), i, people, ballots))
	}
	k.must(t, k.vault.RecordReading(t.Context(), surveys.Entry{Org: keeperOrg, ID: "oud", At: day("2026-11-02"), Account: surveys.ID(k.canary("trail")), Kind: "x"}))
	k.must(t, k.vault.AskMail(t.Context(), &surveys.AccountMail{Org: keeperOrg, ID: "m", Email: k.canary("message about an account") + "@waterrijk.example", Kind: "invite", At: day("2026-11-27"), NextAt: day("2026-11-27")}))
}

// review puts down how a text was read, with a canary in each table of that.
func (k *keeper) review(t *testing.T, r *responses.Response) {
	t.Helper()
	k.canaries["reviewed of "+string(r.Survey)] = bytes.Clone(r.Key[:])
	reason, memory := k.canary("review of "+string(r.Survey)), k.canary("memory of themes of "+string(r.Survey))
	k.must(t, k.d.Transact(t.Context(), func(tx *db.Tx) error {
		if _, err := tx.Exec(t.Context(), `INSERT INTO text_reviews (organisation_id, survey_id, response_key, question, state, reason, masks, coded, themes, shown, revision)
			VALUES (?, ?, ?, 'anders', 'withheld', ?, '[]', TRUE, '[]', '[]', 1)`, keeperOrg, r.Survey, r.Key[:], reason); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), `INSERT INTO theme_memories (organisation_id, survey_id, question, number, memory) VALUES (?, ?, 'anders', 1, ?)`,
			keeperOrg, r.Survey, []byte(memory))
		return err
	}))
}

// contact is a sealed contact; its box is a canary.
func (k *keeper) contact(survey surveys.ID) *responses.SealedContact {
	c := &responses.SealedContact{Org: keeperOrg, Survey: survey, Sealed: bytes.Repeat([]byte("~kanarie-in-een-doosje~"), 20)}
	copy(c.Key[:], "een-willekeurige-sleutel-van-wie-wil-horen")
	k.canaries["contact"], k.canaries["key of a contact"] = []byte("~kanarie-in-een-doosje~"), c.Key[:]
	return c
}

func (k *keeper) must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func day(on surveys.Date) time.Time { return on.Time().Add(12 * time.Hour) }

// night lets the nightly work of a day run.
func (k *keeper) night(t *testing.T, on surveys.Date) {
	t.Helper()
	k.now = day(on)
	k.must(t, k.clock.Tick(t.Context()))
}

func (k *keeper) survey(t *testing.T, id surveys.ID) *surveys.Survey {
	t.Helper()
	s, err := k.programme.FindSurvey(t.Context(), keeperOrg, id)
	k.must(t, err)
	return s
}

// found are the canaries that the files of the database, its rows or its statistics hold.
func (k *keeper) found(t *testing.T, heap [][]byte) []string {
	t.Helper()
	tables, err := k.d.Tables(t.Context(), k.d.Reader())
	k.must(t, err)
	for _, table := range tables {
		heap = append(heap, k.rows(t, `SELECT * FROM `+table))
	}
	if k.d.Name() == "postgres" {
		heap = append(heap, k.rows(t, `SELECT most_common_vals::text, histogram_bounds::text FROM pg_stats WHERE schemaname = current_schema()`))
	}
	var where []string
	for name, canary := range k.canaries {
		for _, content := range heap {
			if bytes.Contains(content, canary) || bytes.Contains(content, []byte(hex.EncodeToString(canary))) {
				where = append(where, name)
				break
			}
		}
	}
	slices.Sort(where)
	return where
}

// rows is everything that a query gives.
func (k *keeper) rows(t *testing.T, query string) []byte {
	t.Helper()
	rows, err := k.d.Reader().Query(t.Context(), query)
	k.must(t, err)
	defer rows.Close()
	var all bytes.Buffer
	for rows.Next() {
		values, err := rows.SliceScan()
		k.must(t, err)
		for _, v := range values {
			if b, ok := v.([]byte); ok {
				all.Write(b)
			} else {
				fmt.Fprintf(&all, "%v", v)
			}
			all.WriteByte('|')
		}
	}
	k.must(t, rows.Err())
	return all.Bytes()
}

// givenFiles opens a database with what reads all its files, apart from PostgreSQL's
// write-ahead log, which docs/privacy.md names as not covered. sample lets the database
// take samples of what its columns hold, as it does in time.
var givenFiles = map[string]func(*testing.T) (d *db.DB, files func() [][]byte, sample func()){
	"sqlite": func(t *testing.T) (*db.DB, func() [][]byte, func()) {
		address := dbtest.SQLite(t)
		path := strings.TrimPrefix(address, "sqlite://")
		return dbtest.Open(t, address), func() (files [][]byte) {
			for _, each := range []string{path, path + "-wal", path + "-shm"} {
				if content, err := os.ReadFile(each); err == nil {
					files = append(files, content)
				}
			}
			return files
		}, func() {}
	},
	"postgres": func(t *testing.T) (*db.DB, func() [][]byte, func()) {
		address := dbtest.Postgres(t)
		pool, err := sqlx.Open("postgres", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = pool.Close() })
		run := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		return dbtest.Open(t, address), func() (files [][]byte) {
				_, err := pool.ExecContext(t.Context(), `CHECKPOINT`)
				run(err)
				run(pool.SelectContext(t.Context(), &files, `SELECT pg_read_binary_file(folder || file, 0, 100000000, true)
				FROM (SELECT 'base/' || oid || '/' AS folder FROM pg_database WHERE datname = current_database()) AS own, pg_ls_dir(folder) AS file
				WHERE file ~ '^[0-9]'`))
				return files
			}, func() {
				_, err := pool.ExecContext(t.Context(), `ANALYZE`)
				run(err)
			}
	},
}

func TestWhatIsPastItsPeriodIsGoneFromEveryTableAndFile(t *testing.T) {
	for name, open := range givenFiles {
		t.Run(name, func(t *testing.T) {
			d, files, sample := open(t)
			k := givenKeeper(t, d)
			sample()
			k.night(t, "2026-11-28") // they closed, and their last release is made
			if found := k.found(t, files()); len(found) != len(k.canaries) {
				t.Fatalf("the test is blind, or something is gone too early: it finds only %q of %d", found, len(k.canaries))
			}
			figure := k.figure(t, "balie")
			k.night(t, "2029-12-01")
			if found := k.found(t, files()); slices.Contains(found, "contact") || !slices.Contains(found, "text of wijk") {
				t.Errorf("after a jump of the clock there is %q: addresses are to go at once, and the rest after it was announced", found)
			}
			if e := k.survey(t, "wijk").Erasure(surveys.KeptLists); e.Announced != "2029-12-01" || !e.Waits() {
				t.Errorf("it was not announced: %+v", e)
			}
			k.night(t, "2029-12-16")
			if found := k.found(t, files()); len(found) > 0 {
				t.Errorf("found after the period: %q", found)
			}
			for _, id := range []surveys.ID{"balie", "wijk", "gesprek"} {
				s := k.survey(t, id)
				for _, kind := range s.Mode.Keeps() {
					if e := s.Erasure(kind); e.Proven == "" {
						t.Errorf("%s of %s is not shown to be gone: %+v", kind, id, e)
					}
				}
				if r, err := k.releases.FindRelease(t.Context(), keeperOrg, id); err != nil || !r.Final {
					t.Errorf("the last release of %s is gone (%v)", id, err)
				}
			}
			if !bytes.Contains(k.rows(t, `SELECT answers FROM responses`), k.stays) {
				t.Error("a text is gone of a survey whose period is not over")
			}
			if e := k.survey(t, "wijk").Erasure(surveys.KeptLists); e.Number != 40 {
				t.Errorf("the report says %d people were on the list, want 40", e.Number)
			}
			if o, err := k.vault.FindOrganisation(t.Context(), keeperOrg); err != nil || o.Unproven(surveys.KeptAccounts) || o.LastErased(surveys.KeptAccounts) == "" {
				t.Errorf("of accounts it says %+v (%v), want that they are shown to be gone", o.Keeping.Erasures, err)
			}
			forms, err := formsOf(t.Context(), k.programme, k.survey(t, "balie"))
			k.must(t, err)
			outcome, shown, _, err := disclosure.Recompute(t.Context(), k.counts, k.releases, k.survey(t, "balie"), forms, figure)
			if err != nil || outcome != disclosure.Erased || !shown.Empty() {
				t.Errorf("counting a figure again gives %q (%v), want that its answers were erased", outcome, err)
			}
		})
	}
}

// figure is the address of a figure of the newest release.
func (k *keeper) figure(t *testing.T, id surveys.ID) disclosure.Address {
	t.Helper()
	r, err := k.releases.FindRelease(t.Context(), keeperOrg, id)
	k.must(t, err)
	return disclosure.Address{Survey: string(id), Release: r.Number, Question: "gemak", Fingerprint: r.Fingerprint("gemak", disclosure.Group{})}
}
