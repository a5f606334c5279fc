package answers_test

import (
	"encoding/binary"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys/responses"
)

// BenchmarkSubmit measures one durable submission of twenty five-point answers,
// from as many clients at once as it says.
func BenchmarkSubmit(b *testing.B) {
	for name, address := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		for _, clients := range []int{1, 16, 64} {
			b.Run(fmt.Sprintf("%s/%d", name, clients), func(b *testing.B) {
				g := givenSurvey(b, dbtest.Open(b, address(b)))
				w := startWriter(b, g)
				ready := make([]responses.Response, b.N)
				for i := range ready {
					ready[i] = response(10, i)
				}
				b.ResetTimer()
				var wg sync.WaitGroup
				var next atomic.Int64
				for range clients {
					wg.Go(func() {
						for i := int(next.Add(1)); i <= b.N; i = int(next.Add(1)) {
							if _, err := w.Submit(b.Context(), ready[i-1], today); err != nil {
								b.Error(err)
								return
							}
						}
					})
				}
				wg.Wait()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "submissions/s")
			})
		}
	}
}

// BenchmarkReading measures reading a survey whose rows lie in the order of their keys.
func BenchmarkReading(b *testing.B) {
	for name, address := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			g := givenSurvey(b, dbtest.Open(b, address(b)))
			w := startWriter(b, g)
			const rows, atOnce = 200_000, 8192
			for from := 0; from < rows; from += atOnce {
				var list []responses.Response
				for i := from; i < min(rows, from+atOnce); i++ {
					r := response(12, i)
					binary.BigEndian.PutUint64(r.Key[:], uint64(i)*(^uint64(0)/rows))
					list = append(list, r)
				}
				must(b, w.LoadHistory(b.Context(), list))
			}
			for b.Loop() {
				found := 0
				must(b, g.EachStored(b.Context(), org, survey, func(list []responses.Stored) error { found += len(list); return nil }))
				if found != rows {
					b.Fatalf("%d of %d were read", found, rows)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "responses/s")
		})
	}
}

// BenchmarkMix measures the mixing of a hundred thousand responses.
func BenchmarkMix(b *testing.B) {
	for name, address := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			d := dbtest.Open(b, address(b))
			g := givenSurvey(b, d)
			submitAll(b, startWriter(b, g), 11, 0, 100_000)
			for b.Loop() {
				report, err := d.Mix(b.Context(), answers.Responses)
				must(b, err)
				b.ReportMetric(float64(report.LongestBlock.Milliseconds()), "ms-longest-block")
				b.ReportMetric(float64(report.Rows)/report.Took.Seconds(), "rows/s")
			}
		})
	}
}
