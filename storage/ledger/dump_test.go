package ledger_test

import (
	"bytes"
	"cmp"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/ledger"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// Somebody copies the database and tries to pair each spent ballot with the response
// that it let in: by putting both tables in every order that the copy holds, and pairing
// what stands at the same place. By chance one pair in all is right, and a correlation of
// two orders is small. As in TestADump, PostgreSQL's write-ahead log is left out.
func TestNobodyPairsBallotsWithResponsesFromADump(t *testing.T) {
	const people, nothing = 300, 0.25
	dumped := func(t *testing.T, d *db.DB, files func() []string) (w *town, look func() map[string]float64) {
		w = given(t, d, surveys.Invited, people)
		var sent []responses.Response
		for k := range people {
			r := response("3", w.ballot(t, k))
			if _, err := w.writer.Submit(t.Context(), r, today); err != nil {
				t.Fatal(err)
			}
			sent = append(sent, r)
		}
		return w, func() map[string]float64 {
			found := map[string]float64{}
			orders := map[string]string{"as they come": ""}
			if d.Name() == "postgres" {
				orders["ctid"], orders["xmin"] = " ORDER BY ctid", " ORDER BY age(xmin) DESC, ctid"
			}
			for name, order := range orders {
				var ballots, keys [][]byte
				must(t, d.Reader().Select(t.Context(), &ballots, `SELECT ballot_hash FROM ballots`+order))
				must(t, d.Reader().Select(t.Context(), &keys, `SELECT response_key FROM responses`+order))
				atBallot, atKey := places(ballots), places(keys)
				var a, b []float64
				for k := range sent {
					a = append(a, float64(atBallot[string(sent[k].Ballot[:])]))
					b = append(b, float64(atKey[string(sent[k].Key[:])]))
				}
				found[name] = correlation(a, b)
			}
			for _, file := range files() {
				content, err := os.ReadFile(file)
				if err != nil {
					continue
				}
				if strings.HasSuffix(file, "-wal") {
					content = dbtest.InOrderOfTime(content)
					var flipped, stored []float64
					for k := range sent {
						if at := flip(content, sent[k].Ballot[:]); at >= 0 {
							flipped = append(flipped, float64(at))
							stored = append(stored, float64(bytes.Index(content, sent[k].Key[:])))
						}
					}
					if len(flipped) > people/4 {
						found["when ballots were spent, in "+filepath.Base(file)] = correlation(flipped, stored)
					}
				}
				if !holdsSome(content, sent) {
					continue
				}
				var arrived, x, y []float64
				for k := range sent {
					ballot, response := bytes.Index(content, sent[k].Ballot[:]), bytes.Index(content, sent[k].Key[:])
					if ballot >= 0 {
						arrived, x, y = append(arrived, float64(k)), append(x, float64(ballot)), append(y, float64(response))
					}
				}
				if len(x) > people/4 {
					found["ballots and responses in "+filepath.Base(file)] = correlation(x, y)
					found["ballots by arrival in "+filepath.Base(file)] = correlation(arrived, x)
				}
			}
			return found
		}
	}
	check := func(t *testing.T, w *town, d *db.DB, look func() map[string]float64) {
		best := 0.0
		before := look()
		for _, r := range before {
			best = max(best, math.Abs(r))
		}
		if best < 0.9 {
			t.Errorf("the test is blind: before mixing it pairs nothing: %v", before)
		}
		_, err := d.Mix(t.Context(), answers.Responses, ledger.Ballots)
		must(t, err)
		must(t, d.EmptyLog(t.Context()))
		for name, r := range look() {
			if math.Abs(r) > nothing {
				t.Errorf("after mixing, %s pairs ballots with responses: correlation %.2f", name, r)
			}
		}
		// Spending is all that a ballot knows, and nothing on the list does.
		var columns int
		must(t, d.Reader().Get(t.Context(), &columns, `SELECT COUNT(*) FROM ballots WHERE invitee_id IS NOT NULL OR response_key IS NOT NULL`))
		if columns != 0 {
			t.Errorf("%d ballots lead to a person or a response", columns)
		}
	}
	t.Run("of sqlite", func(t *testing.T) {
		address := dbtest.SQLite(t)
		path := strings.TrimPrefix(address, "sqlite://")
		d := dbtest.Open(t, address)
		w, look := dumped(t, d, func() []string { return []string{path, path + "-wal"} })
		check(t, w, d, look)
	})
	t.Run("of postgres", func(t *testing.T) {
		server := dbtest.NewServer(t)
		d := dbtest.Open(t, server.NewDatabase(t, "dump"))
		files := func() []string {
			server.Checkpoint(t)
			var all []string
			_ = filepath.WalkDir(filepath.Join(server.Dir(), "base"), func(path string, e fs.DirEntry, err error) error {
				if err == nil && !e.IsDir() {
					all = append(all, path)
				}
				return nil
			})
			return all
		}
		w, look := dumped(t, d, files)
		check(t, w, d, look)
	})
}

// What the pages about privacy admit: of whoever is the only one of their group to take part,
// the link in their mail and a copy of the database, mixed, tell what they answered.
func TestTheOnlyOneOfAGroupIsKnownFromTheirLinkAndAMixedCopy(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := given(t, d, surveys.Invited, 5)
		r := response("3", w.ballot(t, 2))
		r.Answers["afdeling"] = "zorg"
		_, err := w.writer.Submit(t.Context(), r, today)
		must(t, err)
		_, err = d.Mix(t.Context(), answers.Responses, ledger.Ballots)
		must(t, err)
		var used []string // by whose link the product says that it was used
		for k := range w.people {
			found, err := w.FindBallot(t.Context(), org, []responses.BallotHash{w.ballot(t, k)})
			must(t, err)
			if found.Spent && found.Values["afdeling"] == "zorg" {
				used = append(used, w.people[k].Name)
			}
		}
		var theirs []string
		for _, one := range w.stored(t) {
			if one.Answers["afdeling"] == "zorg" {
				theirs = append(theirs, one.Answers["werk"])
			}
		}
		if !slices.Equal(used, []string{"persoon 2"}) || !slices.Equal(theirs, []string{"3"}) {
			t.Errorf("used were the links of %v, and the department answered %v", used, theirs)
		}
	})
}

