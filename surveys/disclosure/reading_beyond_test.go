package disclosure_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
)

// What is read beyond a survey's own results: the pages of findings that are made of
// them, what people need to learn, and what stands on them of earlier surveys that asked
// the same. Of those only whole per cents are shown, so a number is one of a few.

// highest are the two highest steps of a scale of five.
const highest = "4 5"

var (
	perCent  = regexp.MustCompile(`^(\d+) %`)
	summedUp = regexp.MustCompile(`(Twee hoogste antwoorden samen|Vet gedrukt): (\d+) % .*?, ([\d.]+) van ([\d.]+)\.`)
	someOf   = regexp.MustCompile(`([\d.]+) van ([\d.]+)$`)
	meansOf  = regexp.MustCompile(`Belang (\S+), niveau (\S+?)$`)
)

// rounded is between what the number lies of which a whole per cent of a base is shown,
// or a band of per cents; false when the text shows neither.
func rounded(text string, base int) (numbers, bool) {
	if match := inBand.FindStringSubmatch(text); match != nil {
		return band(match[1], match[2], base), true
	}
	match := perCent.FindStringSubmatch(text)
	if match == nil {
		return numbers{}, false
	}
	percent, _ := strconv.Atoi(match[1])
	n := numbers{base, 0}
	for i := range base + 1 {
		if base > 0 && (200*i+base)/(2*base) == percent {
			n.least, n.most = min(n.least, i), max(n.most, i)
		}
	}
	return n, n.least <= n.most
}

// people is how many people are known to be in a place: as it was read, or summed up of
// the answers of which it consists.
func (r *reading) people(at place) (numbers, bool) {
	if n, known := r.found[at]; known {
		return n, true
	}
	n := numbers{}
	for answer := range strings.FieldsSeq(at.answer) {
		one, known := r.found[place{at.question, at.group, answer}]
		if !known {
			return n, false
		}
		n.least, n.most = n.least+one.least, n.most+one.most
	}
	return n, at.answer != ""
}

// agree notes a number, or what is left of it by rounding: it may not contradict what is
// known, and what is not known becomes so.
func (r *reading) agree(from string, at place, n numbers) {
	r.t.Helper()
	if known, there := r.people(at); !there {
		r.note(from, at, n)
	} else if r.times++; n.least > known.most || n.most < known.least {
		r.t.Errorf("%s: %v is %v, elsewhere it was %v", from, at, n, known)
	}
}

// evidence reads the frozen figure on a page of a finding.
func (r *reading) evidence(g got, question string, of disclosure.Group) {
	r.t.Helper()
	panel := g.page(r.t).Find(`aside[aria-labelledby="bewijs"]`)
	said := squeezed(panel.Find("table ~ p").First())
	match := firstIs.FindStringSubmatch(said)
	if panel.Find("table").Length() != 1 || match == nil {
		r.t.Fatalf("%s: no evidence is read in %q", g.path, squeezed(panel))
	}
	base, _ := whole(match[1])
	r.agree(g.path, place{question, of, ""}, numbers{base, base})
	r.beyond["a finding"]++
	bold := ""
	panel.Find("tbody tr").Each(func(_ int, row *goquery.Selection) {
		answer := answerCalled(squeezed(row.Find("th")))
		n, shown := rounded(squeezed(row.Find("td")), base)
		if !shown {
			r.t.Errorf("%s: nothing can be read of %q", g.path, squeezed(row))
		}
		if row.Find("th strong").Length() > 0 {
			bold = strings.TrimSpace(bold + " " + answer)
		}
		r.agree(g.path, place{question, of, answer}, n)
	})
	r.sum(g.path, said, question, of, bold)
}

// sum reads what a figure says of its two highest answers together, or of those in bold.
func (r *reading) sum(from, said, question string, of disclosure.Group, bold string) {
	r.t.Helper()
	if match := summedUp.FindStringSubmatch(said); match != nil {
		n, _ := whole(match[3])
		base, _ := whole(match[4])
		if match[1] != "Vet gedrukt" {
			bold = highest
		}
		r.agree(from, place{question, of, bold}, numbers{n, n})
		r.agree(from, place{question, of, ""}, numbers{base, base})
	}
}

// needs reads what the page of needs says of a group: its gap, and means of scales of
// which all answers have to be known.
func (r *reading) needs(g got, of disclosure.Group) {
	r.t.Helper()
	g.page(r.t).Find("tbody tr").Each(func(_ int, row *goquery.Selection) {
		cells := row.Find("td")
		match := someOf.FindStringSubmatch(squeezed(cells.Eq(1)))
		if match == nil {
			return // not shown
		}
		n, _ := whole(match[1])
		base, _ := whole(match[2])
		r.beyond["needs"]++
		r.agree(g.path, place{"kloof", of, ""}, numbers{base, base})
		if at := (place{"kloof", of, "1 2 3 4"}); r.found[place{"kloof", of, ""}] == (numbers{base, base}) {
			r.more(g.path, at, n)
		}
		match = meansOf.FindStringSubmatch(squeezed(cells.Eq(0)))
		for i, question := range []string{"belang", "niveau"} {
			if match != nil {
				r.mean(g.path, question, of, match[i+1])
			}
		}
	})
}

// more reads a sum over answers; one that nobody gave stands nowhere.
func (r *reading) more(from string, at place, n int) {
	r.t.Helper()
	sum, exact := 0, true
	for answer := range strings.FieldsSeq(at.answer) {
		one := r.found[place{at.question, at.group, answer}]
		sum, exact = sum+one.least, exact && one.least == one.most
	}
	if r.times++; !exact || sum != n {
		r.t.Errorf("%s: %v is %d, elsewhere it is %d (of figures without bands: %t)", from, at, n, sum, exact)
	}
}

