package results_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/responses/responsestest"
	"weerklank.nl/weerklank/surveys/results"
)

// asked counts so many responses of the form, each as told.
func asked(t *testing.T, f *questionnaire.Form, breakdowns []string, all ...questionnaire.Answers) *results.Table {
	t.Helper()
	store := responsestest.New()
	for i, a := range all {
		r := responses.Response{Answers: a}
		binary.BigEndian.PutUint64(r.Key[:], uint64(i+1))
		store.Put(r)
	}
	table, err := results.Read(t.Context(), store, &surveys.Survey{Breakdowns: breakdowns}, []*questionnaire.Form{f}, "")
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func rated(scores ...string) []questionnaire.Answers {
	var all []questionnaire.Answers
	for _, s := range scores {
		all = append(all, questionnaire.Answers{"scale": s, "hours": s})
	}
	return all
}

func TestAScaleInOneNumber(t *testing.T) {
	for name, c := range map[string]struct {
		scores       []string
		median, mean float64
		top, of      int
	}{
		"of nobody there is none":                   {nil, math.NaN(), math.NaN(), 0, 0},
		"of one person it is the answer":            {[]string{"4"}, 4, 4, 1, 1},
		"of all equal answers it is that one":       {[]string{"2", "2", "2"}, 2, 2, 0, 3},
		"of an even number it is between the two":   {[]string{"1", "2", "4", "5"}, 3, 3, 2, 4},
		"leaves out who says it does not apply":     {[]string{"1", "nvt", "nvt", "5", "5"}, 5, 11.0 / 3, 2, 3},
		"where nobody's answer counts there is non": {[]string{"nvt", ""}, math.NaN(), math.NaN(), 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			table := asked(t, everyKind(), nil, rated(c.scores...)...)
			options, count := table.Questions()[0].Options, table.All(nil)[0]
			median, known := count.Median(options)
			if known == math.IsNaN(c.median) || known && median != c.median {
				t.Errorf("median %v (%v), want %v", median, known, c.median)
			}
			mean, known := count.Mean(options)
			if known == math.IsNaN(c.mean) || known && math.Abs(mean-c.mean) > 1e-9 {
				t.Errorf("mean %v (%v), want %v", mean, known, c.mean)
			}
			if top, of := count.Top2(options); top != c.top || of != c.of {
				t.Errorf("%d of %d gave one of the two highest, want %d of %d", top, of, c.top, c.of)
			}
			if median, known := table.Median(2, nil); known && math.IsNaN(median) {
				t.Error("the median of the numbers is no number")
			}
		})
	}
}

func TestABreakdownWithManyValues(t *testing.T) {
	f := everyKind()
	f.Fields[4].List = &questionnaire.List{}
	var all []questionnaire.Answers
	for i := range 5000 {
		name := fmt.Sprint("wijk", i)
		f.Fields[4].List.Choices = append(f.Fields[4].List.Choices, &questionnaire.Choice{Name: name})
		for range 2 {
			all = append(all, questionnaire.Answers{"scale": fmt.Sprint(i%5 + 1), "area": name, "hours": fmt.Sprint(i)})
		}
	}
	table := asked(t, f, []string{"area"}, all...)
	if n := len(table.Cells()); n != 5000 {
		t.Fatalf("%d cells, want 5000", n)
	}
	for question := range table.Questions() {
		classes := table.ClassesOf(question)
		for i, c := range table.ByCell(question, classes) {
			if c.Base+c.None != 2 {
				t.Fatalf("cell %v counts %+v, want two people", table.Cells()[i], c)
			}
		}
	}
}

// pairForm asks importance and level of a competence.
func pairForm() *questionnaire.Form {
	f := everyKind()
	for _, measure := range []string{"importance", "level"} {
		i := &questionnaire.Item{Name: measure, Type: questionnaire.TypeSelectOne, Measure: measure, Competence: "luisteren"}
		f.Fields = append(f.Fields, &questionnaire.Field{Item: i, Name: measure, List: f.Fields[0].List})
	}
	return f
}

