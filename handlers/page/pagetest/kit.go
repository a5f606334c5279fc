package pagetest

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

// Anchor is the moment at which tests take place: the demo story's anchor date.
var Anchor = time.Date(2026, time.November, 25, 9, 30, 0, 0, time.UTC)

// Waterrijk is the organisation of the tests.
func Waterrijk() *surveys.Organisation {
	return &surveys.Organisation{
		ID:    "waterrijk",
		Name:  surveys.Text{NL: "Gemeente Waterrijk", EN: "Municipality of Waterrijk"},
		Phone: "088 000 00 00", Email: "info@waterrijk.example",
		Hours:     surveys.Text{NL: "werkdagen 9.00 tot 17.00 uur", EN: "weekdays 9:00 to 17:00"},
		Zone:      "Europe/Amsterdam",
		Structure: surveys.Structure{Councils: []surveys.Unit{{ID: "clientenraad", Name: surveys.Text{NL: "Cliëntenraad", EN: "Client council"}}}},
	}
}

// One answers every host name with the same organisation.
type One struct{ Organisation *surveys.Organisation }

// OrganisationByHost is the organisation, or surveys.ErrNotFound without one.
func (o One) OrganisationByHost(context.Context, string) (*surveys.Organisation, error) {
	if o.Organisation == nil {
		return nil, surveys.ErrNotFound
	}
	return o.Organisation, nil
}

// Accounts holds accounts in memory, by key. It is for tests of pages that need
// somebody to have signed in and no database.
type Accounts map[surveys.ID]*surveys.Account

// FindAccount is the account, or surveys.ErrNotFound.
func (a Accounts) FindAccount(_ context.Context, _ surveys.OrgID, id surveys.ID) (*surveys.Account, error) {
	if account, ok := a[id]; ok {
		return account, nil
	}
	return nil, surveys.ErrNotFound
}

// Kit is a kit for Waterrijk at the anchor moment, with sessions in memory.
func Kit(t testing.TB, accounts page.Accounts) *page.Kit {
	t.Helper()
	k, err := page.New(page.Options{
		Organisations: One{Waterrijk()}, Accounts: accounts, Sessions: Memory(),
		Clock: func() time.Time { return Anchor }, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// LoggedKit is a Kit for everybody whose log a test reads.
func LoggedKit(t testing.TB, log io.Writer) *page.Kit {
	t.Helper()
	k, err := page.New(page.Options{Organisations: One{Waterrijk()}, Clock: func() time.Time { return Anchor }, Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// EveryViewFills executes every template that was declared with the kit, with its
// empty page struct and with one in which everything is filled in, in both
// languages. A renamed field fails here. samples are values for types whose texts
// only exist for known values, such as an outcome.
func EveryViewFills(t *testing.T, k *page.Kit, samples ...any) {
	t.Helper()
	base := reflect.TypeFor[page.Base]()
	for _, view := range k.Views() {
		for i := range view.Type.NumField() {
			if name := view.Type.Field(i).Name; hides(base, name) {
				t.Errorf("%s: its %s hides the one of every page, which the layout reads", view.File, name)
			}
		}
		for _, lang := range page.Languages {
			for name, data := range map[string]any{"empty": reflect.New(view.Type).Elem().Interface(), "full": Full(view.Type, samples...)} {
				t.Run(view.File+" "+name+" in "+string(lang), func(t *testing.T) {
					html, err := view.Render(lang, data)
					if err != nil {
						t.Fatal(err)
					}
					if strings.Contains(string(html), "ZgotmplZ") {
						t.Error("html/template refused a value as unsafe")
					}
				})
			}
		}
	}
}

func hides(base reflect.Type, name string) bool {
	_, there := base.FieldByName(name)
	return there
}

// Full is a value of the type in which everything that can be is filled in.
func Full(typ reflect.Type, samples ...any) any {
	f := filler{}
	for _, s := range append([]any{surveys.Date("2026-11-20"), surveys.Dutch, Anchor, surveys.Open, surveys.Reader, surveys.Running, surveys.PromiseLate,
		surveys.KeptAnswers, surveys.PublicTask, page.Announced,
		surveys.QR, surveys.Invalid{{Field: "x", Key: "form.kept"}}}, samples...) {
		f[reflect.TypeOf(s)] = reflect.ValueOf(s)
	}
	v := reflect.New(typ).Elem()
	f.fill(v, 0)
	return v.Interface()
}

// filler holds the value to use for each type that needs a known one.
type filler map[reflect.Type]reflect.Value

// deepest bounds types that hold themselves.
const deepest = 8

func (f filler) fill(v reflect.Value, depth int) {
	if depth > deepest || !v.CanSet() {
		return
	}
	if sample, ok := f[v.Type()]; ok {
		v.Set(sample)
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("form.kept") // text, and a key of the catalogue where one is wanted
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(3)
	case reflect.Float64:
		v.SetFloat(0.5)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			f.fill(v.Index(i), depth+1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(key, depth+1)
		f.fill(value, depth+1)
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i), depth+1)
		}
	}
}

// Headers asks every address once and checks that the answer, whatever it is,
// carries the security headers and sets no cookie without need.
func Headers(t *testing.T, handler http.Handler, addresses ...string) {
	t.Helper()
	for _, address := range addresses {
		t.Run("headers of "+address, func(t *testing.T) {
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil))
			h := w.Header()
			csp := h.Get("Content-Security-Policy")
			for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "require-trusted-types-for 'script'"} {
				if !strings.Contains(csp, want) {
					t.Errorf("Content-Security-Policy %q lacks %s", csp, want)
				}
			}
			if strings.Contains(csp, "unsafe") {
				t.Errorf("Content-Security-Policy allows something unsafe: %s", csp)
			}
			for name, want := range map[string]string{
				"X-Content-Type-Options":     "nosniff",
				"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
			} {
				if got := h.Get(name); got != want {
					t.Errorf("%s = %q, want %q", name, got, want)
				}
			}
			// An address that holds a token is no referrer at all; "no-referrer" would make chromium send "Origin: null".
			if got := h.Get("Referrer-Policy"); got != "same-origin" && got != "strict-origin" {
				t.Errorf("Referrer-Policy = %q, want same-origin or strict-origin", got)
			}
			for _, name := range []string{"Permissions-Policy", "Cache-Control"} {
				if h.Get(name) == "" {
					t.Errorf("%s is missing", name)
				}
			}
			if cookies := w.Result().Cookies(); len(cookies) > 0 {
				t.Errorf("a cookie is set: %v", cookies)
			}
		})
	}
}

// memory keeps sessions for a test.
type memory struct {
	mu   sync.Mutex
	data map[string][]byte
}

// Memory keeps sessions for as long as a test lasts.
func Memory() page.Sessions { return &memory{data: map[string][]byte{}} }

func (m *memory) FindSession(_ context.Context, token string, _ time.Time) ([]byte, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b, ok := m.data[token]
	return b, ok, nil
}

func (m *memory) SaveSession(_ context.Context, token string, b []byte, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.data[token] = b
	return nil
}

func (m *memory) DeleteSession(_ context.Context, token string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.data, token)
	return nil
}

// AddSignIn, SignInLasts and EndSignIn keep nothing: whoever has a session is signed in.
func (m *memory) AddSignIn(context.Context, *surveys.SignIn) error { return nil }

func (m *memory) SignInLasts(context.Context, surveys.OrgID, surveys.ID, surveys.ID, time.Time) (bool, error) {
	return true, nil
}

func (m *memory) EndSignIn(context.Context, surveys.OrgID, surveys.ID, surveys.ID) error { return nil }
