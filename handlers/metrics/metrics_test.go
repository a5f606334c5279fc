package metrics_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"weerklank.nl/weerklank/handlers/metrics"
)

func read(t *testing.T, m *metrics.Meter) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func TestOfRespondentsOnlyWhatFailsIsCounted(t *testing.T) {
	m := metrics.New(func() (int, int) { return 0, 2048 })
	for _, route := range []string{"/s/:slug", "/b/:ballot", "/code", "/", "/beloften/:slug", "/static/:name", "/healthz", ""} {
		for _, status := range []int{200, 303, 404, 409, 422} {
			m.Request(route, status)
		}
	}
	if said := read(t, m); strings.Contains(said, "weerklank_requests_total") {
		t.Errorf("somebody who takes part is counted:\n%s", said)
	}
	m.Request("/s/:slug", 503)
	m.Request("/code", 429)
	m.Request("/", 500)
	m.Request("/beheer/uitvragen/:survey", 200)
	m.Request("/beheer", 200)
	said := read(t, m)
	for _, want := range []string{
		`weerklank_requests_total{audience="respondents",status="503"} 1`,
		`weerklank_requests_total{audience="respondents",status="429"} 1`,
		`weerklank_requests_total{audience="public",status="500"} 1`,
		`weerklank_requests_total{audience="staff",status="200"} 2`,
	} {
		if !strings.Contains(said, want+"\n") {
			t.Errorf("%s is missing from:\n%s", want, said)
		}
	}
}

func TestTheQueueIsToldOnceManyWait(t *testing.T) {
	waiting := 0
	m := metrics.New(func() (int, int) { return waiting, 2048 })
	for n, want := range map[int]string{0: "0", 1: "0", 127: "0", 128: "128", 2048: "2048"} {
		waiting = n
		if said := read(t, m); !strings.Contains(said, "\nweerklank_writer_queue_length "+want+"\n") {
			t.Errorf("of %d that wait is told:\n%s", n, said)
		}
	}
}

func TestAWorkThatFailsDoesNotLookDone(t *testing.T) {
	m := metrics.New(func() (int, int) { return 0, 2048 })
	at := time.Date(2026, time.November, 25, 3, 0, 0, 0, time.UTC)
	m.Job("nightly", at, nil)
	m.Job("nightly", at.Add(24*time.Hour), errors.New("disk full"))
	said := read(t, m)
	for _, want := range []string{
		`weerklank_jobs_total{outcome="done",work="nightly"} 1`,
		`weerklank_jobs_total{outcome="failed",work="nightly"} 1`,
		`weerklank_job_last_success_timestamp_seconds{work="nightly"} 1.7955756e+09`,
	} {
		if !strings.Contains(said, want+"\n") {
			t.Errorf("%s is missing from:\n%s", want, said)
		}
	}
}

func TestNothingElseIsServedThere(t *testing.T) {
	m := metrics.New(func() (int, int) { return 0, 2048 })
	for _, path := range []string{"/", "/beheer", "/debug/pprof/"} {
		w := httptest.NewRecorder()
		m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
}
