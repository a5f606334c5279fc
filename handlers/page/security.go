package page

import (
	"maps"
	"net/http"

	"github.com/gin-gonic/gin"
)

// contentPolicy allows what we serve ourselves, and nothing else. Images may come
// from our own address; there is no inline style or script anywhere.
const contentPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; " +
	"frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'"

// fixedHeaders are on every answer what browsers must hold to. Pages may be kept by
// the browser and must be asked for again, so that "back" shows them as they were.
// The referrer stays on our own site; with no-referrer chromium sends "Origin:
// null", which the check on other sites refuses.
//
// Names are written as net/http writes them, and requests share the values: a page
// sets another value and changes none in place.
var fixedHeaders = http.Header{
	"Content-Security-Policy":      {contentPolicy},
	"X-Content-Type-Options":       {"nosniff"},
	"Referrer-Policy":              {"same-origin"},
	"Permissions-Policy":           {"camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"},
	"Cross-Origin-Opener-Policy":   {"same-origin"},
	"Cross-Origin-Resource-Policy": {"same-origin"},
	"Cache-Control":                {"private, no-cache"},
}

var strictTransport = []string{"max-age=31536000"}

func (k *Kit) headers(c *gin.Context) {
	h := c.Writer.Header()
	maps.Copy(h, fixedHeaders)
	if k.https {
		h["Strict-Transport-Security"] = strictTransport
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
	if kind := mediaType(r); kind != plainForm && kind != fileForm && r.ContentLength != 0 {
		k.Fail(c, errContentType)
		return
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
