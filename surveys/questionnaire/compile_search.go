package questionnaire

import (
	"strconv"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire/expression"
)

// fixedChoice is the column that marks, in a list that comes from search(), the
// choices that stand on the sheet itself.
const fixedChoice = "__fixed"

// searchOf are the arguments of search() in an appearance, as they are written; nil
// where there is none, or its brackets do not close.
func searchOf(appearance string) []string {
	_, rest, found := strings.Cut(appearance, "search(")
	if !found {
		return nil
	}
	var args []string
	depth, start := 0, 0
	var quote rune
	for i, r := range rest {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '\'' || r == '"':
			quote = r
		case r == '(':
			depth++
		case r == ')' && depth > 0:
			depth--
		case r == ')':
			return append(args, strings.TrimSpace(rest[start:i]))
		case r == ',' && depth == 0:
			args = append(args, strings.TrimSpace(rest[start:i]))
			start = i + 1
		}
	}
	return nil
}

// unquoted is the text of a literal; of anything else ok is false.
func unquoted(s string) (text string, ok bool) {
	if len(s) < 2 || s[0] != '\'' && s[0] != '"' || s[len(s)-1] != s[0] {
		return "", false
	}
	return s[1 : len(s)-1], true
}

// searchList makes the choices of a question whose appearance takes them from an
// attached table, as ODK's search() does: of the rows of its list those with a number
// as a name are choices, and another names the columns of the table that hold the
// names and the labels. Without the table the question is not asked, and that is said.
func (c *compiler) searchList(u *unit) {
	it := u.item
	args := searchOf(it.Appearance)
	if len(args) == 0 || u.list == nil {
		return
	}
	name, literal := unquoted(args[0])
	if !literal {
		return
	}
	file := c.attached(stemOf(name) + ".csv")
	if file == nil {
		u.use = notAsked
		c.warn(it, "appearance", "form.file_missing", map[string]any{"Name": stemOf(name) + ".csv"})
		return
	}
	var fixed []*Choice
	var columns *Choice
	for _, ch := range u.list.Choices {
		if _, err := strconv.Atoi(ch.Name); err == nil {
			fixed = append(fixed, ch)
		} else if columns == nil {
			columns = ch
		}
	}
	if columns == nil {
		return
	}
	table, key := tableOf(c.d, file, columns.Name, "")
	if key != "" {
		return // said where the files are read
	}
	if len(table.Choices) == 0 {
		c.at(it, "appearance", "form.file_no_column", map[string]any{"Name": file.Name, "Column": columns.Name})
		return
	}
	list := newList(&List{Name: u.list.Name})
	add := func(ch *Choice, row *expression.Node) {
		list.Choices, list.rows = append(list.Choices, ch), append(list.rows, row)
		if list.byName[ch.Name] == nil {
			list.byName[ch.Name] = ch
		}
	}
	root := list.doc.Children[0]
	for _, ch := range fixed {
		row := rowOf(c.d, root, ch)
		row.Children = append(row.Children, &expression.Node{Name: fixedChoice, Text: "1", Parent: row})
		add(ch, row)
	}
	for i, ch := range table.Choices {
		row := table.rows[i]
		for tag, from := range columns.Label {
			if text := labelFrom(row, from); text != "" {
				ch.put(tag, text)
			}
		}
		row.Parent = root
		add(ch, row)
	}
	root.Children, list.all = list.rows, list.rows
	u.list, u.field.List, u.field.choices = list, list.List, list.Choices
	if u.text >= 0 && list.byName[OtherChoice] == nil {
		u.field.choices = append(list.Choices[:len(list.Choices):len(list.Choices)], &Choice{Name: OtherChoice})
	}
	u.search = searchFilter(args, len(fixed) > 0)
	u.field.filtered = u.search != ""
}

// labelFrom puts together the label of a choice from the columns that are named with
// commas between.
func labelFrom(row *expression.Node, columns string) string {
	var parts []string
	for column := range strings.SplitSeq(columns, ",") {
		if cell := row.Child(strings.TrimSpace(column)); cell != nil {
			parts = append(parts, cell.Text)
		}
	}
	return strings.Join(parts, ", ")
}

// searchFilter is the choice_filter that says the same as the arguments of search():
// how to look, in which column, for what; and perhaps a second column that has to be
// the same. "" where all rows are choices.
func searchFilter(args []string, fixed bool) string {
	var rules []string
	column := func(i int) string {
		name, _ := unquoted(args[i])
		return name
	}
	if len(args) >= 4 {
		in, what := column(2), args[3]
		switch way, _ := unquoted(args[1]); strings.ToLower(way) {
		case "contains":
			rules = append(rules, "contains(lower-case("+in+"), lower-case("+what+"))")
		case "startswith":
			rules = append(rules, "starts-with(lower-case("+in+"), lower-case("+what+"))")
		case "endswith":
			rules = append(rules, "ends-with(lower-case("+in+"), lower-case("+what+"))")
		default: // matches
			rules = append(rules, in+" = string("+what+")")
		}
	}
	if len(args) >= 6 {
		rules = append(rules, column(4)+" = string("+args[5]+")")
	}
	filter := strings.Join(rules, " and ")
	if fixed && filter != "" {
		return fixedChoice + " = '1' or " + filter
	}
	return filter
}