// The list of who is invited stays as it was, whoever takes part.
func TestTakingPartChangesNothingOnTheListOfWhoIsInvited(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := given(t, d, surveys.Invited, 5)
		before, err := w.ListInvitees(t.Context(), org, survey)
		must(t, err)
		_, err = w.writer.Submit(t.Context(), response("3", w.ballot(t, 0)), today)
		must(t, err)
		after, err := w.ListInvitees(t.Context(), org, survey)
		must(t, err)
		if !slices.Equal(before, after) {
			t.Errorf("the list changed from %+v to %+v", before, after)
		}
	})
}

// holdsSome spares searching a file for everything that holds not one of twenty.
func holdsSome(content []byte, sent []responses.Response) bool {
	for k := 0; k < len(sent); k += len(sent) / 20 {
		if bytes.Contains(content, sent[k].Ballot[:]) {
			return true
		}
	}
	return false
}

// flip is where a log first holds the row of a ballot changed: in the bytes before its
// hash, which tell the types of its columns, spent is another one.
func flip(log, hash []byte) int {
	const before = 14
	var first []byte
	for at := 0; ; {
		found := bytes.Index(log[at:], hash)
		if found < 0 {
			return -1
		}
		at += found
		if row := log[max(0, at-before):at]; first == nil {
			first = row
		} else if row[before-1] == first[before-1] && !bytes.Equal(row, first) {
			return at
		}
		at += len(hash)
	}
}

func places(keys [][]byte) map[string]int {
	at := make(map[string]int, len(keys))
	for n, k := range keys {
		at[string(k)] = n
	}
	return at
}

// correlation is Spearman's.
func correlation(a, b []float64) float64 {
	x, y, sum := ranks(a), ranks(b), 0.0
	for i := range x {
		sum += (x[i] - y[i]) * (x[i] - y[i])
	}
	n := float64(len(a))
	return 1 - 6*sum/(n*(n*n-1))
}

func ranks(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(values[i], values[j]) })
	rank := make([]float64, len(values))
	for r, i := range order {
		rank[i] = float64(r)
	}
	return rank
}
