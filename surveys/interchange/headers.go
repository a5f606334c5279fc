package interchange

import "strings"

// column is what a header of a sheet means.
type column struct {
	index  int
	header string // as written
	field  string // our name of the column; "" when we do not know it
	tag    string // the language; "" without one
}

// survey columns and what else they are called: by older forms, by other tools
// and in XForms' own terms.
var surveyAliases = map[string]string{
	"type": "type", "command": "type",
	"name": "name", "tag": "name", "value": "name",
	"label": "label", "caption": "label",
	"hint": "hint", "guidance_hint": "guidance_hint",
	"required": "required", "bind::required": "required",
	"required_message": "required_message", "bind::jr:requiredmsg": "required_message", "requiredmsg": "required_message",
	"relevant": "relevant", "relevance": "relevant", "bind::relevant": "relevant", "skip_logic": "relevant",
	"constraint": "constraint", "bind::constraint": "constraint", "validation": "constraint",
	"constraint_message": "constraint_message", "constraining_message": "constraint_message", "bind::jr:constraintmsg": "constraint_message", "constraintmsg": "constraint_message",
	"calculation": "calculation", "calculate": "calculation", "bind::calculate": "calculation",
	"choice_filter": "choice_filter",
	"default":       "default",
	"trigger":       "trigger",
	"repeat_count":  "repeat_count", "count": "repeat_count", "jr:count": "repeat_count", "control::jr:count": "repeat_count",
	"read_only": "read_only", "readonly": "read_only", "bind::readonly": "read_only", "bind::read_only": "read_only",
	"appearance": "appearance", "control::appearance": "appearance", "body::appearance": "appearance",
	"parameters": "parameters",
	"competence": "competence", "measure": "measure", "breakdown": "breakdown", "prefill": "prefill",
}

var choicesAliases = map[string]string{
	"list_name": "list_name", "list": "list_name", "listname": "list_name",
	"name": "name", "value": "name",
	"label": "label", "caption": "label",
	"score": "score", "missing": "missing", "remedy_kind": "remedy_kind",
}

var settingsAliases = map[string]string{
	"form_title": "form_title", "title": "form_title", "set_form_title": "form_title",
	"form_id": "form_id", "id_string": "form_id", "set_form_id": "form_id", "formid": "form_id",
	"version": "version", "default_language": "default_language", "style": "style",
}

// translatable columns may be followed by a language.
var translatable = map[string]bool{
	"label": true, "hint": true, "guidance_hint": true, "constraint_message": true, "required_message": true,
}

// readHeaders says what the headers of a sheet mean. "label::Nederlands (nl)",
// "label:Nederlands" and "Label :: Nederlands (nl)" are the same column.
func readHeaders(row []string, aliases map[string]string) []column {
	double := false
	for _, h := range row {
		double = double || strings.Contains(h, "::")
	}
	columns := make([]column, 0, len(row))
	for i, h := range row {
		if h == "" {
			continue
		}
		c := column{index: i, header: h}
		c.field, c.tag = readHeader(h, aliases, double)
		columns = append(columns, c)
	}
	return columns
}

func readHeader(h string, aliases map[string]string, double bool) (field, tag string) {
	if f, ok := aliases[headerKey(h)]; ok {
		return f, ""
	}
	sep := "::"
	if !double {
		sep = ":"
	}
	parts := strings.Split(h, sep)
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	// The longest beginning that is a column; what follows is the language.
	for n := len(parts) - 1; n >= 1; n-- {
		f, ok := aliases[headerKey(strings.Join(parts[:n], "::"))]
		if ok && translatable[f] {
			return f, strings.Join(parts[n:], sep)
		}
	}
	return "", ""
}

// headerKey is a header without case, with underscores for spaces and hyphens.
func headerKey(h string) string {
	h = strings.ToLower(strings.TrimSpace(h))
	parts := strings.Split(h, "::")
	for i, p := range parts {
		parts[i] = strings.Join(strings.FieldsFunc(p, func(r rune) bool { return r == ' ' || r == '_' || r == '-' }), "_")
	}
	return strings.Join(parts, "::")
}
