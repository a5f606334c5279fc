package main

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"weerklank.nl/weerklank/cmd/weerklank/internal/bench"
)

// sends fills in the survey behind an invitation and gives the form that sends it.
func (l *life) sends(s *livedSurvey, one *invitedPerson) string {
	start, err := l.request(http.MethodGet, "/b/"+one.token, "")
	if err != nil {
		l.t.Error(err)
		return ""
	}
	form := url.Values{"ga": {"beginnen"}, "tot-nu-toe": {l.field(start)}}
	sheet, err := l.request(http.MethodPost, "/s/"+string(s.id), form.Encode())
	if err != nil {
		l.t.Error(err)
		return ""
	}
	return url.Values{"ga": {"versturen"}, "tot-nu-toe": {l.field(sheet)}, "geheim": {one.secret}, "werk": {string(one.secret[0]%5 + '1')},
		"sfeer": {string(one.secret[1]%5 + '1')}}.Encode()
}

func (l *life) field(html []byte) string {
	field, err := bench.HiddenField(html)
	if err != nil {
		l.t.Errorf("%v:\n%s", err, html)
	}
	return string(field)
}

var codeGroup = regexp.MustCompile(`<span>([A-Z2-9]{4})</span>`)

// thanked sends the form and notes the receipt code; one in three leaves an address
// afterwards, some look at what became of their answers, and some withdraw them.
func (l *life) thanked(s *livedSurvey, one *invitedPerson, form string) {
	page, err := l.request(http.MethodPost, "/s/"+string(s.id), form)
	if err != nil {
		l.t.Error(err)
		return
	}
	_, code, ok := bytes.Cut(page, []byte(`class="wk-code"`))
	groups := codeGroup.FindAllSubmatch(code[:min(len(code), 400)], 4)
	if !ok || len(groups) != 4 {
		l.t.Errorf("no receipt code on %s", page)
		return
	}
	for _, g := range groups {
		one.code += string(g[1])
	}
	if one.arrived%3 == 0 && one.email != "" {
		l.does("/s/"+string(s.id)+"/bericht", url.Values{"email": {one.email}})
	}
	switch {
	case one.arrived == 3 || one.arrived == 9: // regret it
		l.does("/code", url.Values{"ontvangstcode": {one.code}, "ga": {"intrekken"}, "code-nogmaals": {one.code}})
		one.left = true
	case one.arrived%5 == 0:
		l.does("/code", url.Values{"ontvangstcode": {one.code}})
	}
}

func (l *life) does(path string, form url.Values) {
	if _, err := l.request(http.MethodPost, path, form.Encode()); err != nil {
		l.t.Error(err)
	}
}

// request asks the product from an address of its own, through a proxy, as everybody
// lives somewhere else.
func (l *life) request(method, path, form string) ([]byte, error) {
	r, err := http.NewRequest(method, l.url+path, strings.NewReader(form))
	if err != nil {
		return nil, err
	}
	var from [3]byte
	_, _ = rand.Read(from[:])
	r.Header.Set("X-Forwarded-For", fmt.Sprintf("100.%d.%d.%d", from[0], from[1], from[2]))
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := l.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: %s\n%s", method, path, answer.Status, body)
	}
	return body, err
}

// scrape reads the metrics, as a monitoring system does.
func (l *life) scrape() {
	l.t.Helper()
	answer, err := l.client.Get("http://" + l.metered + "/metrics")
	fatal(l.t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	fatal(l.t, err)
	l.scrapes = append(l.scrapes, string(body))
}