func TestImportanceAgainstLevel(t *testing.T) {
	table := asked(t, pairForm(), []string{"desk"},
		questionnaire.Answers{"importance": "5", "level": "2", "desk": "a"},
		questionnaire.Answers{"importance": "5", "level": "2", "desk": "b"},
		questionnaire.Answers{"importance": "5", "level": "nvt", "desk": "a"},
		questionnaire.Answers{"importance": "1", "desk": "a"})
	pairs := table.Pairs()
	if len(pairs) != 1 || pairs[0].Competence != "luisteren" {
		t.Fatalf("pairs %+v, want the one competence", pairs)
	}
	for name, c := range map[string]struct {
		in   results.Group
		want int
	}{
		"of everybody": {nil, 2},
		"of one desk":  {table.Where(map[string][]string{"desk": {"a"}}), 1},
	} {
		joint, all := table.Joint(pairs[0].Importance, pairs[0].Level, c.in), 0
		for _, line := range joint {
			for _, n := range line {
				all += n
			}
		}
		if joint[4][1] != c.want || all != c.want {
			t.Errorf("%s: %d gave 5 and 2 and %d gave both, want %d", name, joint[4][1], all, c.want)
		}
	}
}

func TestATrendOverWaves(t *testing.T) {
	reworded, shorter := everyKind(), everyKind()
	item := *reworded.Fields[0].Item
	item.Label = questionnaire.Texts{"": "Anders gevraagd"}
	reworded.Fields[0] = &questionnaire.Field{Item: &item, Name: item.Name, List: reworded.Fields[0].List}
	shorter.Fields = shorter.Fields[1:]
	first, second, third := asked(t, everyKind(), nil, rated("1", "2")...), asked(t, everyKind(), nil, rated("3")...), asked(t, reworded, nil, rated("5", "5", "5")...)
	wave := func(t *results.Table, forms ...*questionnaire.Form) results.Wave {
		return results.Wave{Table: t, Forms: forms}
	}
	trendOf := func(name string, waves ...results.Wave) *results.Trend {
		for _, trend := range results.Trends(waves, nil) {
			if trend.Question.Name == name {
				return &trend
			}
		}
		return nil
	}
	breaks := func(trend *results.Trend) (b []bool) {
		for _, p := range trend.Points {
			b = append(b, p.Break)
		}
		return b
	}
	t.Run("has a point a wave and a mark where the words changed", func(t *testing.T) {
		trend := trendOf("scale", wave(first, everyKind()), wave(second, everyKind()), wave(third, reworded))
		if got := breaks(trend); !slices.Equal(got, []bool{false, false, true}) {
			t.Errorf("breaks %v, want one before the last", got)
		}
		if trend.Points[2].Count.Options[4] != 3 || trend.Points[0].Count.Base != 2 {
			t.Errorf("points %+v", trend.Points)
		}
	})
	t.Run("marks a wave within which the words changed", func(t *testing.T) {
		trend := trendOf("scale", wave(first, everyKind()), wave(second, everyKind(), reworded), wave(third, reworded))
		if got := breaks(trend); !slices.Equal(got, []bool{false, true, false}) {
			t.Errorf("breaks %v, want one at the second", got)
		}
	})
	t.Run("leaves out a wave that did not ask it, and what only one asked", func(t *testing.T) {
		without := asked(t, shorter, nil, rated("1")...)
		if trend := trendOf("scale", wave(first, everyKind()), wave(without, shorter), wave(second, everyKind())); len(trend.Points) != 2 || trend.Points[1].Wave != 2 {
			t.Errorf("points %+v, want of the first and the last wave", trend.Points)
		}
		if trend := trendOf("scale", wave(first, everyKind()), wave(without, shorter)); trend != nil {
			t.Errorf("a trend of one wave: %+v", trend)
		}
	})
	t.Run("counts numbers of all waves in the same classes", func(t *testing.T) {
		trend := trendOf("hours", wave(first, everyKind()), wave(second, everyKind()))
		if len(trend.Points[0].Count.Options) == 0 || len(trend.Points[0].Count.Options) != len(trend.Points[1].Count.Options) {
			t.Errorf("points %+v", trend.Points)
		}
	})
}
