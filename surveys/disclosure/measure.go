package disclosure

import (
	"context"
	"slices"
	"time"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// Timing says how long the engine takes to count a survey, and nothing of what it
// counted.
type Timing struct {
	Load          time.Duration // reading all responses from the database
	Distributions time.Duration // every question, among the people with one combination of all breakdowns' values
	CrossTable    time.Duration // one question by all breakdowns
	Bytes         int64         // that the answers take in memory
}

// Measure reads a survey anew and counts it a few times; of the counts it gives the
// median.
func (e *Engine) Measure(ctx context.Context, s *surveys.Survey, forms []*questionnaire.Form) (Timing, error) {
	var m Timing
	began := time.Now()
	t, err := e.engine.Table(ctx, s, forms, "")
	if err != nil {
		return m, err
	}
	m.Load, m.Bytes = time.Since(began), e.engine.Bytes()
	if len(t.Cells()) == 0 {
		return m, nil
	}
	values := map[string][]string{}
	for axis, name := range s.Breakdowns {
		values[name] = []string{t.Cells()[0][axis]}
	}
	m.Distributions = median(func() { t.All(t.Where(values)) })
	m.CrossTable = median(func() { t.ByCell(0, t.ClassesOf(0)) })
	return m, nil
}

// median is how long work takes, in the middle of fifteen times.
func median(work func()) time.Duration {
	took := make([]time.Duration, 15)
	for i := range took {
		began := time.Now()
		work()
		took[i] = time.Since(began)
	}
	slices.Sort(took)
	return took[len(took)/2]
}
