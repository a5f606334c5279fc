package responses

import (
	"slices"
	"strconv"
	"strings"

	"weerklank.nl/weerklank/surveys"
)

// Rows of a list of people, as they stand in a file: the first is its heading.
const (
	mostPeople = 100_000
	mostName   = 120
	mostEmail  = 254 // RFC 5321
	mostHeads  = 10_000
	mostFaults = 100 // that are told one by one
)

// Attribute is a breakdown of the survey that a list may know of each person.
type Attribute struct {
	Name    string         // of the question
	Label   surveys.Text   // as its column may be called too
	Choices []surveys.Unit // values that it takes; none for any
}

// Person is a row of a list that can be invited.
type Person struct {
	Row    int          `json:"r"` // of the file, from 1
	Name   string       `json:"n,omitempty"`
	Email  string       `json:"e,omitempty"`
	Lang   surveys.Lang `json:"l,omitempty"`
	Values []string     `json:"v"`           // in the order of the attributes
	Heads  int          `json:"h,omitempty"` // of a row that only counts people; 0 for a person
}

// RowFault is what is wrong in a row, with the key of the text that says so.
type RowFault struct {
	Row    int
	Column string // as the file calls it; "" for the whole row
	Key    string
	Args   map[string]any
}

// List is a list as it was read.
type List struct {
	People   []Person
	Faults   []RowFault // with any of them nobody is invited; the newest mostFaults
	More     int        // faults beyond those
	Ignored  []string   // columns that we do not know
	Missing  []string   // attributes that no column holds
	Counted  bool       // it holds heads per group, and no person
	Repeated int        // rows that say again what stands above, and are left out
}

// columns are where things stand in a file.
type columns struct {
	name, first, infix, last, email, lang, heads int
	attribute                                    []int
}

// headings are the names by which people call a column, in Dutch and English.
var headings = map[string][]string{
	"name":  {"naam", "name", "volledigenaam", "fullname", "deelnemer", "medewerker"},
	"first": {"voornaam", "firstname", "givenname", "roepnaam"},
	"infix": {"tussenvoegsel", "tussenvoegsels", "infix", "voorvoegsel"},
	"last":  {"achternaam", "lastname", "surname", "familyname"},
	"email": {"email", "mail", "emailadres", "mailadres", "emailaddress", "mailaddress"},
	"lang":  {"taal", "language", "lang"},
	"heads": {"aantal", "count", "number", "aantalmensen", "mensen", "heads", "people", "aantalmedewerkers"},
}

// plain is a heading without what people write differently: case, spaces, signs.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r == 'é', r == 'ë', r == 'è':
			return 'e'
		}
		return -1
	}, s)
}

func findColumns(heading []string, attributes []Attribute) (c columns, ignored []string) {
	c = columns{-1, -1, -1, -1, -1, -1, -1, make([]int, len(attributes))}
	for a := range c.attribute {
		c.attribute[a] = -1
	}
	places := map[string]*int{"name": &c.name, "first": &c.first, "infix": &c.infix, "last": &c.last, "email": &c.email, "lang": &c.lang, "heads": &c.heads}
	for at, h := range heading {
		word := plain(h)
		if word == "" {
			continue
		}
		known := false
		for a := range attributes {
			if names := []string{plain(attributes[a].Name), plain(attributes[a].Label.NL), plain(attributes[a].Label.EN)}; c.attribute[a] < 0 && slices.Contains(names, word) {
				c.attribute[a], known = at, true
				break
			}
		}
		for what, words := range headings {
			if !known && *places[what] < 0 && slices.Contains(words, word) {
				*places[what], known = at, true
			}
		}
		if !known {
			ignored = append(ignored, h)
		}
	}
	return c, ignored
}

// ReadList reads the rows of a file. formula tells whether a cell holds a formula; rows
// and columns count from 0.
func ReadList(rows [][]string, attributes []Attribute, formula func(row, column int) bool) List {
	var l List
	if len(rows) == 0 {
		l.fault(RowFault{Row: 1, Key: "invite.list.empty"})
		return l
	}
	heading := rows[0]
	c, ignored := findColumns(heading, attributes)
	l.Ignored = ignored
	l.Counted = c.email < 0 && c.heads >= 0
	for a := range attributes {
		if c.attribute[a] < 0 {
			l.Missing = append(l.Missing, attributes[a].Name)
		}
	}
	if c.email < 0 && c.heads < 0 {
		l.fault(RowFault{Row: 1, Key: "invite.list.no_email"})
		return l
	}
	if len(rows) > mostPeople+1 {
		l.fault(RowFault{Row: mostPeople + 1, Key: "invite.list.too_long", Args: map[string]any{"Most": mostPeople}})
		return l
	}
	seen := map[string]int{}
	for n, row := range rows[1:] {
		if blank(row) {
			continue
		}
		r := rowReader{list: &l, number: n + 2, row: row, heading: heading, columns: c, attributes: attributes,
			formula: func(column int) bool { return formula != nil && formula(n+1, column) }}
		if p, ok := r.read(seen); ok {
			l.People = append(l.People, p)
		}
	}
	if len(l.People) == 0 && len(l.Faults) == 0 {
		l.fault(RowFault{Row: 2, Key: "invite.list.nobody"})
	}
	return l
}

