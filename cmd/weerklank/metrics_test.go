package main

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"weerklank.nl/weerklank/surveys"
)

// metrics reads what the monitoring system sees, over HTTP.
func (r *running) metrics(t *testing.T) string {
	t.Helper()
	resp, err := http.Get("http://" + r.metered.Addr().String() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s %v", resp.Status, err)
	}
	return string(body)
}

// ours are the lines about requests and submissions: the clock ticks meanwhile, and
// the process moves by the work of the test.
func ours(said string) string {
	var kept []string
	for line := range strings.Lines(said) {
		if strings.HasPrefix(line, "weerklank_") && !strings.HasPrefix(line, "weerklank_job") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

func TestTheMetricsDoNotMoveWhenSomebodyTakesPart(t *testing.T) {
	r := onSQLite(t)
	r.turn(t, time.Minute)
	before := r.metrics(t)
	r.isAnswered(t, r.filled.Open, 1)
	after := r.metrics(t)
	if ours(before) != ours(after) {
		t.Errorf("a response can be seen. Before:\n%s\nafter:\n%s", ours(before), ours(after))
	}
	r.staff(t, surveys.ProgrammeManager)
	r.turn(t, 24*time.Hour)
	after = r.metrics(t)
	for _, want := range []string{`weerklank_requests_total{audience="staff",status="200"}`, `weerklank_jobs_total{outcome="done",work="nightly"}`,
		"process_resident_memory_bytes ", "go_goroutines "} {
		if !strings.Contains(after, want) {
			t.Errorf("%s is missing from:\n%s", want, after)
		}
	}
	orgs, err := r.vault.ListOrganisations(t.Context())
	if err != nil || len(orgs) != 1 {
		t.Fatalf("%d organisations, %v", len(orgs), err)
	}
	list, err := r.programme.ListSurveys(t.Context(), orgs[0].ID)
	if err != nil || len(list) == 0 {
		t.Fatalf("%d surveys, %v", len(list), err)
	}
	for _, s := range list {
		for _, word := range []string{s.Slug, string(s.ID), string(s.Org)} {
			if strings.Contains(after, word) {
				t.Errorf("%q stands in the metrics:\n%s", word, after)
			}
		}
	}
	t.Run("and are not on the address of the product", func(t *testing.T) {
		resp, err := http.Get(r.url + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusNotFound {
			t.Errorf("status %s", resp.Status)
		}
	})
}
