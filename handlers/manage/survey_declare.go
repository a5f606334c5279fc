package manage

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// declareForm is what was typed about by what results may be split.
type declareForm struct {
	By     [surveys.MostBreakdowns]string // question names, in the order in which they get room
	Within [surveys.MostBreakdowns]string // "1", "2" or "3": each of its values lies within one of that
	Pairs  []string                       // "1-2": the first and the second at once
	Typed  map[string]string              // by the name of a field: head counts, merged groups and their names
}

// mostMerged is how many merged groups of one breakdown the form offers.
const mostMerged = 4

// mostListed is the number of values of which the form asks how many people have
// them. Of a longer list nobody can say that, and the guard decides by itself.
const mostListed = 60

// Names of the fields about one value, and about one merged group, of a breakdown.
func headsField(breakdown, value string) string { return "heads-" + breakdown + "-" + value }
func groupField(breakdown, value string) string { return "group-" + breakdown + "-" + value }
func namedField(breakdown string, n int) string {
	return "named-" + breakdown + "-" + strconv.Itoa(n)
}

var (
	byFields     = [surveys.MostBreakdowns]string{"breakdown", "breakdown-2", "breakdown-3"}
	withinFields = [surveys.MostBreakdowns]string{"hierarchy", "hierarchy-2", "hierarchy-3"}
)

func readDeclared(c *gin.Context) declareForm {
	f := declareForm{Pairs: c.PostFormArray("pairs"), Typed: map[string]string{}}
	for i := range byFields {
		f.By[i], f.Within[i] = c.PostForm(byFields[i]), c.PostForm(withinFields[i])
	}
	for name, values := range c.Request.PostForm {
		for _, about := range []string{"heads-", "group-", "named-"} {
			if strings.HasPrefix(name, about) && len(values) > 0 {
				f.Typed[name] = strings.TrimSpace(values[0])
			}
		}
	}
	return f
}

func shownDeclared(s *surveys.Survey) declareForm {
	f := declareForm{Typed: map[string]string{}}
	place := func(name string) string { return strconv.Itoa(slices.Index(s.Breakdowns, name) + 1) }
	for i, name := range s.Breakdowns {
		if i < len(f.By) {
			f.By[i] = name
		}
	}
	for _, h := range s.Hierarchies {
		if i := slices.Index(s.Breakdowns, h.Fine); i >= 0 && i < len(f.Within) {
			f.Within[i] = place(h.Broad)
		}
	}
	for _, p := range s.Pairs {
		f.Pairs = append(f.Pairs, place(p.First)+"-"+place(p.Second))
	}
	for _, h := range s.Heads {
		f.Typed[headsField(h.Breakdown, h.Value)] = strconv.Itoa(h.People)
	}
	number := map[string]int{}
	for _, m := range s.Merged {
		number[m.Breakdown]++
		for _, v := range m.Values {
			f.Typed[groupField(m.Breakdown, v)] = strconv.Itoa(number[m.Breakdown])
		}
		f.Typed[namedField(m.Breakdown, number[m.Breakdown])] = m.Label.NL
	}
	return f
}

// fill declares what was typed. A group without a name is called after its values.
func (f *declareForm) fill(s *surveys.Survey, form *questionnaire.Form) surveys.Invalid {
	var d surveys.Declaration
	var wrong surveys.Invalid
	at := [surveys.MostBreakdowns]string{} // declared, by place on the form
	s.Heads = nil
	for i, name := range f.By {
		field := breakdownOf(form, name)
		if field == nil {
			continue
		}
		at[i] = name
		d.Breakdowns = append(d.Breakdowns, name)
		d.Merged = append(d.Merged, f.merged(form, field)...)
		for _, c := range listed(field) {
			typed := headsField(name, c.Name)
			n, ok := wholeNumber(f.Typed[typed])
			if !ok {
				wrong.Add(typed, "survey.heads_not_number")
			} else if f.Typed[typed] != "" {
				s.Heads = append(s.Heads, surveys.Heads{Breakdown: name, Value: c.Name, People: n})
			}
		}
	}
	named := func(place string) string {
		i, err := strconv.Atoi(place)
		if err != nil || i < 1 || i > len(at) {
			return ""
		}
		return at[i-1]
	}
	for i, within := range f.Within {
		if within != "" && at[i] != "" {
			d.Hierarchies = append(d.Hierarchies, surveys.Hierarchy{Fine: at[i], Broad: named(within)})
		}
	}
	for _, pair := range f.Pairs {
		first, second, given := strings.Cut(pair, "-")
		if !given {
			continue
		}
		d.Pairs = append(d.Pairs, surveys.Pair{First: named(first), Second: named(second)})
	}
	if err := s.Declare(d); err != nil {
		var refused surveys.Invalid
		errors.As(err, &refused)
		wrong = append(wrong, refused...)
	}
	return wrong
}

