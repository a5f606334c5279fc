package page

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

var noModTime time.Time

// smallest is the number of bytes from which compressing pays.
const smallest = 600

var (
	gzips   = sync.Pool{New: func() any { w, _ := gzip.NewWriterLevel(nil, gzip.DefaultCompression); return w }}
	buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
)

// Values of headers that every page has; see fixedHeaders.
var (
	htmlType   = []string{"text/html; charset=utf-8"}
	byEncoding = []string{"Accept-Encoding"}
)

func compressed(content []byte, level int) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, level)
	if err != nil {
		panic(err) // the level is a constant of ours
	}
	_, _ = w.Write(content)
	_ = w.Close()
	return out.Bytes()
}

func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			return strings.ReplaceAll(quality, " ", "") != "q=0"
		}
	}
	return false
}

// Write answers with a whole body, compressed where the browser takes gzip.
//
// Compression leaks lengths, which matters where an attacker can have text of
// theirs reflected beside a secret, many times over. Here that does not happen:
// pages hold no token, requests from other sites are refused before anything is
// reflected, and the hidden field is encrypted afresh each time. A page that shows
// a secret once (a link to choose a password) asks for Uncompressed first.
func Write(c *gin.Context, status int, contentType string, body []byte) {
	h := c.Writer.Header()
	if contentType == htmlType[0] {
		h["Content-Type"] = htmlType
	} else {
		h.Set("Content-Type", contentType)
	}
	if c.GetBool(uncompressed) || len(body) < smallest {
		h.Set("Content-Length", strconv.Itoa(len(body)))
		c.Status(status)
		_, _ = c.Writer.Write(body)
		return
	}
	if h["Vary"] == nil {
		h["Vary"] = byEncoding
	} else {
		h.Add("Vary", "Accept-Encoding")
	}
	if !acceptsGzip(c.Request) {
		h.Set("Content-Length", strconv.Itoa(len(body)))
		c.Status(status)
		_, _ = c.Writer.Write(body)
		return
	}
	out := buffers.Get().(*bytes.Buffer)
	out.Reset()
	w := gzips.Get().(*gzip.Writer)
	w.Reset(out)
	_, _ = w.Write(body)
	_ = w.Close()
	gzips.Put(w)
	h.Set("Content-Encoding", "gzip")
	h.Set("Content-Length", strconv.Itoa(out.Len()))
	c.Status(status)
	_, _ = c.Writer.Write(out.Bytes())
	buffers.Put(out)
}

const uncompressed = "page.uncompressed"

// Uncompressed keeps this answer out of gzip, because it shows a secret.
func Uncompressed(c *gin.Context) { c.Set(uncompressed, true) }
