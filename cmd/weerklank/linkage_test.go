package main

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
)

// Somebody who copied everything ranks persons and responses by every order in it, pairs
// what has the same rank, and hopes to learn what a person answered. They know more than
// anybody should: in which order people came, as a camera at the door sees it, and whose
// each ballot and each address is. They choose the pair of orders that does best on
// surveys for which they were told the truth, and are judged on others.
//
// Of a survey of n by chance one pairing is right, give or take one, as n guesses with a
// chance of 1/n each would be; so the bound on their success is that of a share (C. J.
// Clopper and E. S. Pearson, Biometrika 26, 1934), one-sided at 99 %.

var linkageSurveys = flag.Int("linkage.surveys", 50, "on how many surveys of each database the linkage attack is judged; a quarter more are there to choose by")

const (
	atOnce = 25 // surveys on one database
	chance = 1.0 / counted
	margin = 0.03 // above chance, that the attack may seem to reach
)

func TestNobodyLinksAPersonToAnAnswerFromACopyOfEverything(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var both score
	t.Run("on", func(t *testing.T) {
		for _, kind := range []string{"sqlite", "postgres"} {
			t.Run(kind, func(t *testing.T) {
				t.Parallel()
				server := serverFor(t, kind)
				told, judged := &attack{}, &attack{}
				lives := 0
				for _, part := range []struct {
					*attack
					surveys int
				}{{told, max(25, *linkageSurveys/4)}, {judged, *linkageSurveys}} {
					for left := part.surveys; left > 0; left -= atOnce {
						part.on(plan{kind: kind, seed: uint64(lives), surveys: min(left, atOnce), mailed: 4, crashes: true, running: lives%5 == 4}.live(t, server))
						lives++
					}
				}
				chosen := told.best(oneCopy, judged)
				got := judged.hits[chosen]
				t.Logf("measure: %s: of %d pairs of orders, %q did best: %s on %d surveys; on %d others %s; chance is %.2f %%",
					kind, len(told.hits), chosen, told.hits[chosen], told.surveys, judged.surveys, got, 100*chance)
				if series := told.best(severalCopies, judged); series != "" {
					t.Logf("measure: %s: who has the backup of an earlier night too, by %q: %s", kind, series, judged.hits[series])
				}
				if judged.surveys >= 100 && got.most() > chance+margin {
					t.Errorf("%q links people to answers on %s: %s", chosen, kind, got)
				}
				if len(told.hits) < 100 || judged.surveys < *linkageSurveys {
					t.Errorf("%d pairs of orders on %d surveys: this proves little", len(told.hits), judged.surveys)
				}
				mu.Lock()
				defer mu.Unlock()
				both = score{both.right + got.right, both.tries + got.tries}
			})
		}
	})
	t.Logf("measure: on both databases: %s; chance is %.2f %%", both, 100*chance)
	if both.most() > chance+margin {
		t.Errorf("people are linked to answers: %s", both)
	}
}

// before is a backup of before the last: with it there are two copies of the same survey.
// docs/privacy.md names what they tell together where they are not sealed.
const (
	last   = "the backup"
	before = "the backup of a night before"

	sealedToo = ", sealed" // behind the name of either
)

func oneCopy(order string) bool       { return !strings.Contains(order, before) }
func severalCopies(order string) bool { return strings.Contains(order, before) }

// TestTheLinkageAttackWinsWithoutTheProtection: with each protection undone the attacker
// does find whose an answer is.
func TestTheLinkageAttackWinsWithoutTheProtection(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			server := serverFor(t, kind)
			wins := func(t *testing.T, a *attack, by string) {
				t.Helper()
				best := a.best(func(order string) bool { return strings.Contains(order, by) }, a)
				if got := a.hits[best]; got.least() < 0.5 {
					t.Errorf("the attack is blind: its best pair of orders %q finds %s", best, got)
				}
			}
			t.Run("when nothing is mixed", func(t *testing.T) {
				a := &attack{}
				a.on(plan{kind: kind, seed: 98, surveys: 4, running: true, mailed: 2, unmixed: true}.live(t, server))
				wins(t, a, "order in which they came")
			})
			t.Run("when rows are numbered, or work about them is queued with them", func(t *testing.T) {
				a := &attack{}
				a.on(plan{kind: kind, seed: 99, surveys: 4, running: true, mailed: 2, tampered: func(l *life) { numbered(l); queued(l) }}.live(t, server))
				wins(t, a, "responses by arrived")
				wins(t, a, "queue by job")
			})
		})
	}
}

