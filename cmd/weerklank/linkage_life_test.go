package main

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/backup"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/keyfile"
	"weerklank.nl/weerklank/storage/ledger"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// Who is in a survey of the attack.
const (
	invitedTo = 24 // people on the list
	answering = 22 // of them take part
	leaving   = 2  // of those withdraw what they sent
	counted   = answering - leaving
)

// life is a number of surveys that are lived through at once on one database, by the
// real product: invited, answered, reminded, crashed, mixed at night and closed.
type life struct {
	*lived
	t        *testing.T
	how      plan
	address  string
	files    func() map[string]string // the database's files by what they hold
	seed     *mathrand.Rand
	ring     *responses.Keys
	d        *db.DB
	ledger   *ledger.Ledger
	mail     *mailServer
	setUp    setUp
	surveys  []*livedSurvey
	client   *http.Client
	log      *lockedBuffer
	scrapes  []string
	backup   string // the file
	previous string // one of a night before
	sealed   string // recipient of a sealed backup beside each, if any
}

// plan says how surveys are lived.
type plan struct {
	kind     string // sqlite or postgres
	seed     uint64
	surveys  int
	mailed   int  // people of each list with an address; the others get a card
	running  bool // looked at after a night, while they run; else after they closed
	crashes  bool // while people send, and while it mixes
	unmixed  bool
	sealed   bool          // there is a sealed backup beside each
	tampered func(l *life) // undoes a protection; called again after each night
}

// livedSurvey is one of them, with everybody who was invited.
type livedSurvey struct {
	id     surveys.ID
	people []*invitedPerson
	comes  []*invitedPerson // who takes part, in the order in which they come
	next   int              // of them
}

// invitedPerson is somebody and what they did. The scorer alone knows which response is theirs.
type invitedPerson struct {
	id       surveys.ID
	email    string
	token    string
	ballot   responses.BallotHash
	contact  *responses.ContactKey // of the address that they left
	secret   string
	arrived  int
	code     string
	response responses.Key
	left     bool // withdrew
}

var lifeBegins = time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)

// live lives through the surveys of a plan.
func (how plan) live(t *testing.T, server *dbtest.Server) *life {
	t.Helper()
	l := &life{t: t, how: how, seed: mathrand.New(mathrand.NewPCG(how.seed, 7)), log: new(lockedBuffer),
		client: &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 16, DisableCompression: true}}}
	l.place(server)
	l.mail = serveMail(t, nil)
	if how.sealed {
		var err error
		l.sealed, err = backup.MakeIdentity(filepath.Join(t.TempDir(), "identity"), lifeBegins)
		fatal(t, err)
	}
	keys := filepath.Join(t.TempDir(), "keys")
	ring, err := keyfile.LoadOrMake(keys, rand.Reader, lifeBegins)
	fatal(t, err)
	l.ring, err = ring.Responses()
	fatal(t, err)
	l.setUp = setUp{Database: l.address, Keys: keys, SMTP: l.mail.address, Moment: lifeBegins.UnixNano(), Unmixed: how.unmixed}
	l.ask()
	l.lived = begin(t, l.setUp, l.log)
	t.Cleanup(func() { _ = l.cmd.Process.Kill() })
	l.turns(lifeBegins) // what was due when it started is done
	l.tamper()

	l.each(func(s *livedSurvey) { l.send(s, (*responses.Invitations).Send) })
	l.wakeAndWait(1)
	if how.running {
		l.answers(answering, how.crashes)
		l.examined()
		l.night(1, how.crashes)
		l.close()
		return l
	}
	l.answers(answering/3, how.crashes)
	l.night(1, false)
	l.previous = l.backedUp("first")
	l.each(func(s *livedSurvey) { l.send(s, (*responses.Invitations).Remind) })
	l.wakeAndWait(2)
	l.answers(2*answering/3, false)
	l.examined()
	l.night(2, how.crashes)
	l.answers(answering, false)
	l.turns(lifeBegins.AddDate(0, 0, 4)) // the surveys are over
	l.backup = l.backedUp("last")
	l.close()
	return l
}

// place makes the database.
func (l *life) place(server *dbtest.Server) {
	l.t.Helper()
	if l.how.kind == "sqlite" {
		l.address = dbtest.SQLite(l.t)
		path := strings.TrimPrefix(l.address, "sqlite://")
		l.files = func() map[string]string { return map[string]string{path: "the file", path + "-wal": "the log"} }
	} else {
		l.address = server.NewDatabase(l.t, fmt.Sprintf("life_%d_%s", l.how.seed, strings.ToLower(rand.Text()[:6])))
		l.files = func() map[string]string { return l.postgresFiles(server) }
	}
	var err error
	l.d, err = db.Open(l.t.Context(), l.address)
	fatal(l.t, err)
	l.t.Cleanup(func() { fatal(l.t, l.d.Close()) })
	l.ledger = ledger.New(l.d)
}

func (l *life) each(do func(*livedSurvey)) {
	for _, s := range l.surveys {
		do(s)
	}
}

// tamper undoes a protection, in a mutation run.
func (l *life) tamper() {
	if l.how.tampered != nil {
		l.how.tampered(l)
	}
}

// send begins a round of messages, as the page of a manager does.
func (l *life) send(s *livedSurvey, begin func(*responses.Invitations, *surveys.Survey, surveys.Date) error) {
	l.t.Helper()
	survey, err := programme.New(l.d).FindSurvey(l.t.Context(), crashOrg, s.id)
	fatal(l.t, err)
	fatal(l.t, l.ledger.ChangeInvitations(l.t.Context(), crashOrg, s.id, func(i *responses.Invitations) (bool, error) {
		i.RoundOn = "" // yesterday, for a reminder
		return true, begin(i, survey, surveys.DateOf(lifeBegins))
	}))
}

