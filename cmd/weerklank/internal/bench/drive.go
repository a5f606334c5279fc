// Package bench measures the product from outside: a load generator in this
// process drives a server in another one over real HTTP, and holds it against a
// ceiling, a bare server that does the same without asking, checking or storing.
package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Load is what a number of connections came to in some time.
type Load struct {
	Acknowledged int             // visits that ended in a thank-you page
	Took         time.Duration   // from the first request to the last answer
	Requests     []time.Duration // of each request, in no order
}

// PerSecond is the number of visits a second.
func (l *Load) PerSecond() float64 { return float64(l.Acknowledged) / l.Took.Seconds() }

// Quantile is how long a request took at most, for the share q of all requests.
func (l *Load) Quantile(q float64) time.Duration {
	if len(l.Requests) == 0 {
		return 0
	}
	slices.Sort(l.Requests)
	return l.Requests[min(int(q*float64(len(l.Requests))), len(l.Requests)-1)]
}

// Visit is what a respondent does: open the question page, answer it, send it.
type Visit struct {
	Page string     // address of the question page
	Send string     // address to which its form goes
	Form url.Values // answers and button; the hidden field is added from the page
}

// hidden is the start of the field that every page carries afresh.
var hidden = []byte(`name="tot-nu-toe" value="`)

// thanked stands on a thank-you page and on no other.
var thanked = []byte(`class="wk-code"`)

// Drive makes visits on so many keep-alive connections, one after the other on
// each, until the time is over; a visit that was begun is ended. Any answer but a
// thank-you page is an error.
func Drive(ctx context.Context, v Visit, connections int, lasting time.Duration) (*Load, error) {
	transport := &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections, DisableCompression: true}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	rest := v.Form.Encode()
	loads := make([]Load, connections)
	errs := make([]error, connections)
	var wait sync.WaitGroup
	start := time.Now()
	until := start.Add(lasting)
	for i := range connections {
		wait.Go(func() {
			d := driver{client: client, visit: v, rest: rest, load: &loads[i]}
			for time.Now().Before(until) && ctx.Err() == nil && errs[i] == nil {
				errs[i] = d.once(ctx)
			}
		})
	}
	wait.Wait()
	total := &Load{Took: time.Since(start)}
	for i := range loads {
		total.Acknowledged += loads[i].Acknowledged
		total.Requests = append(total.Requests, loads[i].Requests...)
	}
	return total, errors.Join(append(errs, ctx.Err())...)
}

type driver struct {
	client *http.Client
	visit  Visit
	rest   string
	load   *Load
	page   bytes.Buffer
	thanks bytes.Buffer
}

// once makes one visit.
func (d *driver) once(ctx context.Context) error {
	get, err := http.NewRequestWithContext(ctx, http.MethodGet, d.visit.Page, nil)
	if err != nil {
		return err
	}
	if err := d.ask(get, &d.page); err != nil {
		return err
	}
	field, err := HiddenField(d.page.Bytes())
	if err != nil {
		return err
	}
	body := "tot-nu-toe=" + string(field) + "&" + d.rest
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, d.visit.Send, strings.NewReader(body))
	if err != nil {
		return err
	}
	post.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if err := d.ask(post, &d.thanks); err != nil {
		return err
	}
	if !bytes.Contains(d.thanks.Bytes(), thanked) {
		return errors.New("a visit ended in another page than the thank-you page")
	}
	d.load.Acknowledged++
	return nil
}

// ask makes one request, reads its whole answer and notes how long that took.
func (d *driver) ask(r *http.Request, into *bytes.Buffer) error {
	begun := time.Now()
	answer, err := d.client.Do(r)
	if err != nil {
		return err
	}
	into.Reset()
	_, err = io.Copy(into, answer.Body)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return err
	}
	d.load.Requests = append(d.load.Requests, time.Since(begun))
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s was answered with %s", r.Method, answer.Status)
	}
	return nil
}

// HiddenField is the sealed sitting in a page: characters that need no escaping,
// neither in HTML nor in a form.
func HiddenField(page []byte) ([]byte, error) {
	at := bytes.Index(page, hidden)
	if at < 0 {
		return nil, errors.New("a page has no hidden field")
	}
	field, _, ok := bytes.Cut(page[at+len(hidden):], []byte(`"`))
	if !ok {
		return nil, errors.New("a page ends in its hidden field")
	}
	return field, nil
}