// numbered gives responses a serial number, which a mixing keeps.
func numbered(l *life) {
	if l.how.kind == "postgres" {
		l.once(`CREATE SEQUENCE IF NOT EXISTS arrivals`, `ALTER TABLE responses ADD COLUMN IF NOT EXISTS arrived BIGINT NOT NULL DEFAULT nextval('arrivals')`)
		return
	}
	columns, err := l.d.Describe(l.t.Context(), "responses")
	fatal(l.t, err)
	if columns[len(columns)-1].Name != "arrived" {
		l.once(`ALTER TABLE responses ADD COLUMN arrived INTEGER`)
	}
	l.once(`CREATE TRIGGER IF NOT EXISTS arrives AFTER INSERT ON responses BEGIN UPDATE responses SET arrived =
		(SELECT COALESCE(MAX(arrived), 0) + 1 FROM responses) WHERE survey_id = NEW.survey_id AND response_key = NEW.response_key; END`)
}

// queued queues work about each response in the transaction that stores it.
func queued(l *life) {
	if l.how.kind == "postgres" {
		l.once(`CREATE TABLE IF NOT EXISTS queue (job BIGSERIAL PRIMARY KEY, about BYTEA)`,
			`CREATE OR REPLACE FUNCTION enqueue() RETURNS trigger AS $$ BEGIN INSERT INTO queue (about) VALUES (NEW.response_key); RETURN NEW; END; $$ LANGUAGE plpgsql`,
			`CREATE OR REPLACE TRIGGER enqueues AFTER INSERT ON responses FOR EACH ROW EXECUTE FUNCTION enqueue()`)
		return
	}
	l.once(`CREATE TABLE IF NOT EXISTS queue (job INTEGER PRIMARY KEY, about BLOB)`,
		`CREATE TRIGGER IF NOT EXISTS enqueues AFTER INSERT ON responses BEGIN INSERT INTO queue (about) VALUES (NEW.response_key); END`)
}

func (l *life) once(statements ...string) {
	l.t.Helper()
	fatal(l.t, l.d.Transact(l.t.Context(), func(tx *db.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(l.t.Context(), s); err != nil {
				return err
			}
		}
		return nil
	}))
}

// serverFor is a PostgreSQL whose files can be read.
func serverFor(t *testing.T, kind string) *dbtest.Server {
	t.Helper()
	if kind != "postgres" {
		return nil
	}
	return dbtest.NewServer(t)
}

// score is how often a pair of orders gave the response of a person.
type score struct{ right, tries int }

// least and most are the bounds of the share of right pairings, each at 99 %.
func (s score) least() float64 {
	if s.right == 0 {
		return 0
	}
	return distuv.Beta{Alpha: float64(s.right), Beta: float64(s.tries-s.right) + 1}.Quantile(0.01)
}

func (s score) most() float64 {
	if s.right == s.tries {
		return 1
	}
	return distuv.Beta{Alpha: float64(s.right) + 1, Beta: float64(s.tries - s.right)}.Quantile(0.99)
}

func (s score) String() string {
	return fmt.Sprintf("%d of %d, %.2f %%, at most %.2f %%", s.right, s.tries, 100*float64(s.right)/float64(max(1, s.tries)), 100*s.most())
}

// attack is what pairing by each pair of orders came to.
type attack struct {
	hits    map[string]score
	surveys int
}

// best is the pair of orders, of those that count and were there on most surveys of this
// attack and of the one to come, that did best for certain.
func (a *attack) best(counts func(string) bool, next *attack) string {
	best, least := "", -1.0
	for _, name := range slices.Sorted(maps.Keys(a.hits)) {
		if low := a.hits[name].least(); counts(name) && a.mostly(name) && next.mostly(name) && low > least {
			best, least = name, low
		}
	}
	return best
}

