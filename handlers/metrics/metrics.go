// Package metrics is what a monitoring system reads: whether the program does its
// work. It knows no survey, no organisation and nobody: of every figure was asked
// whom it could betray to somebody who reads it every few seconds and keeps it.
//
// So nothing here moves when one person fills in a survey. Requests of respondents
// and visitors are counted when they fail and not when they succeed: a counter of
// all of them, read often, would be a list of the moments at which people took part,
// and on a quiet day a live counter of responses. What the process itself says
// (connections, memory, processor time) moves with every visitor too, so it is let
// out in steps; see coarse.
package metrics

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Meter counts. It is safe for use by several requests at a time.
type Meter struct {
	gather   prometheus.Gatherer
	requests *prometheus.CounterVec
	jobs     *prometheus.CounterVec
	done     *prometheus.GaugeVec
}

// queueStep is in what steps the length of the writer's queue is told: one that
// waits for a moment shows as none.
const queueStep = 128

// New makes a meter. queue gives the number of submissions that wait for the
// grouped writer, and how many may wait.
func New(queue func() (waiting, most int)) *Meter {
	m := &Meter{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "weerklank_requests_total",
			Help: "Requests by audience and status. Those of staff all; of anybody else only what failed (5xx) or was tried too often (429).",
		}, []string{"audience", "status"}),
		jobs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "weerklank_jobs_total",
			Help: "Turns of the clock's works on this instance, by outcome. Only the instance that leads takes turns.",
		}, []string{"work", "outcome"}),
		done: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "weerklank_job_last_success_timestamp_seconds",
			Help: "When a work of the clock last succeeded on this instance.",
		}, []string{"work"}),
	}
	waiting := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "weerklank_writer_queue_length",
		Help: fmt.Sprintf("Submissions that wait for the grouped writer, rounded down to a multiple of %d.", queueStep),
	}, func() float64 { n, _ := queue(); return float64(n / queueStep * queueStep) })
	room := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "weerklank_writer_queue_capacity",
		Help: "Submissions that may wait; one more is answered with 503.",
	}, func() float64 { _, most := queue(); return float64(most) })
	ours, machine := prometheus.NewRegistry(), prometheus.NewRegistry()
	ours.MustRegister(m.requests, m.jobs, m.done, waiting, room)
	machine.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.gather = prometheus.Gatherers{ours, newCoarse(machine)}
	return m
}

// Request counts a request that was answered: the pattern of its route ("" when no
// page is there) and the status.
func (m *Meter) Request(route string, status int) {
	audience := audienceOf(route)
	if audience != "staff" && status < http.StatusInternalServerError && status != http.StatusTooManyRequests {
		return
	}
	m.requests.WithLabelValues(audience, strconv.Itoa(status)).Inc()
}

// audienceOf tells for whom a route is. All pages of staff are one: which of them
// somebody reads is nobody's business.
func audienceOf(route string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(route, "/"), "/")
	switch first {
	case "beheer":
		return "staff"
	case "s", "b", "code":
		return "respondents"
	case "healthz", "readyz":
		return "monitors"
	}
	return "public"
}

// Job records a turn of a work of the clock, which ended at that moment.
func (m *Meter) Job(work string, at time.Time, err error) {
	if err != nil {
		m.jobs.WithLabelValues(work, "failed").Inc()
		return
	}
	m.jobs.WithLabelValues(work, "done").Inc()
	m.done.WithLabelValues(work).Set(float64(at.Unix()))
}

// Handler serves /metrics and nothing else.
func (m *Meter) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.gather, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError}))
	return mux
}

// patience bounds a connection of a monitoring system.
const patience = 10 * time.Second

// Serve serves the meter on a listener of its own until ctx ends.
func (m *Meter) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler: m.Handler(), ReadTimeout: patience, WriteTimeout: patience, IdleTimeout: time.Minute,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })() // a reading that is cut short does no harm
	if err := server.Serve(listener); ctx.Err() == nil {
		return fmt.Errorf("serve the metrics: %w", err)
	}
	return nil
}
