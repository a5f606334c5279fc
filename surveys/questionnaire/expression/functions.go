package expression

import (
	"sort"
	"strings"
)

// function is a function of the language.
type function struct {
	least, most int // arguments; most < 0 is any number
	pairs       bool
	eval        func(r *Run, n *node) Value
	prepare     func(p *parser, n *node) *Error // looks at literal arguments, once
}

// functions is the language's table, by name. It is filled in init because some
// functions call eval, which reads the table.
var functions map[string]*function

// sortedNames is filled with functions.
var sortedNames []string

// FunctionNames lists the functions of the language, in alphabetical order.
func FunctionNames() []string { return sortedNames }

func init() {
	functions = map[string]*function{
		// logic
		"true":                {0, 0, false, func(*Run, *node) Value { return BoolOf(true) }, nil},
		"false":               {0, 0, false, func(*Run, *node) Value { return BoolOf(false) }, nil},
		"not":                 {1, 1, false, func(r *Run, n *node) Value { return BoolOf(!r.bool(n, 0)) }, nil},
		"boolean":             {1, 1, false, func(r *Run, n *node) Value { return BoolOf(r.truth(n, 0)) }, nil},
		"boolean-from-string": {1, 1, false, booleanFromString, nil},
		"if":                  {3, 3, false, ifElse, nil},
		"coalesce":            {2, -1, false, coalesce, nil},
		"once":                {1, 1, false, once, nil},
		"checklist":           {2, -1, false, checklist, nil},
		"weighted-checklist":  {2, -1, true, weightedChecklist, nil},

		// choices
		"selected":       {2, 2, false, selected, nil},
		"selected-at":    {2, 2, false, selectedAt, nil},
		"count-selected": {1, 1, false, func(r *Run, n *node) Value { return NumberOf(float64(countWords(r.text(n, 0)))) }, nil},
		"jr:choice-name": {2, 2, false, choiceName, prepareChoiceName},
		"jr:itext":       {1, 1, false, func(r *Run, n *node) Value { return TextOf(r.text(n, 0)) }, nil},

		// text
		"string":           {0, 1, false, func(r *Run, n *node) Value { return TextOf(r.textOrSelf(n)) }, nil},
		"concat":           {0, -1, false, concat, nil},
		"join":             {1, -1, false, join, nil},
		"contains":         {2, 2, false, func(r *Run, n *node) Value { return BoolOf(strings.Contains(r.text(n, 0), r.text(n, 1))) }, nil},
		"starts-with":      {2, 2, false, func(r *Run, n *node) Value { return BoolOf(strings.HasPrefix(r.text(n, 0), r.text(n, 1))) }, nil},
		"ends-with":        {2, 2, false, func(r *Run, n *node) Value { return BoolOf(strings.HasSuffix(r.text(n, 0), r.text(n, 1))) }, nil},
		"substring":        {2, 3, false, substring, nil},
		"substr":           {2, 3, false, substr, nil},
		"substring-before": {2, 2, false, substringBefore, nil},
		"substring-after":  {2, 2, false, substringAfter, nil},
		"string-length":    {0, 1, false, stringLength, nil},
		"normalize-space":  {0, 1, false, normalizeSpace, nil},
		"translate":        {3, 3, false, translate, nil},
		"upper-case":       {1, 1, false, upperCase, nil},
		"lower-case":       {1, 1, false, lowerCase, nil},
		"regex":            {2, 2, false, regex, prepareRegex},
		"uuid":             {0, 1, false, uuid, nil},
		"digest":           {2, 3, false, digest, nil},
		"base64-decode":    {1, 1, false, base64Decode, nil},
		"base64-encode":    {1, 1, false, base64Encode, nil},

		// numbers
		"number":  {0, 1, false, func(r *Run, n *node) Value { return NumberOf(r.valueOrSelf(n).numberIn(r.zone())) }, nil},
		"int":     {1, 1, false, integer, nil},
		"round":   {1, 2, false, round, nil},
		"floor":   {1, 1, false, floor, nil},
		"ceiling": {1, 1, false, ceiling, nil},
		"pow":     {2, 2, false, pow, nil},
		"random":  {0, 0, false, func(r *Run, _ *node) Value { return NumberOf(r.chance()) }, nil},
		"sum":     {1, 1, false, sum, nil},
		"min":     {0, -1, false, least, nil},
		"max":     {0, -1, false, greatest, nil},

		// dates
		"today":             {0, 0, false, today, nil},
		"now":               {0, 0, false, now, nil},
		"date":              {1, 1, false, date, nil},
		"date-time":         {1, 1, false, dateTime, nil},
		"decimal-date-time": {1, 1, false, decimalDateTime, nil},
		"decimal-time":      {1, 1, false, decimalTime, nil},
		"format-date":       {2, 2, false, formatDateCall, nil},
		"format-date-time":  {2, 2, false, formatDateCall, nil},

		// repeats and lists
		"count":           {1, 1, false, count, nodesOnly},
		"count-non-empty": {1, 1, false, countNonEmpty, nodesOnly},
		"position":        {0, 1, false, position, nil},
		"index":           {0, 1, false, position, nil},
		"last":            {0, 0, false, func(r *Run, _ *node) Value { return NumberOf(float64(r.size)) }, nil},
		"indexed-repeat":  {3, 7, false, indexedRepeat, nodesOnly},
		"instance":        {1, 1, false, instance, nil},
		"current":         {0, 0, false, func(r *Run, _ *node) Value { return TextOf(r.Source.Self()) }, nil},
		"pulldata":        {4, 4, false, pulldata, nil},
		"randomize":       {1, 2, false, randomize, nil},
		"name":            {0, 1, false, nodeName, nil},
		"local-name":      {0, 1, false, nodeName, nil},
		"version":         {0, 0, false, func(r *Run, _ *node) Value { return TextOf(r.Version) }, nil},

		// places
		"area":          {1, 1, false, area, nil},
		"enclosed-area": {1, 1, false, area, nil},
		"distance":      {1, -1, false, length, nil},
		"geofence":      {2, 2, false, geofence, nil},
	}
	for name, f := range trigonometry {
		functions[name] = &function{1, 1, false, func(r *Run, n *node) Value { return NumberOf(f(r.number(n, 0))) }, nil}
	}
	functions["pi"] = &function{0, 0, false, pi, nil}
	functions["atan2"] = &function{2, 2, false, atan2, nil}
	for name := range functions {
		sortedNames = append(sortedNames, name)
	}
	sort.Strings(sortedNames)
}