// mostly tells whether a pair of orders was there on three quarters of the surveys.
func (a *attack) mostly(name string) bool { return a.hits[name].tries >= a.surveys*counted*3/4 }

// on attacks the surveys of a life.
func (a *attack) on(l *life) {
	l.t.Helper()
	if a.hits == nil {
		a.hits = map[string]score{}
	}
	k := l.taken()
	for n, s := range l.surveys {
		var came []*invitedPerson
		for _, one := range s.comes[:s.next] {
			if !one.left {
				came = append(came, one)
			}
		}
		a.surveys++
		luck := mathrand.New(mathrand.NewPCG(l.how.seed, uint64(n)))
		people, answers := ordersOf(k, came, tokensOfPerson), ordersOf(k, came, tokensOfResponse)
		people["order in which they came"] = sighting{}
		for _, one := range came {
			people["order in which they came"][string(one.id)] = float64(one.arrived)
		}
		given := map[string][]*invitedPerson{}
		names := slices.Sorted(maps.Keys(answers))
		for _, name := range names {
			given[name] = rankedBy(came, answers[name], func(p *invitedPerson) string { return string(p.response[:]) }, luck)
		}
		for _, person := range slices.Sorted(maps.Keys(people)) {
			ranked := rankedBy(came, people[person], func(p *invitedPerson) string { return string(p.id) }, luck)
			for _, name := range names {
				ahead, back := 0, 0
				for i, answer := range given[name] {
					if ranked[i] == answer {
						ahead++
					}
					if ranked[len(ranked)-1-i] == answer {
						back++
					}
				}
				a.add(person+" × "+name, ahead, len(ranked))
				a.add(person+" × "+name+", backwards", back, len(ranked))
			}
		}
	}
}

func (a *attack) add(name string, right, tries int) {
	s := a.hits[name]
	a.hits[name] = score{s.right + right, s.tries + tries}
}

// tokensOfPerson lead to a person, for who has their mail.
func tokensOfPerson(one *invitedPerson) map[string]string {
	tokens := map[string]string{"ballot": string(one.ballot[:]), "invitation": string(one.id), "link": one.token}
	if one.contact != nil {
		tokens["address"] = string(one.contact[:])
	}
	return tokens
}

// tokensOfResponse lead to a response.
func tokensOfResponse(one *invitedPerson) map[string]string {
	return map[string]string{"key": string(one.response[:]), "text": one.secret}
}

// ordersOf are the orders that hold at least a quarter of what leads to these people or
// their responses, by the id of the person or the key of the response.
func ordersOf(k *loot, came []*invitedPerson, tokens func(*invitedPerson) map[string]string) map[string]sighting {
	found := map[string]sighting{}
	for name, seen := range k.orders {
		by := map[string]sighting{}
		for _, one := range came {
			for kind, token := range tokens(one) {
				at, ok := seen[token]
				if !ok {
					continue
				}
				if by[kind] == nil {
					by[kind] = sighting{}
				}
				by[kind][string(one.id)], by[kind][string(one.response[:])] = at, at
			}
		}
		for kind, places := range by {
			if len(places)/2 >= len(came)/4 && differs(places) {
				found[kind+" "+name] = places
			}
		}
	}
	return found
}

func differs(places sighting) bool {
	first, some := 0.0, false
	for _, at := range places {
		if some && at != first {
			return true
		}
		first, some = at, true
	}
	return false
}

// rankedBy puts people in the order of places; who has none, and those of one place, come
// by chance.
func rankedBy(came []*invitedPerson, at sighting, key func(*invitedPerson) string, luck *mathrand.Rand) []*invitedPerson {
	type placed struct {
		one *invitedPerson
		at  float64
	}
	all := make([]placed, len(came))
	for i, one := range came {
		place, ok := at[key(one)]
		if !ok {
			place = luck.Float64() * 1e18
		}
		all[i] = placed{one, place}
	}
	luck.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	slices.SortStableFunc(all, func(a, b placed) int { return cmp.Compare(a.at, b.at) })
	ranked := make([]*invitedPerson, len(all))
	for i := range all {
		ranked[i] = all[i].one
	}
	return ranked
}
