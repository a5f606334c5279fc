package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"reflect"
	"sync"
	"text/template/parse"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/surveys"
)

//go:embed *.html
var ownFiles embed.FS

// Page is what every page struct is by embedding Base.
type Page interface{ base() Base }

// Template is a declared page: layout and its own file, parsed once per language.
type Template[T Page] struct {
	name   string
	byLang map[Lang]func() *template.Template
}

// Declared is a view as tests see it: each can be filled without a request.
type Declared struct {
	File   string
	FS     fs.FS
	Type   reflect.Type
	Render func(lang Lang, data any) ([]byte, error)
}

// Views are all views that were declared with the kit.
func (k *Kit) Views() []Declared { return k.views }

// View declares a page: the template file beside its handler, which defines
// "title" and "main" and may define "description". It may use the parts of
// parts.html and other files named in shared, which lie beside it. A fault in it,
// or a text that the catalogue does not hold, panics: at start, not at a visitor.
func View[T Page](k *Kit, fsys fs.FS, file string, shared ...string) *Template[T] {
	v := &Template[T]{name: file, byLang: map[Lang]func() *template.Template{}}
	parse := func(lang Lang) *template.Template {
		t := template.New("layout.html").Funcs(k.funcs(lang)).Option("missingkey=error")
		template.Must(t.ParseFS(ownFiles, "layout.html", "parts.html", "fields.html"))
		template.Must(t.ParseFS(fsys, append(shared, file)...))
		for _, each := range t.Templates() {
			if each.Tree != nil {
				walk(each.Tree.Root, visitor{text: dropIndent})
			}
		}
		return t
	}
	// Checked now, and kept from its first use on: the pages of staff in two languages
	// are more memory than all that a busy survey needs.
	if missing := k.missingTexts(parse(surveys.Dutch)); len(missing) > 0 {
		panic(fmt.Sprintf("template %s: the catalogue has no %q", file, missing))
	}
	for _, lang := range Languages {
		v.byLang[lang] = sync.OnceValue(func() *template.Template { return parse(lang) })
	}
	k.views = append(k.views, Declared{
		File: file, FS: fsys, Type: reflect.TypeFor[T](),
		Render: func(lang Lang, data any) ([]byte, error) {
			var out bytes.Buffer
			err := v.byLang[lang]().ExecuteTemplate(&out, "layout", data)
			return out.Bytes(), err
		},
	})
	return v
}

// Render fills the page and answers with it. It is executed into a buffer first,
// so that nobody gets half a page: an error means that nothing was written.
func (v *Template[T]) Render(c *gin.Context, status int, data T) error {
	out := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(out)
	out.Reset()
	in, ok := v.byLang[data.base().Lang]
	if !ok {
		in = v.byLang[surveys.Dutch]
	}
	if err := in().ExecuteTemplate(out, "layout", data); err != nil {
		return fmt.Errorf("fill page %s: %w", v.name, err)
	}
	Write(c, status, "text/html; charset=utf-8", out.Bytes())
	return nil
}

// funcs are the functions that templates may call, in one language.
func (k *Kit) funcs(lang Lang) template.FuncMap {
	cat := k.catalogue
	return template.FuncMap{
		// t "key" "Name" value …: a text of the catalogue.
		"t": func(key string, args ...any) (template.HTML, error) {
			m, err := pairs(args)
			if err != nil {
				return "", err
			}
			return cat.html(lang, key, m), nil
		},
		// in .Title: what people wrote, in the page's language or else in the other.
		"in": func(text surveys.Text) string { return text.In(lang) },
		// dict "Name" value …: several values for a template within the template.
		"dict": func(args ...any) (map[string]any, error) { return pairs(args) },
		// prose .Purpose: the same as paragraphs, for what people wrote in more of them.
		"prose":   func(text surveys.Text) template.HTML { return prose(text, lang) },
		"date":    func(d any) template.HTML { return cat.date(lang, d) },
		"day":     func(d any) template.HTML { return cat.day(lang, d) },
		"month":   func(d any) template.HTML { return cat.monthYear(lang, d) },
		"weekday": func(d any) template.HTML { return cat.weekday(lang, d) },
		"number":  func(n any) string { return number(lang, n) },
		"percent": func(share float64) string { return percent(lang, share) },
		"euros":   func(amount int) string { return euros(lang, amount) },
		"static":  k.assets.address,
		// strong and link wrap a piece that is placed in a text.
		"strong": func(v any) template.HTML { return "<strong>" + escaped(cat.word(lang, v)) + "</strong>" },
		"link": func(href, key string) template.HTML {
			return trusted(`<a href="`+template.HTMLEscapeString(href)+`">`) + cat.html(lang, key, nil) + "</a>"
		},
		"field": func(p Page, name string, value any, opts ...any) (Field, error) {
			return k.field(lang, p, name, value, opts)
		},
		"errors":  func(p Page) []fieldError { return k.fieldErrors(lang, p) },
		"measure": measure,
		"track":   track,
		"loop":    loop,
		"pages":   pagesAround,
		"badge":   func(tone, key string, args ...any) (badge, error) { return k.badge(lang, tone, key, args) },
	}
}

// dropIndent keeps the indentation of a template out of the page: it is for who
// reads the template, and would be a quarter of the bytes. What people typed is
// never touched, because it is no part of a template.
func dropIndent(text *parse.TextNode) {
	lines := bytes.SplitAfter(text.Text, []byte("\n"))
	kept := lines[0]
	for _, line := range lines[1:] {
		kept = append(append(bytes.TrimRight(kept, " \t\r\n"), '\n'), bytes.TrimLeft(line, " \t")...)
	}
	text.Text = kept
}

// trusted says that a string is HTML. It is the one place in the program that
// does; its callers escaped what people wrote.
func trusted(s string) template.HTML { return template.HTML(s) } //nolint:gosec // see above

func escaped(v any) template.HTML {
	if h, ok := v.(template.HTML); ok {
		return h
	}
	return trusted(template.HTMLEscapeString(fmt.Sprint(v)))
}
