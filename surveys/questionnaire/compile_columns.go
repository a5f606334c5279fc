package questionnaire

import (
	"regexp"
	"sort"
	"strconv"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// columns checks what XLSForm says of single columns: labels, triggers,
// parameters, media, and the use of a list with and without search().
func (c *compiler) columns() {
	search, sources := map[string]bool{}, map[string]bool{}
	for _, u := range c.f.units {
		search[u.item.List] = search[u.item.List] || strings.Contains(u.item.Appearance, "search(")
	}
	for _, u := range c.f.units {
		it := u.item
		c.media(it)
		if u.field == nil {
			continue
		}
		if (u.use == asked || u.use == shown) && len(it.Label) == 0 && len(it.Hint) == 0 && !hasMedia(it) && !it.HasAppearance("label") && !it.HasAppearance("list-nolabel") {
			c.at(it, "label", "form.no_label", map[string]any{"Name": it.Name})
		}
		searches := strings.Contains(it.Appearance, "search(")
		if it.List != "" && search[it.List] && (!searches || !it.Type.IsSelect() || it.Type.FromFile()) {
			c.at(it, "type", "form.search_conflict", map[string]any{"List": it.List})
		}
		switch it.Type {
		case TypeOneFromFile, TypeManyFromFile:
			if stem, _, _ := strings.Cut(it.List, "."); c.listUsed(stem) {
				c.at(it, "type", "form.source_twice", map[string]any{"Name": stem})
			}
		case TypeCSVExternal, TypeXMLExternal:
			if sources[it.Name] || c.f.lists[it.Name] != nil || it.Type == TypeXMLExternal && c.pulls(it.Name) {
				c.at(it, "name", "form.source_twice", map[string]any{"Name": it.Name})
			}
			sources[it.Name] = true
		case TypeAudit:
			if it.Name != "audit" {
				c.at(it, "name", "form.audit_name", nil)
			}
		case TypeBackgroundGeop:
			if it.Trigger == "" {
				c.at(it, "trigger", "form.no_trigger", nil)
			}
			if it.Calculation != "" {
				c.at(it, "calculation", "form.calculation_not_allowed", nil)
			}
		}
		c.trigger(u)
		c.parameters(it)
		c.order(u)
	}
}

// mediaColumn tells whether a column that we keep without knowing it names a file
// that goes with the text.
func mediaColumn(header string) bool {
	base, _, _ := strings.Cut(strings.TrimPrefix(strings.ToLower(header), "media::"), "::")
	switch strings.TrimSpace(base) {
	case "image", "big-image", "audio", "video":
		return true
	}
	return false
}

func hasMedia(it *Item) bool {
	for h := range it.Extra {
		if mediaColumn(h) {
			return true
		}
	}
	return false
}

func (c *compiler) media(it *Item) {
	big, plain := false, false
	var named []string
	for h, v := range it.Extra {
		if !mediaColumn(h) {
			continue
		}
		named = append(named, v)
		if strings.Contains(strings.ToLower(h), "big-image") {
			big = true
		} else if strings.Contains(strings.ToLower(h), "image") {
			plain = true
		}
		c.references(Problem{Sheet: "survey", Row: it.Row, Column: h, Question: it.Name}, v)
	}
	if len(named) > 0 {
		sort.Strings(named)
		c.warn(it, "media", "form.media_not_shown", map[string]any{"Name": it.Name, "Files": strings.Join(named, ", ")})
	}
	if big && !plain {
		c.at(it, "media::big-image", "form.big_image", nil)
	}
}

// references checks the answers that a text shows.
func (c *compiler) references(at Problem, text string) {
	for rest := text; ; {
		i := strings.Index(rest, "${")
		if i < 0 {
			return
		}
		end := strings.IndexByte(rest[i:], '}')
		inside := rest[i:]
		if end >= 0 {
			inside = rest[i : i+end+1]
		}
		name := strings.TrimSuffix(strings.TrimPrefix(inside, "${"), "}")
		name = strings.TrimPrefix(name, "last-saved#")
		problem := at
		problem.Args = map[string]any{"Name": name, "Text": inside}
		switch {
		case end < 0 || !nameShape.MatchString(name):
			problem.Key = "form.text_bad_reference"
			c.add(problem)
		case c.shared[name]:
			problem.Key = "form.text_shared_name"
			c.add(problem)
		case !c.has(name):
			problem.Key = "form.text_unknown_name"
			if near := expression.Nearest(name, (scope{c: c}).Names()); near != "" {
				problem.Key, problem.Args["Meant"] = "form.text_misspelt_name", near
			}
			c.add(problem)
		}
		if end < 0 {
			return
		}
		rest = rest[i+end:]
	}
}

func (c *compiler) has(name string) bool {
	_, ok := c.f.slots[name]
	return ok
}

// pulls tells whether a formula reads the file of that name with pulldata, which
// makes it a source of its own.
func (c *compiler) pulls(name string) bool {
	for _, u := range c.f.units {
		for _, src := range []string{u.item.Calculation, u.item.Relevant, u.item.Constraint, u.item.Default} {
			if strings.Contains(src, "pulldata('"+name+"'") || strings.Contains(src, `pulldata("`+name+`"`) {
				return true
			}
		}
	}
	return false
}

// listUsed tells whether a question takes its choices from the list.
func (c *compiler) listUsed(list string) bool {
	for _, u := range c.f.units {
		if u.field != nil && u.field.List != nil && !u.item.Type.FromFile() && u.field.List.Name == list {
			return true
		}
	}
	return false
}

// trigger checks a list of references, parted by commas.
func (c *compiler) trigger(u *unit) {
	it := u.item
	if it.Trigger == "" {
		return
	}
	defer func() {
		if len(u.trigger) > 0 && u.calculation != nil {
			c.f.triggered = append(c.f.triggered, u.field.slot)
		}
	}()
	for part := range strings.SplitSeq(it.Trigger, ",") {
		part = strings.TrimSpace(part)
		name := strings.TrimSuffix(strings.TrimPrefix(part, "${"), "}")
		if part != "${"+name+"}" || !nameShape.MatchString(name) {
			c.at(it, "trigger", "form.bad_trigger", nil)
			return
		}
		slot, ok := c.f.slots[name]
		if !ok || c.f.units[slot].field == nil || c.f.units[slot].use == worked && c.f.units[slot].item.Type != TypeHidden {
			c.at(it, "trigger", "form.trigger_unknown", map[string]any{"Name": name})
			continue
		}
		u.trigger = append(u.trigger, slot)
	}
}

// order takes up that the choices come in an order that is drawn, and its seed.
func (c *compiler) order(u *unit) {
	pairs, _, ok := Parameters(u.item.Parameters)
	if !ok || !strings.EqualFold(pairs["randomize"], "true") || u.field.List == nil {
		return
	}
	u.shuffled = true
	if seed := pairs["seed"]; seed != "" {
		u.seed = c.parse(u.item, "parameters", seed, nil)
	}
}

// parametersOf are the parameters that a type knows.
var parametersOf = map[Type][]string{
	TypeRange:          {"start", "end", "step", "tick_interval", "placeholder", "tick_labelset"},
	TypeSelectOne:      {"randomize", "seed"},
	TypeSelectMultiple: {"randomize", "seed"},
	TypeRank:           {"randomize", "seed"},
	TypeOneFromFile:    {"randomize", "seed", "value", "label"},
	TypeManyFromFile:   {"randomize", "seed", "value", "label"},
	TypeText:           {"rows"},
	TypeImage:          {"max-pixels", "app"},
	TypeAudio:          {"quality"},
	TypeBackgroundAud:  {"quality"},
	TypeGeopoint:       {"allow-mock-accuracy", "capture-accuracy", "warning-accuracy", "reference-geometry", "incremental"},
	TypeGeoshape:       {"allow-mock-accuracy", "reference-geometry", "incremental"},
	TypeGeotrace:       {"allow-mock-accuracy", "reference-geometry", "incremental"},
	TypeAudit:          {"location-priority", "location-min-interval", "location-max-age", "track-changes", "track-changes-reasons", "identify-user"},
	TypeStartGeopoint:  {"allow-mock-accuracy", "capture-accuracy", "warning-accuracy"},
}

var aroundEquals = regexp.MustCompile(`\s*=\s*`)

// Parameters reads name=value pairs; ok is false, with the part, when one is none.
func Parameters(s string) (pairs map[string]string, wrong string, ok bool) {
	pairs = map[string]string{}
	s = aroundEquals.ReplaceAllString(strings.NewReplacer(",", " ", ";", " ").Replace(s), "=")
	for part := range strings.FieldsSeq(s) {
		name, value, found := strings.Cut(part, "=")
		if !found || name == "" || strings.Contains(value, "=") {
			return pairs, part, false
		}
		pairs[strings.ToLower(name)] = value
	}
	return pairs, "", true
}

func (c *compiler) parameters(it *Item) {
	if it.Parameters == "" {
		return
	}
	known, has := parametersOf[it.Type]
	wrong := func(text string) {
		c.at(it, "parameters", "form.bad_parameters", map[string]any{"Text": text, "Known": strings.Join(known, ", ")})
	}
	pairs, part, ok := Parameters(it.Parameters)
	if !ok {
		wrong(part)
		return
	}
	if !has {
		return // the column says nothing of this type
	}
	for name, value := range pairs {
		found := false
		for _, k := range known {
			found = found || k == name
		}
		if !found {
			wrong(name)
		} else if !c.goodParameter(name, value) {
			c.at(it, "parameters", "form.bad_parameter_value", map[string]any{"Name": name, "Text": value})
		}
	}
	switch it.Type {
	case TypeRange:
		c.rangeOf(it, pairs)
	case TypeAudit:
		c.whereabouts(it, pairs)
	}
	if _, seed := pairs["seed"]; seed && pairs["randomize"] == "" {
		wrong("seed")
	}
}

// whereabouts checks that the parameters of an audit about places are all there, and
// that a place may be as old as the time between two.
func (c *compiler) whereabouts(it *Item, pairs map[string]string) {
	names := []string{"location-priority", "location-min-interval", "location-max-age"}
	given := 0
	for _, name := range names {
		if pairs[name] != "" {
			given++
		}
	}
	least, _ := strconv.ParseFloat(pairs["location-min-interval"], 64) // what is no number was said
	age, _ := strconv.ParseFloat(pairs["location-max-age"], 64)
	switch {
	case given == 0:
	case given < len(names):
		c.at(it, "parameters", "form.bad_parameters", map[string]any{"Text": it.Parameters, "Known": strings.Join(names, ", ")})
	case age < least:
		c.at(it, "parameters", "form.bad_parameter_value", map[string]any{"Name": "location-max-age", "Text": pairs["location-max-age"]})
	}
}

// goodParameter tells whether a value goes with a parameter.
func (c *compiler) goodParameter(name, value string) bool {
	number := func() bool { _, err := strconv.ParseFloat(value, 64); return err == nil }
	oneOf := func(values ...string) bool {
		for _, v := range values {
			if strings.EqualFold(v, value) {
				return true
			}
		}
		return false
	}
	switch name {
	case "start", "end", "step", "tick_interval", "placeholder", "capture-accuracy", "warning-accuracy", "rows", "max-pixels", "location-min-interval", "location-max-age":
		return number()
	case "incremental":
		return oneOf("true")
	case "randomize", "allow-mock-accuracy":
		return oneOf("true", "false")
	case "track-changes":
		return oneOf("true", "false")
	case "track-changes-reasons":
		return oneOf("on-form-edit")
	case "identify-user":
		return oneOf("true", "false")
	case "location-priority":
		return oneOf("no-power", "low-power", "balanced", "high-accuracy")
	case "quality":
		return oneOf("voice-only", "low", "normal", "external")
	case "seed":
		if strings.HasPrefix(value, "${") {
			return c.has(strings.TrimSuffix(strings.TrimPrefix(value, "${"), "}"))
		}
		return number()
	case "value", "label":
		return nameShape.MatchString(value)
	case "tick_labelset":
		return c.f.lists[value] != nil
	}
	return true
}

// rangeOf checks that the labels of a range stand at its ticks.
func (c *compiler) rangeOf(it *Item, pairs map[string]string) {
	read := func(name string, otherwise float64) float64 {
		if n, err := strconv.ParseFloat(pairs[name], 64); err == nil {
			return n
		}
		return otherwise
	}
	start, end, step := read("start", 1), read("end", 10), read("step", 1)
	wrong := func(name, text string) {
		c.at(it, "parameters", "form.bad_parameter_value", map[string]any{"Name": name, "Text": text})
	}
	if step == 0 {
		wrong("step", pairs["step"])
		return
	}
	l := c.f.lists[pairs["tick_labelset"]]
	if l == nil {
		return
	}
	for _, ch := range l.Choices {
		n, err := strconv.ParseFloat(ch.Name, 64)
		ticks := (n - start) / read("tick_interval", step)
		if err != nil || n < min(start, end) || n > max(start, end) || ticks != float64(int(ticks)) {
			wrong("tick_labelset", ch.Name)
			return
		}
	}
}
