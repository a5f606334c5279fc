package page

import (
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"path"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"weerklank.nl/weerklank/static"
	"weerklank.nl/weerklank/surveys"
)

// Lang is a language of the interface.
type Lang = surveys.Lang

// Languages are those of the interface, the first one first.
var Languages = []Lang{surveys.Dutch, surveys.English}

// catalogue holds every text that people see, per language.
type catalogue struct {
	localizers map[Lang]*i18n.Localizer
	keys       map[Lang]map[string]bool
	plain      sync.Map // unfilled → template.HTML: texts that nothing is filled in
}

// unfilled is a text of the catalogue in a language.
type unfilled struct {
	lang Lang
	key  string
}

// readCatalogue reads every locales/AREA.LANG.json. It refuses a key that stands
// in two areas.
func readCatalogue(files fs.FS) (*catalogue, error) {
	bundle := i18n.NewBundle(language.Dutch)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	cat := &catalogue{localizers: map[Lang]*i18n.Localizer{}, keys: map[Lang]map[string]bool{}}
	for _, lang := range Languages {
		cat.keys[lang] = map[string]bool{}
	}
	names, err := fs.Glob(files, "locales/*.json")
	if err != nil {
		return nil, fmt.Errorf("read catalogue: %w", err)
	}
	for _, name := range names {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read catalogue: %w", err)
		}
		parsed, err := bundle.ParseMessageFileBytes(raw, path.Base(name))
		if err != nil {
			return nil, fmt.Errorf("read catalogue %s: %w", path.Base(name), err)
		}
		keys, ok := cat.keys[Lang(parsed.Tag.String())]
		if !ok {
			return nil, fmt.Errorf("read catalogue %s: unknown language %s", path.Base(name), parsed.Tag)
		}
		for _, m := range parsed.Messages {
			if keys[m.ID] {
				return nil, fmt.Errorf("read catalogue %s: %s stands in another area too", path.Base(name), m.ID)
			}
			keys[m.ID] = true
			if m.One == "" { // a text that reads the same for one, or that only carries a number along
				m.One = m.Other
				if err := bundle.AddMessages(parsed.Tag, m); err != nil {
					return nil, fmt.Errorf("read catalogue %s: %w", path.Base(name), err)
				}
			}
		}
	}
	for _, lang := range Languages {
		cat.localizers[lang] = i18n.NewLocalizer(bundle, string(lang))
	}
	return cat, nil
}

// has tells whether the key stands in the catalogue of the first language.
func (cat *catalogue) has(key string) bool { return cat.keys[surveys.Dutch][key] }

func (cat *catalogue) text(lang Lang, key string, args map[string]any) string {
	localizer, ok := cat.localizers[lang]
	if !ok {
		lang, localizer = surveys.Dutch, cat.localizers[surveys.Dutch]
	}
	config := &i18n.LocalizeConfig{MessageID: key}
	if args != nil {
		data := make(map[string]any, len(args))
		for name, value := range args {
			data[name] = cat.word(lang, value)
		}
		config.TemplateData = data
		if count, ok := args["Count"]; ok {
			config.PluralCount = count
		}
	}
	text, err := localizer.Localize(config)
	if err != nil {
		if testing.Testing() {
			panic(fmt.Sprintf("text %q in %s: %v", key, lang, err))
		}
		return key
	}
	return text
}

// word writes a placeholder's value as people read it.
func (cat *catalogue) word(lang Lang, value any) any {
	switch v := value.(type) {
	case int:
		return number(lang, v)
	case int64:
		return number(lang, v)
	case float64:
		return number(lang, v)
	case surveys.Date, time.Time:
		return cat.dateText(lang, v)
	case surveys.Text:
		return v.In(lang)
	}
	return value
}

// html is a text of the catalogue as HTML: everything is escaped, except a
// placeholder's value that is HTML already, such as a date or a link.
func (cat *catalogue) html(lang Lang, key string, args map[string]any) template.HTML {
	if len(args) == 0 {
		if html, known := cat.plain.Load(unfilled{lang, key}); known {
			return html.(template.HTML)
		}
		html := escaped(cat.text(lang, key, args))
		if cat.keys[lang][key] { // so that there are never more than the catalogue has
			cat.plain.Store(unfilled{lang, key}, html)
		}
		return html
	}
	data := maps.Clone(args)
	var marks []string
	for name, value := range args {
		if h, ok := value.(template.HTML); ok {
			// A mark out of the private-use area, which nobody types.
			mark := "\uE000" + strconv.Itoa(len(marks)/2) + "\uE001"
			marks = append(marks, mark, string(h))
			data[name] = mark
		}
	}
	text := template.HTMLEscapeString(cat.text(lang, key, data))
	return trusted(strings.NewReplacer(marks...).Replace(text))
}

// pairs reads the arguments of a template function: name, value, name, value.
func pairs(args []any) (map[string]any, error) {
	if len(args) == 0 {
		return nil, nil
	}
	if len(args)%2 != 0 {
		return nil, fmt.Errorf("arguments come in pairs of a name and a value, got %d", len(args))
	}
	m := make(map[string]any, len(args)/2)
	for i := 0; i < len(args); i += 2 {
		name, ok := args[i].(string)
		if !ok {
			return nil, fmt.Errorf("argument %d is no name", i)
		}
		m[name] = args[i+1]
	}
	return m, nil
}

// ourCatalogue is that of the embedded files, read once and never changed.
var ourCatalogue = sync.OnceValues(func() (*catalogue, error) { return readCatalogue(static.Locales) })

// Texts gives the catalogue to those who show no pages, such as sub-commands. The
// function words a key in a language, as Kit.Text does.
func Texts() (func(lang Lang, key string, args map[string]any) string, error) {
	cat, err := ourCatalogue()
	if err != nil {
		return nil, err
	}
	return cat.text, nil
}