// merged are the groups of a breakdown that are reported together.
func (f *declareForm) merged(form *questionnaire.Form, field *questionnaire.Field) []surveys.MergedOf {
	var all []surveys.MergedOf
	for n := 1; n <= mostMerged; n++ {
		m := surveys.MergedOf{Breakdown: field.Name, Name: "samen_" + strconv.Itoa(n)}
		var nl, en []string
		for _, c := range listed(field) {
			if f.Typed[groupField(field.Name, c.Name)] == strconv.Itoa(n) {
				m.Values = append(m.Values, c.Name)
				nl, en = append(nl, form.Definition.In(c.Label, "nl")), append(en, form.Definition.In(c.Label, "en"))
			}
		}
		if len(m.Values) == 0 {
			continue
		}
		m.Label = surveys.Text{NL: strings.Join(nl, " + "), EN: strings.Join(en, " + ")}
		if typed := f.Typed[namedField(field.Name, n)]; typed != "" && typed != m.Label.NL {
			m.Label = surveys.Text{NL: typed}
		}
		all = append(all, m)
	}
	return all
}

// breakdownOf is the question of that name when results may be split by it.
func breakdownOf(form *questionnaire.Form, name string) *questionnaire.Field {
	for _, f := range form.Breakdowns() {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// listed are the values of a breakdown of which the form asks something; none where
// the list is too long for that.
func listed(f *questionnaire.Field) []*questionnaire.Choice {
	if f.List == nil {
		return nil
	}
	var all []*questionnaire.Choice
	for _, c := range f.List.Choices {
		if c.Missing == "" {
			all = append(all, c)
		}
	}
	if len(all) > mostListed {
		return nil
	}
	return all
}

// declareView is the part of the form about splitting.
type declareView struct {
	By     []declareChoice
	Pairs  []page.Option
	Chosen []declared
	Says   []string // what could be shown of so many people
}

// declareChoice is one of the places for a breakdown.
type declareChoice struct {
	Field, Label, Value              string
	Options                          []page.Option
	WithinField, WithinLabel, Within string
	WithinOptions                    []page.Option
}

// declared is a breakdown that was chosen: its values, of each how many people have
// it and with which others it is shown together.
type declared struct {
	Label string
	Rows  []declaredRow
	Long  int // the number of values, when there are too many to list
	Named []declaredGroup
}

type declaredRow struct {
	Label             string
	HeadsField, Heads string
	GroupField, Group string
	Groups            []page.Option
}

// declaredGroup is a merged group that has values.
type declaredGroup struct{ Field, Name, Of string }

// declaring is the part of the form as it was typed. Where nothing was typed yet,
// what the organisation knows of its head counts is filled in.
func (p *surveyPages) declaring(c *gin.Context, f declareForm, form *questionnaire.Form) declareView {
	lang := page.Language(c)
	text := func(key string, args map[string]any) string { return p.kit.Text(lang, key, args) }
	label := func(field *questionnaire.Field) string { return form.Definition.In(field.Label, string(lang)) }
	var v declareView
	options := []page.Option{{Key: "survey.no_breakdown"}}
	for _, each := range form.Breakdowns() {
		options = append(options, page.Option{Value: each.Name, Text: label(each)})
	}
	called := [surveys.MostBreakdowns]string{}
	for i, name := range f.By {
		called[i] = text("survey.breakdown_place."+strconv.Itoa(i+1), nil)
		if field := breakdownOf(form, name); field != nil {
			called[i] = label(field)
		}
	}
	for i, name := range f.By {
		within := []page.Option{{Key: "survey.within_none"}}
		for j := range called {
			if j != i {
				within = append(within, page.Option{Value: strconv.Itoa(j + 1), Text: text("survey.within_of", map[string]any{"By": called[j]})})
			}
		}
		v.By = append(v.By, declareChoice{Field: byFields[i], Label: "survey.breakdown." + strconv.Itoa(i+1), Value: name, Options: options,
			WithinField: withinFields[i], Within: f.Within[i], WithinLabel: "survey.within." + strconv.Itoa(i+1), WithinOptions: within})
		for j := i + 1; j < len(called); j++ {
			v.Pairs = append(v.Pairs, page.Option{Value: strconv.Itoa(i+1) + "-" + strconv.Itoa(j+1),
				Text: text("survey.pair_of", map[string]any{"First": called[i], "Second": called[j]})})
		}
		if field := breakdownOf(form, name); field != nil && !slices.Contains(f.By[:i], name) {
			v.Chosen = append(v.Chosen, f.declared(c, form, field, text))
		}
	}
	return v
}

func (f *declareForm) declared(c *gin.Context, form *questionnaire.Form, field *questionnaire.Field, text func(string, map[string]any) string) declared {
	lang := string(page.Language(c))
	d := declared{Label: form.Definition.In(field.Label, lang)}
	values := listed(field)
	if len(values) == 0 {
		if field.List != nil {
			d.Long = len(field.List.Choices)
		}
		return d
	}
	known := knownHeads(page.Org(c), values)
	groups := []page.Option{{Key: "survey.merged_apart"}}
	for n := 1; n <= mostMerged; n++ {
		groups = append(groups, page.Option{Value: strconv.Itoa(n), Text: text("survey.merged_group", map[string]any{"Number": n})})
	}
	filled := slices.ContainsFunc(values, func(v *questionnaire.Choice) bool { return f.Typed[headsField(field.Name, v.Name)] != "" })
	for _, v := range values {
		row := declaredRow{Label: form.Definition.In(v.Label, lang), HeadsField: headsField(field.Name, v.Name), GroupField: groupField(field.Name, v.Name), Groups: groups}
		row.Heads, row.Group = f.Typed[row.HeadsField], f.Typed[row.GroupField]
		if !filled && known[v.Name] > 0 {
			row.Heads = strconv.Itoa(known[v.Name])
			f.Typed[row.HeadsField] = row.Heads
		}
		d.Rows = append(d.Rows, row)
	}
	for _, m := range f.merged(form, field) {
		n, _ := strconv.Atoi(strings.TrimPrefix(m.Name, "samen_"))
		d.Named = append(d.Named, declaredGroup{Field: namedField(field.Name, n), Name: m.Label.NL, Of: text("survey.merged_name", map[string]any{"Number": n})})
	}
	return d
}

// knownHeads are the head counts of the organisation for the values of a breakdown,
// when its departments or its roles are those values.
func knownHeads(o *surveys.Organisation, values []*questionnaire.Choice) map[string]int {
	for _, units := range [][]surveys.Unit{o.Structure.Departments, o.Structure.Roles} {
		heads := map[string]int{}
		for _, u := range units {
			if slices.ContainsFunc(values, func(c *questionnaire.Choice) bool { return c.Name == u.ID }) {
				heads[u.ID] = u.Heads
			}
		}
		if 2*len(heads) > len(values) {
			return heads
		}
	}
	return nil
}

// declaredWords names by what a survey may be split, and says what else was declared
// of that.
func (p *surveyPages) declaredWords(s *surveys.Survey, d *questionnaire.Definition, lang surveys.Lang) (breakdowns string, more []string) {
	label := func(name string) string {
		if i := d.Item(name); i != nil {
			return d.In(i.Label, string(lang))
		}
		return name
	}
	var all []string
	for _, name := range s.Breakdowns {
		all = append(all, label(name))
	}
	for _, pair := range s.Pairs {
		more = append(more, p.kit.Text(lang, "survey.declared_pair", map[string]any{"First": label(pair.First), "Second": label(pair.Second)}))
	}
	for _, h := range s.Hierarchies {
		more = append(more, p.kit.Text(lang, "survey.declared_within", map[string]any{"Fine": label(h.Fine), "Broad": label(h.Broad)}))
	}
	for _, m := range s.Merged {
		more = append(more, p.kit.Text(lang, "survey.declared_merged", map[string]any{"Group": m.Label.In(lang)}))
	}
	return strings.Join(all, "; "), more
}