func (l *List) fault(f RowFault) {
	if len(l.Faults) >= mostFaults {
		l.More++
		return
	}
	l.Faults = append(l.Faults, f)
}

func blank(row []string) bool {
	return !slices.ContainsFunc(row, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}

type rowReader struct {
	list       *List
	number     int
	row        []string
	heading    []string
	columns    columns
	attributes []Attribute
	formula    func(column int) bool
	wrong      bool
}

func (r *rowReader) fault(column int, key string, args map[string]any) {
	r.wrong = true
	f := RowFault{Row: r.number, Key: key, Args: args}
	if column >= 0 {
		f.Column = r.heading[column]
	}
	r.list.fault(f)
}

// cell is the text in a column; what a spreadsheet would work out is no text.
func (r *rowReader) cell(column int) string {
	if column < 0 || column >= len(r.row) {
		return ""
	}
	text := strings.TrimSpace(r.row[column])
	if r.formula(column) || text != "" && strings.ContainsRune("=+@", rune(text[0])) || strings.HasPrefix(text, "-") && text != "-" {
		r.fault(column, "invite.list.formula", nil)
		return ""
	}
	if text == "-" {
		return ""
	}
	return text
}

func (r *rowReader) read(seen map[string]int) (Person, bool) {
	c := r.columns
	need := max(c.email, slices.Max(append([]int{-1}, c.attribute...)))
	if r.list.Counted {
		need = max(c.heads, slices.Max(append([]int{-1}, c.attribute...)))
	}
	if len(r.row) <= need && c.email >= len(r.row) {
		r.fault(-1, "invite.list.too_few_columns", map[string]any{"Has": len(r.row), "Wants": need + 1})
		return Person{}, false
	}
	p := Person{Row: r.number, Lang: surveys.Dutch}
	if lang := plain(r.cell(c.lang)); strings.HasPrefix(lang, "en") {
		p.Lang = surveys.English
	}
	for a := range r.attributes {
		p.Values = append(p.Values, r.value(a))
	}
	if r.list.Counted {
		n, err := strconv.Atoi(r.cell(c.heads))
		if err != nil || n < 0 || n > mostHeads {
			r.fault(c.heads, "invite.list.bad_count", map[string]any{"Most": mostHeads})
		}
		p.Heads = n
		return p, !r.wrong && n > 0
	}
	p.Name = r.cell(c.name)
	if p.Name == "" {
		p.Name = strings.Join(strings.Fields(r.cell(c.first)+" "+r.cell(c.infix)+" "+r.cell(c.last)), " ")
	}
	if len([]rune(p.Name)) > mostName {
		r.fault(c.name, "invite.list.long_name", map[string]any{"Most": mostName})
	}
	p.Email = r.email()
	switch {
	case r.wrong:
		return p, false
	case p.Email == "" && p.Name == "":
		r.fault(-1, "invite.list.nobody_here", nil)
		return p, false
	case p.Email == "":
		return p, true
	}
	if earlier, twice := seen[p.Email]; twice {
		r.list.Repeated++
		_ = earlier
		return p, false
	}
	seen[p.Email] = r.number
	return p, true
}

// email is the address of a row, as it is compared and sent to.
func (r *rowReader) email() string {
	typed := r.cell(r.columns.email)
	if typed == "" {
		return ""
	}
	email, ok := readEmail(typed)
	if !ok {
		r.fault(r.columns.email, "invite.list.bad_email", nil)
	}
	return email
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// value is the value of an attribute: by the name of its choice, or by what that is called.
func (r *rowReader) value(a int) string {
	typed := r.cell(r.columns.attribute[a])
	if typed == "" {
		return ""
	}
	attribute := &r.attributes[a]
	if len(attribute.Choices) == 0 {
		return typed
	}
	word := plain(typed)
	for _, choice := range attribute.Choices {
		if word == plain(choice.ID) || word == plain(choice.Name.NL) || word == plain(choice.Name.EN) {
			return choice.ID
		}
	}
	r.fault(r.columns.attribute[a], "invite.list.unknown_value", map[string]any{"Value": typed})
	return ""
}

// Combinations counts the people of a list by their values; at gives for each person the
// number of theirs.
func Combinations(people []Person) (all []Combination, at []int) {
	index := map[string]int{}
	at = make([]int, len(people))
	for n := range people {
		p := &people[n]
		key := strings.Join(p.Values, "\x00")
		i, known := index[key]
		if !known {
			i = len(all)
			index[key] = i
			all = append(all, Combination{Values: p.Values})
		}
		at[n] = i
		if p.Heads > 0 {
			all[i].Cards += p.Heads
		} else {
			all[i].People++
		}
	}
	return all, at
}
