package disclosure_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

// What is random on a page says nothing: the sealed field of a respondent's page, and
// the secret of a second step that is offered.
var random = regexp.MustCompile(`name="tot-nu-toe" value="[^"]*"|(?s)<svg class="wk-qr".*?</svg>|name="geheim" value="[^"]*"|<p class="wk-panel">[A-Z2-7 ]{39}</p>`)

// mostPages bounds a walk; a walk that reaches it fails the test.
const mostPages = 600

// everything is every page and file that anybody can come to by links and by the
// forms that only ask, and the metrics: by who looked and the address.
func (w *town) everything() map[string]string {
	w.t.Helper()
	all := map[string]string{"metrics": w.measured()}
	for _, role := range lookers {
		queue, seen := []string{"/", "/beloften", "/code", "/privacy", "/toegankelijkheid"}, map[string]bool{}
		switch role {
		case surveys.CouncilMember:
			queue = append(queue, "/beheer/raad", "/beheer/account")
		case visitor:
		default:
			queue = append(queue, "/beheer", "/beheer/account")
		}
		for len(queue) > 0 {
			path := queue[0]
			queue = queue[1:]
			if seen[path] || role != visitor && !strings.HasPrefix(path, "/beheer") { // public pages are the same for all
				continue
			}
			seen[path] = true
			if len(seen) > mostPages {
				w.t.Fatalf("as %q there are more than %d pages: %v", role, mostPages, queue[:20])
			}
			g := w.get(role, path)
			all[fmt.Sprintf("as %q: %s", role, path)] = fmt.Sprint(g.status, " ", g.path, "\n", readable(w.t, g.body))
			if bytes.HasPrefix(bytes.TrimSpace(g.body), []byte("<!")) {
				queue = append(queue, onward(g)...)
			}
		}
	}
	return all
}

// measured are the metrics without what the machine itself says.
func (w *town) measured() string {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.metrics, nil)
	must(w.t, err)
	var kept []string
	for line := range strings.Lines(string(w.do(visitor, r).body)) {
		// Requests of staff are the reader's own.
		if strings.HasPrefix(line, "weerklank_") && !strings.Contains(line, `audience="staff"`) {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

// readable is a page without what is random in it, and a workbook as the texts in it.
func readable(t testing.TB, body []byte) string {
	t.Helper()
	if !bytes.HasPrefix(body, []byte("PK\x03\x04")) {
		return random.ReplaceAllString(string(body), "")
	}
	book, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	must(t, err)
	var all []string // the parts of a workbook stand in any order
	for _, file := range book.File {
		in, err := file.Open()
		must(t, err)
		text, err := io.ReadAll(in)
		must(t, err)
		all = append(all, fmt.Sprintf("%s %v\n%s\n", file.Name, file.Modified, text))
	}
	slices.Sort(all)
	return strings.Join(all, "")
}

// onward are where links, and forms that only ask, lead from a page: each value of
// each of their lists, and of two of them together but of groups.
func onward(g got) []string {
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(g.body))
	if err != nil {
		return nil
	}
	here, err := url.Parse(g.path)
	if err != nil {
		return nil
	}
	var next []string
	add := func(to string) {
		u, err := here.Parse(to)
		if err != nil || u.Scheme != "" || u.Path == "/beheer/logboek" && u.RawQuery != "" || u.Host != "" || strings.HasPrefix(u.Path, "/static/") || strings.HasSuffix(u.Path, "/uitloggen") {
			return
		}
		if asked := u.Query().Get("vraag"); strings.HasSuffix(u.Path, "/bevinding") && asked != "cijfer" {
			return // of one question the form for each group is enough
		}
		u.Fragment = ""
		next = append(next, u.RequestURI())
	}
	doc.Find("a[href]").Each(func(_ int, a *goquery.Selection) { add(a.AttrOr("href", "")) })
	if asked := here.Query(); strings.HasSuffix(here.Path, "/resultaten") && deeper(asked) || len(asked) == 0 && !strings.Contains(here.Path, "/logboek") && !strings.Contains(here.Path, "/raad/") {
		doc.Find(`form[method="get"] select[name] option`).Each(func(_ int, o *goquery.Selection) {
			query := maps.Clone(asked)
			if name := o.Closest("select").AttrOr("name", ""); len(asked) == 0 || name == "vraag" || name == "en" {
				query.Set(name, o.AttrOr("value", ""))
				add("?" + query.Encode())
			}
		})
	}
	return next
}

// deeper tells whether one more list is chosen from on a page of which so much is
// chosen already.
func deeper(chosen url.Values) bool {
	return len(chosen) == 0 || len(chosen) == 1 && chosen.Has("naar")
}

// differences names the pages on which two towns, or a town before and after, differ.
func differences(a, b map[string]string) []string {
	var list []string
	for _, at := range slices.Sorted(maps.Keys(a)) {
		if a[at] != b[at] {
			list = append(list, at+": "+firstDifference(a[at], b[at]))
		}
	}
	for _, at := range slices.Sorted(maps.Keys(b)) {
		if _, there := a[at]; !there {
			list = append(list, at+": only in one of the two")
		}
	}
	return list
}

func firstDifference(a, b string) string {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	around := func(s string) string { return s[max(0, n-160):min(len(s), n+80)] }
	return fmt.Sprintf("%q and %q", around(a), around(b))
}

// told lets a figure of the survey become a finding, a decision and a notice, so
// that there are such pages too.
func (w *town) told(s *surveys.Survey) {
	w.t.Helper()
	m := surveys.ProgrammeManager
	finding := w.post(m, at(s, "/bevinding"), url.Values{"vraag": {"cijfer"}, "stand": {"1"}, "statement": {"Het gaat."}})
	decision := w.post(m, finding.path+"/besluit", url.Values{"ga": {"vastleggen"}, "outcome": {"adopted"}, "what": {"Zo."}, "reason": {"Daarom."}, "decided_by": {"Raad"},
		"decided_on": {"17-11-2026"}, "next": {"Verder."}, "next_on": {"1 september 2027"}})
	if !strings.HasPrefix(decision.path, "/beheer/besluiten/") {
		w.t.Fatalf("no decision: %s", decision.path)
	}
	w.post(m, at(s, "/terugkoppeling"), url.Values{"soort": {"follow_up"}})
}

// Nobody's answer is on a page: what pages, files and metrics show is made of releases
// and of the programme, and stays the same when all answers are gone. A number that no
// reader of releases knows of would change.
func TestPagesAreMadeOfReleasesAndOfNoAnswers(t *testing.T) {
	w := givenTown(t)
	one := population(1, shape{least: 90, most: 90, axes: 2})
	s := w.survey("een", one.split)
	w.arrive(s, keyed(1, one.people), 1)
	w.release(s)
	w.told(s)
	before := w.everything()
	if len(before) < 100 {
		t.Fatalf("only %d pages were looked at", len(before))
	}
	must(t, w.database.Transact(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `DELETE FROM responses`)
		return err
	}))
	for _, d := range differences(before, w.everything()) {
		t.Errorf("without the answers there is something else at %s", d)
	}
	t.Logf("%d pages, files and figures", len(before))
}

