package disclosure_test

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
)

// place is what a number that somebody reads is about: how many people of a group gave
// an answer to a question. The answer "" is any; the question "" is taking part.
type place struct {
	question string
	group    disclosure.Group
	answer   string
}

// noAnswer stands in the place of an answer where none was given.
const noAnswer = "?"

// numbers is between what a number lies: the same twice, or what a band leaves.
type numbers struct{ least, most int }

// reading is everything that was read of a survey at one moment, from whatever page or
// file. A number that is read twice must be the same.
type reading struct {
	t     testing.TB
	found map[place]numbers
	times int // numbers read, also those that were known

	beyond      map[string]int      // how many numbers were read beyond its own results, by where
	others      map[string]*reading // of the surveys that were read before, by title; nil when they were not
	earlierOnes []before            // that the page being read shows of one of them
	finds       []string            // where findings are made of figures
}

func (r *reading) note(from string, at place, n numbers) {
	r.t.Helper()
	r.times++
	if was, known := r.found[at]; known && was != n {
		r.t.Errorf("%s: %v is %v, elsewhere it was %v", from, at, n, was)
	}
	r.found[at] = n
}

// called gives the names of values, and of answers, by how pages call them. Whoever
// attacks knows the questionnaire.
var (
	calledValue  = map[string]disclosure.Group{"A en B samen": {Breakdown: axes[0], Value: "samen"}}
	calledAnswer = map[string]string{}
)

func init() {
	for axis, name := range axes {
		for i := range values {
			calledValue[fmt.Sprintf("%s %c", name, rune('A'+i))] = disclosure.Group{Breakdown: name, Value: valueOf(axis, i)}
		}
	}
	for i := range 5 {
		calledAnswer[fmt.Sprintf("antwoord %c", rune('a'+i))] = fmt.Sprint(i + 1)
	}
	for _, name := range []string{"balie", "brief", "bel"} {
		calledAnswer["per "+name] = name
	}
}

// groupCalled is the group of a text; two values stand with a comma between them.
func groupCalled(text string) (disclosure.Group, bool) {
	one, two, pair := strings.Cut(text, ", ")
	g, known := calledValue[one]
	if pair && known {
		second, also := calledValue[two]
		return g.And(second), also
	}
	return g, known
}

// answerCalled is the answer, or the two of a band, with that text. A number stands for
// itself.
func answerCalled(text string) string {
	var names []string
	for part := range strings.SplitSeq(text, " / ") {
		if name, known := calledAnswer[part]; known {
			part = name
		}
		names = append(names, strings.Replace(part, "−", "-", 1))
	}
	return strings.Join(names, " ")
}

