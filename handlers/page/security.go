package page

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

// contentPolicy allows what we serve ourselves, and nothing else. Images may come
// from our own address; there is no inline style or script anywhere.
const contentPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; " +
	"frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'"

// headers sets on every answer what browsers must hold to. Pages may be kept by
// the browser and must be asked for again, so that "back" shows them as they were.
// The referrer stays on our own site; with no-referrer chromium sends "Origin:
// null", which the check on other sites refuses.
func (k *Kit) headers(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "private, no-cache")
	if k.https {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// Limits of a body, in bytes.
const (
	MostBody   = 1 << 20  // a form, also a long survey with its hidden field
	MostUpload = 10 << 20 // a file
)

const wholeBody = "page.body"

// guarded refuses what comes from another site or is no form, and bounds the body.
func (k *Kit) guarded(c *gin.Context) {
	if err := k.cross.Check(c.Request); err != nil {
		k.Fail(c, errOtherSite)
		return
	}
	r := c.Request
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" && kind != "multipart/form-data" {
		if r.ContentLength != 0 {
			k.Fail(c, errContentType)
			return
		}
	}
	c.Set(wholeBody, r.Body)
	r.Body = http.MaxBytesReader(c.Writer, r.Body, MostBody)
}

// AllowBody lets a route take a larger body, of so many bytes, such as a file. It
// stands before Handle.
func AllowBody(most int64) gin.HandlerFunc {
	return func(c *gin.Context) {
		if body, ok := c.Get(wholeBody); ok {
			c.Request.Body = http.MaxBytesReader(c.Writer, body.(readCloser), most)
		}
	}
}

type readCloser interface {
	Read([]byte) (int, error)
	Close() error
}

// inMemory is how much of an uploaded file is held in memory; the rest waits in a
// temporary file that is removed after the request.
const inMemory = 1 << 20

// readForm reads the body of a form once, so that a page finds its fields, and a
// body that is too large or garbled is an error and not an empty form.
func readForm(r *http.Request) error {
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	var err error
	switch kind {
	case "multipart/form-data":
		err = r.ParseMultipartForm(inMemory)
	case "application/x-www-form-urlencoded":
		err = r.ParseForm()
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

// asText is what was typed as text that either database can store: no browser sends
// NUL or bytes that are not UTF-8, but anybody else may.
func asText(typed string) string {
	if plainText(typed) {
		return typed
	}
	return strings.ReplaceAll(strings.ToValidUTF8(typed, "\ufffd"), "\x00", "\ufffd")
}
