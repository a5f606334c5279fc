package page

import (
	"fmt"
	"html/template"
	"slices"
	"strconv"
)

// Field is one form field as its part of fields.html shows it. Templates make it
// with the function field.
type Field struct {
	ID, Name     string
	Label        template.HTML
	Hint         template.HTML
	Problem      template.HTML // what to do about it; "" when nothing is wrong
	Value        string
	Options      []Choice // of select, radios and checkboxes
	Type         string   // of a text field: text, email, password, tel, url, file …
	Class        string   // wk-narrow, wk-medium
	Rows         int      // of a textarea
	InputMode    string
	Autocomplete string
	MaxLength    int
	Question     bool // the label is a question: wk-question
	Spellcheck   bool
	Accept       string // of a file field
	Columns      bool   // radios and checkboxes in two columns
	DescribedBy  string
	LabelHidden  bool
}

// Option is something that can be chosen, as a page struct holds it: its Text as
// people wrote it, or the Key of a text of the catalogue.
type Option struct {
	Value string
	Text  string
	Key   string
	Hint  string // as people wrote it; or
	Help  string // the key of a text that stands under the option's own
}

// Choice is an option as it is shown.
type Choice struct {
	ID, Value string
	Text      template.HTML
	Hint      template.HTML
	Chosen    bool
}

// field makes a Field: field PAGE NAME VALUE and then options in pairs. PAGE holds
// the problems, so it is "." or "$". VALUE is what was typed: a string, or for
// checkboxes a []string. The options:
//
//	label, hint          keys of the catalogue        text, hinttext   instead, texts as people wrote them
//	options              []Option                     type class rows inputmode autocomplete maxlength accept
//	question columns     true                         id               when the name stands twice on the page
//	labelhidden          true: for the screen reader only
//
// A field's id is its name; of radios and checkboxes the first one's, so that the
// error summary can link to it.
func (k *Kit) field(lang Lang, p Page, name string, value any, opts []any) (Field, error) {
	m, err := pairs(opts)
	if err != nil {
		return Field{}, fmt.Errorf("field %s: %w", name, err)
	}
	f := Field{ID: name, Name: name, Type: "text", Rows: 3}
	var chosen []string
	switch v := value.(type) {
	case string:
		f.Value, chosen = v, []string{v}
	case []string:
		chosen = v
	case nil:
	default:
		f.Value = fmt.Sprint(v)
		chosen = []string{f.Value}
	}
	var options []Option
	for option, v := range m {
		if err := k.option(lang, &f, &options, option, v); err != nil {
			return Field{}, fmt.Errorf("field %s: %w", name, err)
		}
	}
	for i, o := range options {
		c := Choice{ID: f.ID, Value: o.Value, Hint: escaped(o.Hint), Chosen: slices.Contains(chosen, o.Value)}
		if i > 0 {
			c.ID += "-" + strconv.Itoa(i+1)
		}
		c.Text = escaped(o.Text)
		if o.Key != "" {
			c.Text = k.catalogue.html(lang, o.Key, nil)
		}
		if o.Help != "" {
			c.Hint = k.catalogue.html(lang, o.Help, nil)
		}
		f.Options = append(f.Options, c)
	}
	for _, problem := range p.base().Problems {
		if problem.Field == f.ID {
			f.Problem = k.catalogue.html(lang, problem.Key, problem.Args)
			break
		}
	}
	if f.Hint != "" {
		f.DescribedBy = f.ID + "-uitleg"
	}
	if f.Problem != "" {
		if f.DescribedBy != "" {
			f.DescribedBy += " "
		}
		f.DescribedBy += f.ID + "-fout"
	}
	return f, nil
}

func (k *Kit) option(lang Lang, f *Field, options *[]Option, name string, value any) error {
	text, _ := value.(string)
	whole, _ := value.(int)
	yes, _ := value.(bool)
	switch name {
	case "label":
		f.Label = k.catalogue.html(lang, text, nil)
	case "hint":
		f.Hint = k.catalogue.html(lang, text, nil)
	case "text":
		f.Label = escaped(value)
	case "hinttext":
		f.Hint = escaped(value)
	case "options":
		list, ok := value.([]Option)
		if !ok {
			return fmt.Errorf("options are a %T, want []page.Option", value)
		}
		*options = list
	case "id":
		f.ID = text
	case "type":
		f.Type = text
	case "class":
		f.Class = text
	case "inputmode":
		f.InputMode = text
	case "autocomplete":
		f.Autocomplete = text
	case "accept":
		f.Accept = text
	case "rows":
		f.Rows = whole
	case "maxlength":
		f.MaxLength = whole
	case "question":
		f.Question = yes
	case "columns":
		f.Columns = yes
	case "labelhidden":
		f.LabelHidden = yes
	default:
		return fmt.Errorf("unknown option %q", name)
	}
	return nil
}

// fieldError is a line of the error summary.
type fieldError struct {
	Field string
	Text  template.HTML
}

func (k *Kit) fieldErrors(lang Lang, p Page) []fieldError {
	var list []fieldError
	for _, problem := range p.base().Problems {
		list = append(list, fieldError{problem.Field, k.catalogue.html(lang, problem.Key, problem.Args)})
	}
	return list
}

// TextOptions are options whose texts people wrote, such as accounts or courses.
func TextOptions[T any](list []T, option func(T) (value string, text string)) []Option {
	options := make([]Option, len(list))
	for i, each := range list {
		options[i].Value, options[i].Text = option(each)
	}
	return options
}

// KeyOptions are options worded by the catalogue, as prefix + value.
func KeyOptions[T ~string](prefix string, values ...T) []Option {
	options := make([]Option, len(values))
	for i, v := range values {
		options[i] = Option{Value: string(v), Key: prefix + string(v)}
	}
	return options
}
