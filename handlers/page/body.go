package page

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// The two kinds of body that a form has.
const (
	plainForm = "application/x-www-form-urlencoded"
	fileForm  = "multipart/form-data"
)

// inMemory is how much of an uploaded file is held in memory; the rest waits in a
// temporary file that is removed after the request.
const inMemory = 1 << 20

// mostFields is how many fields a form may have: as many as net/url reads.
const mostFields = 10000

var errManyFields = errors.New("form has too many fields")

// mediaType is the kind of body of a request; "" when it says none that can be read.
func mediaType(r *http.Request) string {
	said := r.Header.Get("Content-Type")
	if said == plainForm { // what browsers say
		return said
	}
	kind, _, err := mime.ParseMediaType(said)
	if err != nil {
		return ""
	}
	return kind
}

// readForm reads the body of a form once, so that a page finds its fields in
// PostForm, and a body that is too large or garbled is an error and not an empty
// form.
func readForm(r *http.Request) error {
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	var err error
	switch mediaType(r) {
	case fileForm:
		err = r.ParseMultipartForm(inMemory)
	case plainForm:
		r.PostForm, err = readFields(r)
	}
	if err == nil {
		for _, values := range r.PostForm {
			for i, v := range values {
				values[i] = asText(v)
			}
		}
		return nil
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return fmt.Errorf("read form: %w", tooLarge)
	}
	// The parser's own words may quote what was typed.
	return errBadForm
}

// readFields reads the fields as http.Request.ParseForm reads them, without its
// second map and with one piece of memory for all values: a survey's page has
// dozens of fields, and reading them was a quarter of what sending answers costs.
func readFields(r *http.Request) (url.Values, error) {
	body := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(body)
	body.Reset()
	if _, err := body.ReadFrom(r.Body); err != nil {
		return nil, err
	}
	rest := body.String()
	most := strings.Count(rest, "&") + 1
	if most > mostFields {
		return nil, errManyFields
	}
	fields := make(url.Values, most)
	values := make([]string, most)
	for rest != "" {
		var pair string
		if pair, rest, _ = strings.Cut(rest, "&"); pair == "" {
			continue
		}
		if strings.Contains(pair, ";") {
			return nil, errBadForm
		}
		name, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil {
			return nil, err
		}
		if value, err = url.QueryUnescape(value); err != nil {
			return nil, err
		}
		if already, twice := fields[name]; twice {
			fields[name] = append(already, value)
			continue
		}
		values[0] = value
		fields[name], values = values[:1:1], values[1:]
	}
	return fields, nil
}

// asText is what was typed as text that either database can store: no browser sends
// NUL or bytes that are not UTF-8, but anybody else may.
func asText(typed string) string {
	if plainText(typed) {
		return typed
	}
	return strings.ReplaceAll(strings.ToValidUTF8(typed, "\ufffd"), "\x00", "\ufffd")
}