// shown is what can be shown of a survey: its releases as they are stored, of which
// pages are made, and the pages that show most.
func (w *town) shown(s *surveys.Survey) map[string]string {
	w.t.Helper()
	all := map[string]string{"metrics": w.measured()}
	list, err := w.releases.ListReleases(w.t.Context(), council, s.ID)
	must(w.t, err)
	for _, r := range list {
		body, err := r.Encode()
		must(w.t, err)
		all[fmt.Sprint("release ", r.Number)] = string(body)
	}
	for _, path := range []string{at(s, "/resultaten"), at(s, "/export/json"), at(s, ""), "/beheer"} {
		all[path] = readable(w.t, w.get(surveys.ProgrammeManager, path).body)
	}
	all["council"] = readable(w.t, w.get(surveys.CouncilMember, "/beheer/raad/"+string(s.ID)).body)
	for _, path := range []string{"/", "/beloften/" + s.Slug, "/s/" + s.Slug} {
		all[path] = readable(w.t, w.get(visitor, path).body)
	}
	return all
}

// Two towns in which the same people answered are one and the same to everybody who
// looks; and they stay so when in one of them some more people, fewer than the smallest
// group, answer or take their answers back: at once, after the next release, and after
// the last one.
func TestTownsThatDifferInWhoWaitsLookTheSame(t *testing.T) {
	one, other := givenTown(t), givenTown(t)
	waited := 0
	for seed := range some(8) {
		p := population(seed, shape{least: 8, most: most(150), axes: 3})
		r := rand.New(rand.NewPCG(uint64(seed), 7)) //nolint:gosec // a test draws
		var more []somebody
		few := 1 + r.IntN(4) // fewer than five
		for i := range few {
			if r.IntN(3) == 0 && p.people[i].goes == 0 {
				p.people[i].goes = 2 // in the other town alone
				continue
			}
			late := drawn(r, p.axes, values)
			late.comes = 2
			more = append(more, late)
		}
		everybody := keyed(seed, append(slices.Clone(p.people), more...))
		name := fmt.Sprint("tweeling-", seed)
		mine, theirs := one.survey(name, p.split), other.survey(name, p.split)
		for _, w := range []*town{one, other} {
			w.arrive(mine, everybody, 1)
			w.release(mine)
		}
		is := one.shown(mine)
		same := func(when string) {
			t.Helper()
			for _, d := range differences(is, other.shown(theirs)) {
				t.Errorf("survey %d of %d people, %s: %s", seed, len(p.people), when, d)
			}
		}
		if seed == 0 {
			same("in which the same happened")
		}
		other.arrive(theirs, everybody, 2)
		same("where some wait")
		one.release(mine)
		other.release(theirs)
		is = one.shown(mine)
		same("at the release after they came or went")
		for _, w := range []*town{one, other} {
			was := w.now
			w.now = mine.Closes.Time().AddDate(0, 0, 2)
			w.release(mine)
			w.now = was
		}
		is = one.shown(mine)
		same("at the last release")
		waited += few
	}
	t.Logf("%d people waited in %d surveys", waited, some(8))
}
