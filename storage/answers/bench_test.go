package answers_test

import (
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/texts"
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

// BenchmarkReadingTexts measures reading 10,000 texts to a question, as each page of a
// reviewer does.
func BenchmarkReadingTexts(b *testing.B) {
	for name, address := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			g := givenSurvey(b, dbtest.Open(b, address(b)))
			w := startWriter(b, g)
			list := make([]responses.Response, 10_000)
			for i := range list {
				list[i] = response(7, i)
				list[i].Answers["open"] = fmt.Sprintf("Ik wachtte %d minuten aan de balie, en daarna nog een keer.", i)
			}
			must(b, w.LoadHistory(b.Context(), list))
			for b.Loop() {
				if all, err := texts.Read(b.Context(), g, org, survey, []string{"open"}); err != nil || len(all["open"]) != len(list) {
					b.Fatal(len(all["open"]), err)
				}
			}
		})
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

// BenchmarkReadingAmongOthers measures reading ten thousand responses in a database
// that holds so many of other surveys.
func BenchmarkReadingAmongOthers(b *testing.B) {
	for name, address := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		g := givenSurvey(b, dbtest.Open(b, address(b)))
		w := startWriter(b, g)
		stored := 0
		fill := func(into surveys.ID, rows int) {
			if into != survey {
				must(b, g.programme.AddSurvey(b.Context(), &surveys.Survey{ID: into, Org: org, Slug: string(into), Questionnaire: "q", Version: 1, Mode: surveys.Open,
					Opens: "2026-11-01", Closes: "2026-12-13", OpenedAt: noon("2026-10-28"), SmallestGroup: 5}))
			}
			for list := range slices.Chunk(make([]responses.Response, rows), 5_000) {
				for i := range list {
					list[i] = response(13, stored)
					list[i].Survey = into
					stored++
				}
				must(b, w.LoadHistory(b.Context(), list))
			}
		}
		const rows = 10_000
		fill(survey, rows)
		for _, others := range []int{10_000, 100_000, 1_000_000} {
			for n := 0; stored < rows+others; n++ { // surveys before it and behind it, in the order of their names
				fill(surveys.ID(fmt.Sprintf("%c%d", "az"[n%2], stored)), 10_000)
			}
			b.Run(fmt.Sprintf("%s/%d", name, others), func(b *testing.B) {
				for b.Loop() {
					found := 0
					must(b, g.EachStored(b.Context(), org, survey, func(list []responses.Stored) error { found += len(list); return nil }))
					_, err := g.Marks(b.Context(), org, survey)
					must(b, err)
					if found != rows {
						b.Fatalf("%d of %d were read", found, rows)
					}
				}
			})
		}
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

// BenchmarkErase measures deleting one of two surveys that hold as many responses, and
// writing the files anew afterwards, during which nobody writes.
func BenchmarkErase(b *testing.B) {
	for name, address := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		for _, rows := range []int{100_000, 1_000_000} {
			b.Run(fmt.Sprintf("%s/%d", name, rows), func(b *testing.B) {
				at := address(b)
				d := dbtest.Open(b, at)
				g := givenSurvey(b, d)
				must(b, g.programme.AddSurvey(b.Context(), &surveys.Survey{ID: "wijk", Org: org, Slug: "wijk", Questionnaire: "q", Version: 1, Mode: surveys.Open,
					Opens: "2026-11-01", Closes: "2026-12-13", OpenedAt: noon("2026-10-28"), SmallestGroup: 5}))
				w := startWriter(b, g)
				for b.Loop() {
					b.StopTimer()
					for from := range rows / 5_000 {
						list := make([]responses.Response, 10_000)
						for i := range list {
							list[i] = response(14, from*10_000+i)
							list[i].Survey = []surveys.ID{survey, "wijk"}[i%2]
						}
						must(b, w.LoadHistory(b.Context(), list))
					}
					b.StartTimer()
					for _, step := range []struct {
						name string
						run  func() error
					}{
						{"erase", func() error { return g.Erase(b.Context(), org, survey) }},
						{"mix", func() error { return g.Mix(b.Context()) }},
						{"files", func() error { return d.Scrub(b.Context(), "text_reviews", "release_memories", "audit") }},
						{"log", func() error { return g.EmptyLog(b.Context()) }},
					} {
						began := b.Elapsed()
						must(b, step.run())
						b.ReportMetric((b.Elapsed() - began).Seconds(), "s-"+step.name)
					}
					if info, err := os.Stat(strings.TrimPrefix(at, "sqlite://")); err == nil {
						b.ReportMetric(float64(info.Size())/1e6, "MB-after")
					}
					b.StopTimer()
					must(b, g.Erase(b.Context(), org, "wijk"))
					b.StartTimer()
				}
			})
		}
	}
}
