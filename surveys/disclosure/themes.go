package disclosure

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/texts"
)

// The rule for themes. A publication is about everybody whose text was coded, 10 or
// more, and about no group of them. What a next one could give away is a difference in
// time: between two publications a few texts were coded anew, or a few people withdrew.
// So, with k the smallest group and at least 10:
//
//   - nothing is published when 1 to k−1 people are counted who were not in an earlier
//     publication, or 1 to k−1 are not counted any more who were, or when a set of 1 to
//     k−1 people can be derived from all bases that were ever shown (audit). That one
//     who withdrew would be hidden among those who came is not enough: a theme whose
//     number stays says that they did not have it;
//   - a theme stands in it without a number when the people who have it differ from
//     those who had it in an earlier publication that showed it by 1 to k−1.
//
// So every figure about a theme that is shown twice changed by nobody or by k people.

// Coding is all that a publication of the themes of a question rests on. Reviews are
// those of all texts to the question whose response is still there; Newest and Memory
// those of the publication before, nil for the first.
type Coding struct {
	List    *texts.Themes
	Reviews []*texts.Review
	Newest  *Themed
	Memory  *ThemeMemory
}

// ForeseeThemes tells what PublishThemes would do, and changes nothing: withheld are the
// codes of the themes that would stand without a number.
func ForeseeThemes(s *surveys.Survey, r *Release, coding Coding, today surveys.Date) (withheld []string, err error) {
	c, err := countThemes(s, r, coding, today)
	if err != nil {
		return nil, err
	}
	return c.withheld, nil
}

// PublishThemes makes the next publication of the themes of a question, and the memory
// to go on from. It notes in the reviews that they were counted. Refusals are
// surveys.Invalid; ErrNoMemory when what was shown before is not known.
func PublishThemes(s *surveys.Survey, r *Release, coding Coding, today surveys.Date) (*Themed, *ThemeMemory, error) {
	c, err := countThemes(s, r, coding, today)
	if err != nil {
		return nil, nil, err
	}
	list := c.List
	for _, review := range c.coded {
		review.Shown = append(review.Shown, texts.Shown{Number: c.number, Themes: list.Of(review)})
	}
	next := themeMemory{Number: c.number, People: maps.Clone(c.gone), Members: map[int]map[string]int{c.number: {}}}
	for number, members := range c.past.Members {
		next.Members[number] = members
	}
	for _, review := range c.Reviews {
		if len(review.Shown) > 0 {
			next.People[patternOf(review)]++
		}
	}
	for _, theme := range c.figure.Cells {
		if theme.Hidden == "" {
			next.Members[c.number][theme.Name] = theme.Count
		}
	}
	t := &Themed{Org: s.Org, Survey: s.ID, Question: list.Question, Number: c.number, MadeOn: today}
	asked, _ := r.Question(list.Question)
	t.shown = themedShown{Release: r.Number, Figure: c.figure,
		Question: Question{Name: t.Name(), Kind: Many, Label: asked.Label, Unread: asked.Unread, Of: list.Question}}
	return t, &ThemeMemory{next}, nil
}

// themeCount is the count of a publication, with what the rule says about it.
type themeCount struct {
	Coding
	least    int
	number   int
	past     themeMemory
	coded    []*texts.Review
	gone     map[string]int // people counted before whose text is no more, by pattern
	figure   *figure
	withheld []string
	same     bool // nobody was added, withdrawn or coded otherwise since the newest
}

