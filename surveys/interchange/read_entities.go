package interchange

import (
	"regexp"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

var entityAliases = map[string]string{
	"list_name": "list_name", "dataset": "list_name", "label": "label", "repeat": "repeat",
	"entity_id": "entity_id", "create_if": "create_if", "update_if": "update_if",
}

// elementName is what may name an element of XML; an entity's list has no points.
var elementName = regexp.MustCompile(`^[\p{L}_:][\p{L}\p{Mn}\p{Nd}_:.\-]*$`)

// entity is a row of the entities sheet, and what belongs to it on the survey.
type entity struct {
	row   int
	cells map[string]string
	refs  []*questionnaire.Item // that its cells read
	saved []*questionnaire.Item // that are saved to it
}

// entities checks the sheet of that name. We make no entities of answers, and say
// so; what the specification forbids there is an error all the same.
func (f *formReader) entities(s *sheet) {
	var declared []*entity
	if s != nil && len(s.rows) > 1 {
		f.warn("entities", 0, "", "form.sheet.ignored", map[string]any{"Sheet": s.name})
		declared = f.declarations(s)
	}
	saved := f.savedProperties(declared)
	if len(declared) == 0 {
		if saved != nil {
			f.error("survey", saved.Row, "save_to", "form.entity_undeclared", nil)
		}
		return
	}
	f.placeEntities(declared)
}

// declarations reads the rows of the entities sheet and checks each by itself.
func (f *formReader) declarations(s *sheet) (declared []*entity) {
	columns := readHeaders(s.rows[0], entityAliases)
	for _, c := range columns {
		if c.field == "" {
			f.error("entities", 1, c.header, "form.entity_column", map[string]any{"Column": c.header})
		}
	}
	lists := map[string]bool{}
	for i, row := range s.rows[1:] {
		if len(row) == 0 {
			continue
		}
		e := &entity{row: i + 2, cells: map[string]string{}}
		kept := map[string]string{}
		for _, c := range columns {
			e.cells[c.field] = cell(row, c.index)
			if e.cells[c.field] != "" {
				kept[c.header] = e.cells[c.field]
			}
		}
		f.d.Entities = append(f.d.Entities, kept)
		declared = append(declared, e)
		wrong := func(column, text string) {
			f.error("entities", e.row, column, "form.entity", map[string]any{"Text": text})
		}
		name := e.cells["list_name"]
		switch {
		case strings.HasPrefix(name, "__") || strings.Contains(name, ".") || !elementName.MatchString(name) || lists[name]:
			wrong("list_name", "list_name = "+name)
		case e.cells["label"] == "" && (e.cells["entity_id"] == "" || e.cells["create_if"] != ""):
			wrong("label", "label")
		case e.cells["update_if"] != "" && e.cells["entity_id"] == "":
			wrong("entity_id", "entity_id")
		case e.cells["entity_id"] != "" && e.cells["create_if"] != "" && e.cells["update_if"] == "":
			wrong("update_if", "update_if")
		}
		lists[name] = true
		for _, c := range columns {
			f.entityReferences(e, c.field)
		}
	}
	return declared
}

// entityReferences finds the questions that a cell reads.
func (f *formReader) entityReferences(e *entity, column string) {
	for rest := e.cells[column]; ; {
		i := strings.Index(rest, "${")
		if i < 0 {
			return
		}
		name, after, closed := strings.Cut(rest[i+2:], "}")
		name = strings.TrimSpace(name)
		it := f.d.Item(name)
		if !closed || it == nil {
			f.error("entities", e.row, column, "form.text_unknown_name", map[string]any{"Name": name})
			return
		}
		e.refs = append(e.refs, it)
		rest = after
	}
}

// savedProperties checks the column save_to and ties its questions to their
// entities. It returns the first item that is saved.
func (f *formReader) savedProperties(declared []*entity) (first *questionnaire.Item) {
	taken := map[string]bool{}
	wrong := func(it *questionnaire.Item, text string) {
		f.error("survey", it.Row, "save_to", "form.entity", map[string]any{"Text": "save_to = " + text})
	}
	for _, it := range f.ends {
		wrong(it, saveTo(it))
	}
	f.d.Walk(func(it *questionnaire.Item) {
		to := saveTo(it)
		if to == "" {
			return
		}
		if first == nil {
			first = it
		}
		list, property, named := strings.Cut(to, "#")
		if !named {
			list, property = "", to
		}
		var owner *entity
		for _, e := range declared {
			if named && e.cells["list_name"] == list || !named && len(declared) == 1 {
				owner = e
			}
		}
		lower := strings.ToLower(property)
		switch {
		case len(declared) == 0:
		case it.Kind != questionnaire.Question, owner == nil, lower == "name", lower == "label",
			strings.HasPrefix(property, "__"), !elementName.MatchString(property), taken[owner.cells["list_name"]+"#"+property]:
			wrong(it, to)
		default:
			taken[owner.cells["list_name"]+"#"+property] = true
			owner.saved = append(owner.saved, it)
		}
	})
	return first
}

// saveTo is the property that an answer is saved to.
func saveTo(it *questionnaire.Item) string {
	for h, v := range it.Extra {
		if k := headerKey(h); k == "save_to" || k == "bind::entities:saveto" {
			return v
		}
	}
	return ""
}

// placeEntities finds for each entity the group or repeat (or the form itself) in
// which it can be declared. All that belongs to it must lie in one repeat, and a
// group declares at most one.
func (f *formReader) placeEntities(declared []*entity) {
	above := f.containers()
	holders := map[*questionnaire.Item]*entity{}
	for _, e := range declared {
		path, ok := e.scope(above)
		if !ok {
			f.error("entities", e.row, "", "form.entity_scope", map[string]any{"List": e.cells["list_name"]})
			return
		}
		if !place(e, above, holders, path, map[*questionnaire.Item]bool{}) {
			f.error("entities", e.row, "", "form.entity_crowded", map[string]any{"List": e.cells["list_name"]})
			return
		}
	}
}

// containers gives for each item the groups and repeats around it, outermost first;
// nil stands for the form.
func (f *formReader) containers() map[*questionnaire.Item][]*questionnaire.Item {
	above := map[*questionnaire.Item][]*questionnaire.Item{}
	var walk func(items []*questionnaire.Item, path []*questionnaire.Item)
	walk = func(items []*questionnaire.Item, path []*questionnaire.Item) {
		for _, it := range items {
			above[it] = path
			walk(it.Items, append(path[:len(path):len(path)], it))
		}
	}
	walk(f.d.Items, []*questionnaire.Item{nil})
	return above
}

// scope lists the places in which the entity can be declared, innermost first: from
// what all that belongs to it has in common up to the repeat that it lies in.
func (e *entity) scope(above map[*questionnaire.Item][]*questionnaire.Item) (places []*questionnaire.Item, ok bool) {
	var deepest []*questionnaire.Item // repeats, nil for the form
	all := append(e.saved[:len(e.saved):len(e.saved)], e.refs...)
	for _, it := range all {
		if r := repeatsOf(above[it]); len(r) > len(deepest) {
			deepest = r
		}
	}
	common, found := []*questionnaire.Item{nil}, false
	for n, it := range all {
		repeats := repeatsOf(above[it])
		for i := range repeats {
			if repeats[i] != deepest[i] {
				return nil, false
			}
		}
		if n < len(e.saved) && len(repeats) != len(repeatsOf(above[e.saved[0]])) {
			return nil, false
		}
		switch {
		case len(repeats) < len(deepest): // read from outside the repeat
		case !found:
			common, found = above[it], true
		default:
			common = commonStart(common, above[it])
		}
	}
	for i := len(common) - 1; i >= 0; i-- {
		places = append(places, common[i])
		if common[i] != nil && common[i].Kind == questionnaire.Repeat {
			break
		}
	}
	return places, true
}

func repeatsOf(path []*questionnaire.Item) (repeats []*questionnaire.Item) {
	for _, it := range path {
		if it != nil && it.Kind == questionnaire.Repeat {
			repeats = append(repeats, it)
		}
	}
	return repeats
}

func commonStart(a, b []*questionnaire.Item) []*questionnaire.Item {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return a[:n]
}

// place gives the entity a place of its own, moving others along where they have
// more than one.
func place(e *entity, above map[*questionnaire.Item][]*questionnaire.Item, holders map[*questionnaire.Item]*entity, places []*questionnaire.Item, tried map[*questionnaire.Item]bool) bool {
	for _, p := range places {
		if tried[p] {
			continue
		}
		tried[p] = true
		other := holders[p]
		if other != nil {
			theirs, _ := other.scope(above)
			if !place(other, above, holders, theirs, tried) {
				continue
			}
		}
		holders[p] = e
		return true
	}
	return false
}