func squeezed(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

var (
	inBand   = regexp.MustCompile(`^(\d+) tot (\d+) %`)
	firstIs  = regexp.MustCompile(`^([\d.]+) `)
	skipped  = regexp.MustCompile(`([\d.]+) mens(?:en)? g[aev]+n? geen antwoord`)
	ofPeople = regexp.MustCompile(`([\d.]+) mens(?:en)?(?: ?Bevinding.*)?$`)
)

func whole(text string) (int, bool) {
	n, err := strconv.Atoi(strings.ReplaceAll(strings.TrimSpace(text), ".", ""))
	return n, err == nil
}

// band is between what the number of a base lies of which a band of per cents is shown.
func band(from, to string, base int) numbers {
	low, _ := strconv.Atoi(from)
	high, _ := strconv.Atoi(to)
	n := numbers{base, 0}
	for i := range base + 1 {
		if 100*i >= low*base && 100*i <= high*base {
			n.least, n.most = min(n.least, i), max(n.most, i)
		}
	}
	return n
}

// page reads a page of results, of which the questions are those of a group.
func (r *reading) page(g got, of disclosure.Group) {
	r.t.Helper()
	doc := g.page(r.t)
	if n, ok := whole(doc.Find(".wk-figures .wk-figure").First().Text()); ok {
		r.note(g.path, place{}, numbers{n, n})
	}
	doc.Find(`section[aria-labelledby="wie"] tbody tr`).Each(func(_ int, row *goquery.Selection) {
		group, known := groupCalled(squeezed(row.Find("th")))
		if n, ok := whole(row.Find("td.utrecht-table__cell--numeric-column").Text()); ok && known {
			r.note(g.path, place{"", group, ""}, numbers{n, n})
		}
	})
	doc.Find(`section[aria-labelledby^="v-"]`).Each(func(_ int, s *goquery.Selection) {
		r.figure(g.path, strings.TrimPrefix(s.AttrOr("aria-labelledby", ""), "v-"), of, s)
	})
	doc.Find(`a[href*="/bevinding?"]`).Each(func(_ int, link *goquery.Selection) {
		if at := link.AttrOr("href", ""); !slices.Contains(r.finds, at) {
			r.finds = append(r.finds, at)
		}
	})
	split := doc.Find(`section[aria-labelledby="uit"]`)
	chosen := func(list string) string {
		return split.Find(`select[name="`+list+`"] option[selected]`).AttrOr("value", "")
	}
	split.Find("table").Each(func(_ int, table *goquery.Selection) {
		if table.PrevAll().Filter("#verloop").Length() > 0 || table.Parent().PrevAll().Filter("#verloop").Length() > 0 {
			if r.others != nil {
				r.trend(g.path, table, chosen("antwoord"), of)
			}
			return
		}
		var within disclosure.Group
		if title := squeezed(table.Closest("section.utrecht-table-container").Prev().Filter("h3")); title != "" {
			within, _ = groupCalled(title)
		}
		r.groups(g.path, table, chosen("vraag"), within)
		table.Find("tbody tr").Each(func(_ int, row *goquery.Selection) {
			answer := chosen("antwoord")
			if answer == "" {
				answer = highest
			}
			if group, known := groupCalled(squeezed(row.Find("th"))); known {
				r.earlier(row, chosen("vraag"), group, answer)
			}
		})
	})
	r.settle(g.path)
}

// figure reads the whole distribution of a question.
func (r *reading) figure(from, question string, of disclosure.Group, s *goquery.Selection) {
	caption := squeezed(s.Find("caption"))
	match := firstIs.FindStringSubmatch(caption)
	if match == nil {
		return // not shown
	}
	base, _ := whole(match[1])
	r.note(from, place{question, of, ""}, numbers{base, base})
	if match := skipped.FindStringSubmatch(caption); match != nil {
		n, _ := whole(match[1])
		r.note(from, place{question, of, noAnswer}, numbers{n, n})
	}
	s.Find("tbody tr").Each(func(_ int, row *goquery.Selection) {
		at := place{question, of, answerCalled(squeezed(row.Find("th")))}
		if n, ok := whole(row.Find("td").Last().Text()); ok {
			r.note(from, at, numbers{n, n})
		} else if match := inBand.FindStringSubmatch(squeezed(row.Find("td").First())); match != nil {
			r.note(from, at, band(match[1], match[2], base))
		} else {
			r.t.Errorf("%s: nothing can be read of %v in %q", from, at, squeezed(row))
		}
		r.earlier(row, question, of, at.answer)
	})
	r.sum(from, squeezed(s), question, of, "")
}

// groups reads a table of groups beside each other, or against each other.
func (r *reading) groups(from string, table *goquery.Selection, question string, within disclosure.Group) {
	head := table.Find("thead th")
	table.Find("tbody tr").Each(func(_ int, row *goquery.Selection) {
		name := squeezed(row.Find("th"))
		group, isGroup := groupCalled(name)
		row.Find("td").Each(func(i int, cell *goquery.Selection) {
			column, across := groupCalled(squeezed(head.Eq(i + 1)))
			match := ofPeople.FindStringSubmatch(squeezed(cell))
			at := place{question: question}
			switch {
			case across && match != nil && isGroup: // two breakdowns against each other
				at.group = together(group, column)
			case across && match != nil: // questions against groups
				at.question = strings.TrimPrefix(name, "Vraag over ")
				if strings.HasPrefix(name, "Kloof") {
					at.question = "kloof"
				}
				if at.group = column; within != (disclosure.Group{}) {
					at.group = together(within, column)
				}
			case isGroup && cell.AttrOr("data-label", "") == "Mensen":
				match, at.group = []string{"", cell.Text()}, group
			default:
				if strings.Contains(cell.Text(), " mens") {
					r.t.Errorf("%s: nothing can be read of %q beside %q", from, squeezed(cell), name)
				}
				return
			}
			if n, ok := whole(match[1]); ok {
				r.note(from, at, numbers{n, n})
			} else {
				r.t.Errorf("%s: %q is no number of people", from, match[1])
			}
		})
	})
}

// together is the pair of two values as surveys of the town declare it.
func together(a, b disclosure.Group) disclosure.Group {
	if a.Breakdown == axes[0] {
		return a.And(b)
	}
	return b.And(a)
}

// read reads what anybody can come by of a survey now: its page of results by every
// list that it offers, what a council sees, and the files. The page alone, unless all.
func (w *town) read(s *surveys.Survey, all bool) *reading {
	w.t.Helper()
	r := &reading{t: w.t, found: map[place]numbers{}, beyond: w.beyond}
	if all {
		r.others = w.readings
	}
	m := surveys.ProgrammeManager
	first := w.get(m, at(s, "/resultaten"))
	r.page(first, disclosure.Group{})
	doc := first.page(w.t)
	values := func(list string) []string {
		return doc.Find(`select[name="` + list + `"] option`).Map(func(_ int, o *goquery.Selection) string { return o.AttrOr("value", "") })
	}
	ask := func(fields ...string) got {
		query := url.Values{}
		for i := 0; i < len(fields); i += 2 {
			query.Set(fields[i], fields[i+1])
		}
		return w.get(m, at(s, "/resultaten?"+query.Encode()))
	}
	for _, g := range values("groep")[min(1, len(values("groep"))):] {
		r.page(ask("groep", g), groupOf(g))
	}
	for _, by := range values("naar") {
		r.page(ask("naar", by, "vraag", "*"), disclosure.Group{})
	}
	if len(s.Pairs) > 0 {
		r.page(ask("naar", s.Pairs[0].First, "en", s.Pairs[0].Second, "vraag", "*"), disclosure.Group{})
		r.page(ask("naar", s.Pairs[0].Second, "en", s.Pairs[0].First, "vraag", "cijfer"), disclosure.Group{})
	}
	if !all {
		return r
	}
	for _, by := range values("naar") {
		r.page(ask("naar", by, "vraag", "manier", "antwoord", "balie"), disclosure.Group{})
	}
	r.page(w.get(surveys.CouncilMember, "/beheer/raad/"+string(s.ID)), disclosure.Group{})
	r.csv(w.get(m, at(s, "/export/csv")), ',')
	r.csv(w.get(m, at(s, "/export/excel")), ';')
	r.workbook(w.get(m, at(s, "/export/xlsx")))
	r.json(w.get(m, at(s, "/export/json")))
	for _, path := range []string{"/beheer", "/beheer/uitvragen", at(s, "")} {
		r.standing(w.get(m, path), s)
	}
	for _, g := range append([]string{""}, values("groep")[min(1, len(values("groep"))):]...) {
		if groupOf(g).With != "" {
			continue // there needs are of one breakdown
		}
		r.needs(w.get(m, "/beheer/opleidingen/behoeften?"+url.Values{"uitvraag": {string(s.ID)}, "groep": {g}}.Encode()), groupOf(g))
	}
	w.findings(r, s)
	w.readings[s.Title.NL] = r
	return r
}

// groupOf is the group that an address names.
func groupOf(text string) disclosure.Group {
	one, two, pair := strings.Cut(text, ",")
	breakdown, value, _ := strings.Cut(one, ":")
	g := disclosure.Group{Breakdown: breakdown, Value: value}
	if pair {
		g = g.And(groupOf(two))
	}
	return g
}

// standing reads how many took part, as lists of surveys say it.
func (r *reading) standing(g got, s *surveys.Survey) {
	row := g.page(r.t).Find("tr, dl").FilterFunction(func(_ int, row *goquery.Selection) bool {
		return strings.Contains(row.Text(), s.Title.NL) || g.path == at(s, "")
	}).First()
	if match := tookPart.FindStringSubmatch(squeezed(row)); match != nil {
		n, _ := whole(match[1])
		r.note(g.path, place{}, numbers{n, n})
	}
}

var tookPart = regexp.MustCompile(`([\d.]+) stand van`)
