package page

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/surveys"
)

// Kinds of refusal that only speak HTTP.
var (
	errNoPage      = fmt.Errorf("no page at this address: %w", surveys.ErrNotFound)
	errMethod      = errors.New("method not allowed here")
	errContentType = errors.New("body is no form")
	errOtherSite   = errors.New("request from another site")
	errBadForm     = errors.New("form cannot be read")
	errPanic       = errors.New("panic")
)

// TooMany refuses because something was tried too often; it may be tried again
// after some time.
type TooMany struct{ After time.Duration }

// Error says so, for the log.
func (t TooMany) Error() string { return "too many attempts" }

// failure is one row of the table from errors to pages: the status, and the name
// of the four texts error.NAME.title, .what, .kept and .next.
type failure struct {
	status int
	name   string
}

// failureOf is the table. Whatever it does not know is a fault of ours.
func failureOf(err error) failure {
	var tooLarge *http.MaxBytesError
	var invalid surveys.Invalid
	var tooMany TooMany
	switch {
	case errors.Is(err, surveys.ErrNotFound):
		return failure{http.StatusNotFound, "not_found"}
	case errors.Is(err, surveys.ErrForbidden):
		return failure{http.StatusForbidden, "forbidden"}
	case errors.Is(err, errOtherSite):
		return failure{http.StatusForbidden, "other_site"}
	case errors.Is(err, surveys.ErrChangedMeanwhile):
		return failure{http.StatusConflict, "changed"}
	case errors.Is(err, surveys.ErrBusy):
		return failure{http.StatusServiceUnavailable, "busy"}
	case errors.As(err, &tooMany):
		return failure{http.StatusTooManyRequests, "too_many"}
	case errors.As(err, &invalid):
		return failure{http.StatusUnprocessableEntity, "invalid"}
	case errors.As(err, &tooLarge):
		return failure{http.StatusRequestEntityTooLarge, "too_large"}
	case errors.Is(err, errContentType):
		return failure{http.StatusUnsupportedMediaType, "content_type"}
	case errors.Is(err, errBadForm):
		return failure{http.StatusBadRequest, "bad_form"}
	case errors.Is(err, errMethod):
		return failure{http.StatusMethodNotAllowed, "method"}
	}
	return failure{http.StatusInternalServerError, "fault"}
}

// StatusOf is the status that an error gets, for pages that word it themselves.
func StatusOf(err error) int { return failureOf(err).status }

// busyAfter is when a busy server may be tried again, in seconds.
const busyAfter = 5

type failurePage struct {
	Base
	Title, What, Kept, Next string
	Incident                string   // to tell by phone; "" unless it is a fault of ours
	Again                   []typed  // what was sent, to send again when the fault passes
	Files                   bool     // whether files were sent along, which have to be chosen again
	First                   bool     // whether the first page is the way on
	Lost                    []string // what was typed over what somebody else changed, to take over by hand
	Newest                  bool     // whether the address shows how it stands now
}

// typed is a field of a form that came to nothing.
type typed struct{ Name, Value string }

// again is the form that was sent, where a fault of ours kept it from being dealt
// with: the page carries it, so that nothing has to be typed twice. A form with
// a password is not kept, and what another site sent is never offered as ours. files
// tells that there were files beside it, which a page cannot carry.
func (k *Kit) again(c *gin.Context) (sent []typed, files bool) {
	r := c.Request
	kind := mediaType(r)
	if r.Method != http.MethodPost || kind != plainForm && kind != fileForm || k.cross.Check(r) != nil {
		return nil, false
	}
	if r.PostForm == nil && r.Body != nil { // it failed before the form was read
		r.Body = http.MaxBytesReader(c.Writer, r.Body, MostBody)
		if readForm(r) != nil {
			return nil, false
		}
	}
	if r.MultipartForm != nil {
		for _, each := range r.MultipartForm.File {
			files = files || slices.ContainsFunc(each, func(f *multipart.FileHeader) bool { return f.Size > 0 })
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		if strings.Contains(name, "password") || strings.Contains(name, "wachtwoord") {
			return nil, files
		}
		for _, value := range r.PostForm[name] {
			sent = append(sent, typed{name, value})
		}
	}
	return sent, files
}

// texts are what somebody typed of a form: not its buttons and keys, and no value
// twice.
func texts(sent []typed) []string {
	var all []string
	for _, field := range sent {
		value := strings.TrimSpace(field.Value)
		if value != "" && field.Name != "revision" && field.Name != "ga" && !slices.Contains(all, value) {
			all = append(all, value)
		}
	}
	return all
}

// Handle makes a Gin handler of a page that returns its error. A body that cannot
// be read as a form is refused before the page is called.
func (k *Kit) Handle(fn func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		err := readForm(c.Request)
		if err == nil {
			err = fn(c)
		}
		if err != nil {
			k.Fail(c, err)
		}
	}
}