func (r *reading) mean(from, question string, of disclosure.Group, said string) {
	r.t.Helper()
	if said == "" {
		return
	}
	sum, people := 0, 0
	for step := 1; step <= 5; step++ {
		n, known := r.found[place{question, of, fmt.Sprint(step)}]
		if !known || n.least != n.most {
			r.t.Errorf("%s: the mean %s of %s in %v is of answers that are not shown", from, said, question, of)
			return
		}
		sum, people = sum+step*n.least, people+n.least
	}
	mean, err := strconv.ParseFloat(strings.Replace(said, ",", ".", 1), 64)
	if r.times++; err != nil || people == 0 || mean-float64(sum)/float64(people) > 0.0501 || float64(sum)/float64(people)-mean > 0.0501 {
		r.t.Errorf("%s: %s has the mean %s, and %d points of %d people", from, question, said, sum, people)
	}
}

// trend reads a question over the surveys that asked it. What it says of another survey
// must be what that one's own pages say: those were attacked.
func (r *reading) trend(from string, table *goquery.Selection, answer string, of disclosure.Group) {
	r.t.Helper()
	question, _, _ := strings.Cut(strings.TrimPrefix(squeezed(table.Find("caption")), "Vraag over "), " (")
	if strings.HasPrefix(question, "Kloof") {
		question = "kloof"
	}
	if answer == "" {
		answer = highest
	}
	table.Find("tbody tr").Each(func(_ int, row *goquery.Selection) {
		head := squeezed(row.Find("th"))
		title, _, _ := strings.Cut(head, ",")
		about, another := r.others[title]
		if mine := strings.Contains(head, "(deze)"); mine {
			about = r
		} else if !another {
			r.t.Errorf("%s: %q is a survey that nobody read", from, title)
			return
		}
		base, shown := whole(row.Find("td").Last().Text())
		if !shown {
			return
		}
		n, _ := rounded(squeezed(row.Find("td").First()), base)
		if about == r {
			r.agree(from, place{question, of, ""}, numbers{base, base})
			r.agree(from, place{question, of, answer}, n)
			return
		}
		r.times++
		r.beyond["a trend"]++
		if !about.says(place{question, of, ""}, numbers{base, base}) || !about.says(place{question, of, answer}, n) {
			r.t.Errorf("%s: %q of %s in %v is %v of %d people, which its own pages do not say", from, answer, title, of, n, base)
		}
	})
}

// says tells whether what was read of a survey holds a number, or all that rounding
// leaves of it.
func (r *reading) says(at place, n numbers) bool {
	known, there := r.people(at)
	return there && known.least <= n.most && n.least <= known.most
}

// before is a share of the survey before, beside one of this.
type before struct {
	question string
	group    disclosure.Group
	answer   string
	text     string
}

// earlier takes up the share of the survey before that a row shows.
func (r *reading) earlier(row *goquery.Selection, question string, of disclosure.Group, answer string) {
	if text := squeezed(row.Find(`td[data-label^="Eerder"]`)); text != "" && text != "Geen cijfer" {
		r.earlierOnes = append(r.earlierOnes, before{question, of, answer, text})
	}
}

// settle looks for the survey whose own pages say all that a page shows of the one
// before.
func (r *reading) settle(from string) {
	r.t.Helper()
	defer func() { r.earlierOnes = nil }()
	if len(r.earlierOnes) == 0 || r.others == nil {
		return
	}
	r.times += len(r.earlierOnes)
	r.beyond["the survey before"] += len(r.earlierOnes)
	for _, other := range r.others {
		fits := true
		for _, b := range r.earlierOnes {
			base, known := other.people(place{b.question, b.group, ""})
			n, read := rounded(b.text, base.most)
			fits = fits && known && base.least == base.most && read && other.says(place{b.question, b.group, b.answer}, n)
		}
		if fits {
			return
		}
	}
	r.t.Errorf("%s: no survey says by itself what is shown of the one before: %v", from, r.earlierOnes)
}

// kept is a finding as it was when it was made.
type kept struct{ path, evidence string }

// findings makes findings of some of the figures that pages offered, reads them, and
// looks whether those that were made before stayed what they were.
func (w *town) findings(r *reading, s *surveys.Survey) {
	w.t.Helper()
	m := surveys.ProgrammeManager
	for _, one := range w.found[s.ID] {
		if now := squeezed(w.get(m, one.path).page(w.t).Find(`aside[aria-labelledby="bewijs"]`)); now != one.evidence {
			w.t.Errorf("%s was %q, and is %q", one.path, one.evidence, now)
		}
	}
	const made = 5 // findings of a release
	for i := 0; i < len(r.finds); i += max(1, len(r.finds)/made) {
		at, err := url.Parse(r.finds[i])
		must(w.t, err)
		question, of := at.Query().Get("vraag"), groupOf(at.Query().Get("groep"))
		asked := w.get(m, r.finds[i])
		r.evidence(asked, question, of)
		form := url.Values{"vraag": {question}, "groep": {at.Query().Get("groep")}, "statement": {"Dit viel op."},
			"stand": {asked.page(w.t).Find(`[name="stand"]`).AttrOr("value", "")}}
		if answer, offered := asked.page(w.t).Find(`[name="antwoord"]`).First().Attr("value"); offered && i%2 == 0 {
			form.Set("antwoord", answer)
		}
		page := w.post(m, at.Path, form)
		path, _, _ := strings.Cut(page.path, "?")
		r.evidence(page, question, of)
		w.found[s.ID] = append(w.found[s.ID], kept{path, squeezed(page.page(w.t).Find(`aside[aria-labelledby="bewijs"]`))})
	}
}