// check holds a call against the table.
func (f *function) check(p *parser, n *node) *Error {
	if len(n.args) < f.least || f.most >= 0 && len(n.args) > f.most || f.pairs && len(n.args)%2 != 0 {
		args := map[string]any{"Name": n.text, "Given": len(n.args), "Least": f.least, "Most": f.most}
		switch {
		case f.most == f.least:
			return &Error{Pos: n.pos, Key: "expression.arguments_exact", Args: args}
		case len(n.args) < f.least || f.pairs:
			return &Error{Pos: n.pos, Key: "expression.arguments_few", Args: args}
		}
		return &Error{Pos: n.pos, Key: "expression.arguments_many", Args: args}
	}
	if f.prepare != nil {
		return f.prepare(p, n)
	}
	return nil
}

// nodesOnly refuses a first argument that is no path: count(2).
func nodesOnly(_ *parser, n *node) *Error {
	switch a := n.args[0]; a.op {
	case opRef, opSelf, opColumn, opFilter, opStep, opUnion, opUp:
		return nil
	case opCall:
		if a.text == "instance" || a.text == "randomize" {
			return nil
		}
	}
	return &Error{Pos: n.args[0].pos, Key: "expression.wants_question", Args: map[string]any{"Name": n.text}}
}

func (r *Run) value(n *node, i int) Value    { return r.eval(n.args[i]) }
func (r *Run) text(n *node, i int) string    { v := r.eval(n.args[i]); return v.Text() }
func (r *Run) number(n *node, i int) float64 { v := r.eval(n.args[i]); return v.numberIn(r.zone()) }
func (r *Run) bool(n *node, i int) bool      { v := r.eval(n.args[i]); return v.Bool() }

func (r *Run) truth(n *node, i int) bool { return r.bool(n, i) }

// valueOrSelf is the only argument, or where it is left out the answer itself.
func (r *Run) valueOrSelf(n *node) Value {
	if len(n.args) > 0 {
		return r.eval(n.args[0])
	}
	if r.node != nil {
		return TextOf(r.node.Text)
	}
	return TextOf(r.Source.Self())
}

func (r *Run) textOrSelf(n *node) string { v := r.valueOrSelf(n); return v.Text() }