// statusLeft is for whoever reads the log of a proxy, as other servers write it: the
// visitor closed the connection, and no answer reaches them.
const statusLeft = 499

// Left tells whether a page failed because its visitor went away in the middle: what
// it was still reading was broken off, or what it was writing has nobody to go to.
// That is no fault of the program, and says something about the visitor.
func Left(c *gin.Context, err error) bool {
	if c.Request.Context().Err() == nil || errors.Is(err, errPanic) {
		return false
	}
	return c.Writer.Written() || errors.Is(err, context.Canceled) ||
		errors.Is(err, surveys.ErrBusy) // PostgreSQL names the end of a statement, not its reason
}

// Fail answers with the page that the error gets and logs it once. The log names
// the route, not the address, and nothing that somebody typed. Where part of an
// answer is on its way the connection is broken off, so that half a file does not
// look like a whole one.
func (k *Kit) Fail(c *gin.Context, err error) {
	c.Abort()
	if Left(c, err) {
		k.log.Debug("visitor left", "method", c.Request.Method, "route", c.FullPath(), "err", err.Error())
		c.Status(statusLeft)
		return
	}
	f := failureOf(err)
	incident := k.note(c, err, f.status)
	if c.Writer.Written() {
		panic(http.ErrAbortHandler)
	}
	switch f.status {
	case http.StatusServiceUnavailable:
		c.Header("Retry-After", strconv.Itoa(busyAfter))
	case http.StatusTooManyRequests:
		var tooMany TooMany
		errors.As(err, &tooMany)
		c.Header("Retry-After", strconv.Itoa(int(max(1, tooMany.After.Seconds()))))
	}
	p := failurePage{Base: k.Base(c), Incident: incident, First: f.status == http.StatusNotFound}
	if f.status == http.StatusServiceUnavailable || f.status == http.StatusInternalServerError {
		p.Again, p.Files = k.again(c)
	}
	if f.status == http.StatusConflict {
		sent, _ := k.again(c)
		p.Lost = texts(sent)
		p.Newest = slices.ContainsFunc(k.routes, func(r StaffRoute) bool { return r.Method == http.MethodGet && r.Path == c.FullPath() })
	}
	if c.Request.Method != http.MethodGet {
		p.OtherLang = ""
	}
	p.Title = k.Text(p.Lang, "error."+f.name+".title", nil)
	p.What = k.Text(p.Lang, "error."+f.name+".what", nil)
	p.Kept = k.Text(p.Lang, "error."+f.name+".kept", nil)
	switch {
	case len(p.Again) > 0 && p.Files:
		p.Kept = k.Text(p.Lang, "error.again.files", nil)
	case len(p.Again) > 0:
		p.Kept = k.Text(p.Lang, "error.again.kept", nil)
	}
	p.Next = k.Text(p.Lang, "error."+f.name+".next", nil)
	if err := k.failed.Render(c, f.status, p); err != nil {
		k.log.Error("error page", "err", err)
		c.Status(http.StatusInternalServerError)
	}
}

// note logs an error once and gives a fault of ours a number to tell by phone.
func (k *Kit) note(c *gin.Context, err error, status int) string {
	args := []any{"method", c.Request.Method, "route", c.FullPath(), "status", status, "err", err.Error()}
	switch {
	case status >= http.StatusInternalServerError && status != http.StatusServiceUnavailable:
		incident := newIncident()
		k.log.Error("page failed", append(args, "incident", incident)...)
		return incident
	case status == http.StatusServiceUnavailable:
		k.log.Warn("page refused", args...)
	default:
		k.log.Info("page refused", args...)
	}
	return ""
}

// newIncident is a number that is short enough to tell by phone and says nothing.
func newIncident() string {
	text := rand.Text()
	return text[:3] + "-" + text[3:6]
}

// recovered turns a panic into the page for a fault of ours.
func (k *Kit) recovered(c *gin.Context) {
	defer func() {
		if v := recover(); v != nil {
			if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(v)
			}
			k.Fail(c, fmt.Errorf("%w: %s", errPanic, panicText(v)))
		}
	}()
	c.Next()
}

// panicText keeps to faults that the language found: any other value that a page
// panicked with could hold what somebody typed.
func panicText(v any) string {
	if err, ok := v.(runtime.Error); ok {
		return strings.ReplaceAll(err.Error(), "\n", " ")
	}
	return fmt.Sprintf("%T", v)
}
