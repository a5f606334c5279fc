package metrics

import (
	"math"
	"slices"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"pgregory.net/rapid"
)

// TestAFigureOfTheProcessMovesInSteps: whatever the process does, two values that a
// series showed one after the other are at least its step apart.
func TestAFigureOfTheProcessMovesInSteps(t *testing.T) {
	names := []string{"go_goroutines", "process_cpu_seconds_total", "process_open_fds", "process_resident_memory_bytes"}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(names).Draw(t, "name")
		step := steps[name]
		var is float64
		shows := newCoarse(prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) {
			value := is
			return []*dto.MetricFamily{{Name: &name, Metric: []*dto.Metric{{Gauge: &dto.Gauge{Value: &value}}}}}, nil
		}))
		last := math.NaN()
		for range 30 {
			is = math.Max(0, is+step*rapid.Float64Range(-0.8, 1.2).Draw(t, "moves"))
			families, err := shows.Gather()
			if err != nil {
				t.Fatal(err)
			}
			shown := families[0].GetMetric()[0].GetGauge().GetValue()
			if shown != last && math.Abs(shown-last) < step {
				t.Fatalf("%s went from %v to %v, which is less than %v", name, last, shown, step)
			}
			if math.Abs(shown-is) >= step {
				t.Fatalf("%s is %v and shows as %v: it lags by more than %v", name, is, shown, step)
			}
			last = shown
		}
	})
}

func TestNoFigureIsLetOutThatNobodyLookedAt(t *testing.T) {
	families, err := New(func() (int, int) { return 0, 1 }).gather.Gather()
	if err != nil {
		t.Fatal(err)
	}
	ours := []string{"weerklank_requests_total", "weerklank_jobs_total", "weerklank_job_last_success_timestamp_seconds",
		"weerklank_writer_queue_length", "weerklank_writer_queue_capacity"}
	for _, family := range families {
		if _, stepped := steps[family.GetName()]; !stepped && !slices.Contains(ours, family.GetName()) {
			t.Errorf("%s: whom could it betray?", family.GetName())
		}
	}
	if len(families) < 8 {
		t.Errorf("only %d figures are there", len(families))
	}
}
