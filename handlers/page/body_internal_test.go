package page

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAFormIsReadAsTheStandardLibraryReadsIt(t *testing.T) {
	piece := rapid.SampledFrom([]string{"vraag_1", "vraag_2", "a", "=", "=", "&", "&", "+", "%20", "%C3%A9", "%zz", "%", ";", "é"})
	rapid.Check(t, func(t *rapid.T) {
		body := strings.Join(rapid.SliceOfN(piece, 0, 30).Draw(t, "body"), "")
		want, wrong := url.ParseQuery(body)
		for _, values := range want {
			for i, v := range values {
				values[i] = asText(v) // what is no text is all that differs
			}
		}
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("Content-Type", plainForm)
		err := readForm(r)
		if (err != nil) != (wrong != nil) {
			t.Fatalf("readForm(%q) = %v, net/url says %v", body, err, wrong)
		}
		if body != "" && err == nil && !reflect.DeepEqual(r.PostForm, want) {
			t.Fatalf("readForm(%q) = %v, want %v", body, r.PostForm, want)
		}
	})
}

func TestAFormWithTenThousandsOfFieldsIsRefused(t *testing.T) {
	for body, refused := range map[string]bool{strings.Repeat("a&", mostFields-1): false, strings.Repeat("a&", mostFields): true} {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("Content-Type", plainForm)
		if err := readForm(r); (err != nil) != refused {
			t.Errorf("%d fields: %v", strings.Count(body, "&")+1, err)
		}
	}
}