func countThemes(s *surveys.Survey, r *Release, coding Coding, today surveys.Date) (*themeCount, error) {
	c := &themeCount{Coding: coding, least: max(exactFrom, s.SmallestGroup), number: 1}
	var wrong surveys.Invalid
	if !TextsInView(s, r, c.List.Question, today) {
		wrong.Add("publiceren", "themes.not_in_view")
		return nil, wrong
	}
	if err := c.follow(); err != nil {
		return nil, fmt.Errorf("themes of question %s of survey %s: %w", c.List.Question, s.ID, err)
	}
	for _, review := range c.Reviews {
		if review.Coded {
			c.coded = append(c.coded, review)
		}
	}
	c.count(r)
	wrong.Require(len(c.List.Active()) > 0, "publiceren", "themes.no_themes")
	wrong.Require(len(c.coded) >= c.least, "publiceren", "themes.too_few")
	if len(wrong) == 0 {
		wrong.Require(c.baseHolds(), "publiceren", "themes.few_changed")
	}
	if len(wrong) == 0 && c.Newest != nil && c.same {
		wrong.Require(!sameWords(c.Newest.shown.Figure, c.figure), "publiceren", "themes.nothing_new")
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	return c, nil
}

// follow takes up what was shown before, and finds how many of those people are gone.
func (c *themeCount) follow() error {
	c.past = themeMemory{Members: map[int]map[string]int{}}
	switch {
	case c.Newest == nil && c.Memory == nil:
	case c.Newest == nil || c.Memory == nil || c.Memory.mem.Number != c.Newest.Number:
		return ErrNoMemory
	default:
		c.past, c.number = c.Memory.mem, c.Newest.Number+1
	}
	c.gone = maps.Clone(c.past.People)
	if c.gone == nil {
		c.gone = map[string]int{}
	}
	for _, review := range c.Reviews {
		if len(review.Shown) == 0 {
			continue
		}
		pattern := patternOf(review)
		c.gone[pattern]--
		if c.gone[pattern] < 0 {
			return ErrNoMemory
		}
	}
	return nil
}

// patternOf are the publications in which a text was counted: "1 3".
func patternOf(r *texts.Review) string {
	numbers := make([]string, len(r.Shown))
	for i, s := range r.Shown {
		numbers[i] = strconv.Itoa(s.Number)
	}
	return strings.Join(numbers, " ")
}

func inPattern(pattern string, number int) bool {
	return slices.Contains(strings.Fields(pattern), strconv.Itoa(number))
}

// count makes the figure, and leaves the number of a theme out where the rule says so.
func (c *themeCount) count(r *Release) {
	asked, _ := r.Question(c.List.Question)
	c.figure = &figure{Question: asked.Label, Base: len(c.coded)}
	now := make([][]string, len(c.Reviews)) // the themes with which each would be counted
	for i, review := range c.Reviews {
		if review.Coded {
			now[i] = c.List.Of(review)
		}
	}
	added, gone := c.changed(c.number - 1)
	c.same = c.number > 1 && added+gone == 0
	for _, theme := range c.List.Active() {
		one := cell{Name: theme.Code, Label: theme.Name}
		for _, has := range now {
			if slices.Contains(has, theme.Code) {
				one.Count++
			}
		}
		for number := range c.number {
			changed := c.changedMembers(number, theme.Code, now)
			if number == c.number-1 {
				c.same = c.same && changed == 0
			}
			if few(changed, c.least) {
				one.Hidden = Withheld
			}
		}
		if one.Hidden != "" {
			one.Count = 0
			c.withheld = append(c.withheld, theme.Code)
		}
		c.figure.Cells = append(c.figure.Cells, one)
	}
}

// changed is how many people the base counts who were not in that of an earlier
// publication, and how many were who are not counted any more.
func (c *themeCount) changed(number int) (added, gone int) {
	for _, review := range c.Reviews {
		switch _, counted := review.In(number); {
		case review.Coded && !counted:
			added++
		case counted && !review.Coded:
			gone++
		}
	}
	for pattern, people := range c.gone {
		if inPattern(pattern, number) {
			gone += people
		}
	}
	return added, gone
}

// changedMembers is by how many people those who have a theme differ from those of an
// earlier publication; 0 when it did not show the theme.
func (c *themeCount) changedMembers(number int, code string, now [][]string) int {
	before, shown := c.past.Members[number][code]
	if !shown {
		return 0
	}
	n := 0
	for i, review := range c.Reviews {
		themes, _ := review.In(number)
		had := slices.Contains(themes, code)
		if had {
			before--
		}
		if had != slices.Contains(now[i], code) {
			n++
		}
	}
	return n + max(0, before) // those who had it and are gone
}

// baseHolds tells whether the base may be shown beside those of all earlier
// publications.
func (c *themeCount) baseHolds() bool {
	for number := 1; number < c.number; number++ {
		if added, gone := c.changed(number); few(added, c.least) || few(gone, c.least) {
			return false
		}
	}
	type kind struct {
		pattern string
		now     bool
	}
	people := map[kind]int{}
	for _, review := range c.Reviews {
		people[kind{patternOf(review), review.Coded}]++
	}
	for pattern, n := range c.gone {
		people[kind{pattern, false}] += n
	}
	var kinds []kind
	var atoms []int
	for k, n := range people {
		if n > 0 && (k.pattern != "" || k.now) {
			kinds, atoms = append(kinds, k), append(atoms, n)
		}
	}
	a := newAudit(c.least, atoms, nil)
	for number := 1; number < c.number; number++ {
		a.remember(func(i int) bool { return inPattern(kinds[i].pattern, number) }, nil)
	}
	return a.admit(func(i int) bool { return kinds[i].now })
}

// few tells whether so many people are somebody, and fewer than least.
func few(people, least int) bool { return people > 0 && people < least }

// sameWords tells whether two figures have the same themes with the same words.
func sameWords(a, b *figure) bool {
	return slices.EqualFunc(a.Cells, b.Cells, func(x, y cell) bool {
		return x.Name == y.Name && x.Label == y.Label && x.Hidden == y.Hidden
	})
}

// RecountThemes counts a publication once more from the reviews and the list that are
// there now, of the people whom it counted: the same digits, or that texts were
// withdrawn or sorted anew since, or deleted, and then none. Who was sorted only after
// it is not counted.
func RecountThemes(s *surveys.Survey, t *Themed, list *texts.Themes, reviews []*texts.Review, a Address) (Outcome, Protected) {
	if t.fingerprint() != a.Fingerprint {
		return Another, Protected{}
	}
	if s.TextsErased() {
		return Erased, Protected{}
	}
	base, members := 0, map[string]int{}
	for _, review := range reviews {
		if _, counted := review.In(t.Number); !counted || !review.Coded {
			continue
		}
		base++
		for _, code := range list.Of(review) {
			members[code]++
		}
	}
	same := base == t.shown.Figure.Base
	for _, one := range t.shown.Figure.Cells {
		same = same && (one.Hidden != "" || members[one.Name] == one.Count)
	}
	if !same {
		return Changed, Protected{}
	}
	return Same, t.Figure()
}