// wakeAndWait waits until everybody with an address got so many messages.
func (l *life) wakeAndWait(rounds int) {
	l.t.Helper()
	l.tell(l.t, "send")
	if want := rounds * l.how.mailed * l.how.surveys; !l.mail.waits(want) {
		l.t.Fatalf("%d mails went out, want %d\n%s", l.mail.seen.Load(), want, l.log)
	}
}

// answers lets people come until upto of each survey did. With a crash the product is
// killed half way, while some are sending; they send the same page again.
func (l *life) answers(upto int, crash bool) {
	l.t.Helper()
	from := l.surveys[0].next
	half := (from + upto) / 2
	l.come(half)
	if crash {
		l.crash()
	}
	l.come(upto)
	l.scrape()
}

// come lets people come, a survey at each of a few connections, so that different surveys
// share a transaction now and then and people of the same one come after each other.
func (l *life) come(upto int) {
	l.t.Helper()
	var wait sync.WaitGroup
	for part := range slices.Chunk(l.surveys, max(1, (len(l.surveys)+3)/4)) {
		wait.Go(func() {
			for at := part[0].next; at < upto; at++ {
				for _, s := range part {
					one := s.comes[at]
					one.arrived, s.next = at, at+1
					l.thanked(s, one, l.sends(s, one))
				}
			}
		})
	}
	wait.Wait()
	if l.t.Failed() {
		l.t.FailNow()
	}
}

// crash kills the product while the next of some surveys are sending, starts it again and
// lets them send once more.
func (l *life) crash() {
	l.t.Helper()
	type sending struct {
		s    *livedSurvey
		one  *invitedPerson
		form string
	}
	var all []sending
	for _, s := range l.surveys[:min(3, len(l.surveys))] {
		one := s.comes[s.next]
		one.arrived = s.next
		s.next++
		all = append(all, sending{s, one, l.sends(s, one)})
	}
	var wait sync.WaitGroup
	for _, each := range all {
		wait.Go(func() { _, _ = l.request(http.MethodPost, "/s/"+string(each.s.id), each.form) })
	}
	time.Sleep(time.Duration(l.seed.IntN(4)) * time.Millisecond)
	l.restart()
	wait.Wait()
	for _, each := range all {
		l.thanked(each.s, each.one, each.form)
	}
	// Those of the other surveys come as if nothing happened.
	for _, s := range l.surveys[len(all):] {
		one := s.comes[s.next]
		one.arrived = s.next
		s.next++
		l.thanked(s, one, l.sends(s, one))
	}
}

// restart kills the product and starts it again. The leases of who was killed would run
// out by themselves.
func (l *life) restart() {
	l.t.Helper()
	l.kill(l.t)
	fatal(l.t, l.d.Transact(l.t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(l.t.Context(), `DELETE FROM leases`); return err }))
	l.lived = begin(l.t, l.setUp, l.log)
}

// night lets the product do its nightly work after day n. With a crash it is killed while
// it mixes, and begins anew.
func (l *life) night(n int, crash bool) {
	l.t.Helper()
	at := lifeBegins.AddDate(0, 0, n).Add(-5 * time.Hour)
	if crash {
		_, err := io.WriteString(l.hears, fmt.Sprintf("turn %d\n", at.UnixNano()))
		fatal(l.t, err)
		time.Sleep(time.Duration(l.seed.IntN(8)) * time.Millisecond)
		l.restart()
	}
	l.turns(at)
	l.tamper()
}

// turns sets the clock of the product and of those that come after it.
func (l *life) turns(at time.Time) {
	l.t.Helper()
	l.setUp.Moment = at.UnixNano()
	l.turn(l.t, at)
}

// backedUp makes a backup, beside the product that runs.
func (l *life) backedUp(name string) string {
	l.t.Helper()
	if l.how.tampered != nil || l.how.unmixed {
		return ""
	}
	file := filepath.Join(l.t.TempDir(), name)
	l.runs("backup", "--database", l.address, file)
	if l.sealed != "" {
		l.runs("backup", "--database", l.address, "--recipient", l.sealed, file+sealedToo)
	}
	return file
}

func (l *life) runs(words ...string) {
	l.t.Helper()
	var said lockedBuffer
	if status := run(l.t.Context(), words, &said, &said); status != 0 {
		l.t.Fatalf("%s: %s", words[0], &said)
	}
}

// examined lets PostgreSQL gather its statistics, as it does of itself once enough changed.
func (l *life) examined() {
	l.t.Helper()
	if l.how.kind == "postgres" {
		_, err := l.sql().ExecContext(l.t.Context(), `ANALYZE`)
		fatal(l.t, err)
	}
}

// close reads the last figures, ends the product and finds out what is whose.
func (l *life) close() {
	l.t.Helper()
	l.scrape()
	l.kill(l.t)
	l.client.CloseIdleConnections()
	v := vault.New(l.d)
	l.each(func(s *livedSurvey) {
		byEmail := map[string]*invitedPerson{}
		for _, one := range s.people {
			if one.email != "" {
				byEmail[one.email] = one
			}
		}
		for _, one := range s.comes[:s.next] {
			code, err := responses.ParseReceiptCode(one.code)
			fatal(l.t, err)
			one.response = l.ring.KeysOf(code, crashOrg)[0]
		}
		all, err := v.ListContacts(l.t.Context(), crashOrg, s.id)
		fatal(l.t, err)
		for i := range all {
			c, err := l.ring.OpenContact(&all[i])
			fatal(l.t, err)
			byEmail[c.Email].contact = &all[i].Key
		}
		slices.SortFunc(s.comes[:s.next], func(a, b *invitedPerson) int { return cmp.Compare(a.arrived, b.arrived) })
	})
}
