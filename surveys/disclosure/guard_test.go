package disclosure_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/responses/responsestest"
)

// archive keeps releases as a store does: encoded.
type archive struct {
	head         disclosure.Release
	body, memory []byte
	all          []*disclosure.Release
	others       map[surveys.ID]*archive // of other surveys
}

func (a *archive) ListReleases(_ context.Context, _ surveys.OrgID, id surveys.ID) ([]*disclosure.Release, error) {
	if other := a.others[id]; other != nil {
		return other.all, nil
	}
	return a.all, nil
}

func (a *archive) FindRelease(context.Context, surveys.OrgID, surveys.ID) (*disclosure.Release, error) {
	if a.body == nil {
		return nil, surveys.ErrNotFound
	}
	return disclosure.Restore(a.head, a.body)
}

func (a *archive) FindMemory(context.Context, surveys.OrgID, surveys.ID) (*disclosure.Memory, error) {
	if a.memory == nil {
		return nil, surveys.ErrNotFound
	}
	return disclosure.RestoreMemory(a.memory)
}

func (a *archive) AddRelease(_ context.Context, r *disclosure.Release, m *disclosure.Memory, _ map[surveys.ID]int) (err error) {
	a.head = disclosure.Release{Org: r.Org, Survey: r.Survey, Number: r.Number, AsOf: r.AsOf, MadeOn: r.MadeOn, Final: r.Final}
	if a.body, err = r.Encode(); err != nil {
		return err
	}
	again, err := disclosure.Restore(a.head, a.body)
	if err != nil {
		return err
	}
	a.all = append(a.all, again)
	a.memory, err = m.Encode()
	return err
}

type answers []questionnaire.Answers

func (all answers) EachResponse(_ context.Context, _ surveys.OrgID, _ surveys.ID, each func(*responses.Response) error) error {
	for i, a := range all {
		if a == nil { // who withdrew
			continue
		}
		r := responses.Response{Answers: a}
		binary.BigEndian.PutUint64(r.Key[:], uint64(i))
		if err := each(&r); err != nil {
			return err
		}
	}
	return nil
}

// engineOf counts answers that are not in a database.
func engineOf(each responsestest.Each) *disclosure.Engine {
	return disclosure.NewEngine(responsestest.Of(each), 0)
}

// people are n people of a department who rated integriteit as told.
func people(n int, department string, level int) answers {
	all := make(answers, n)
	for i := range all {
		all[i] = questionnaire.Answers{"afdeling": department, "integriteit_niveau": fmt.Sprint(level), "waarom": "woorden"}
	}
	return all
}

func levels() *questionnaire.Form {
	list, departments := &questionnaire.List{}, &questionnaire.List{}
	for i := 1; i <= 5; i++ {
		score := float64(i)
		list.Choices = append(list.Choices, &questionnaire.Choice{
			Name: fmt.Sprint(i), Label: questionnaire.Texts{"": "niveau " + fmt.Sprint(i)}, Score: &score})
	}
	list.Choices = append(list.Choices, &questionnaire.Choice{Name: "nvt", Missing: "nvt"})
	for _, d := range append(tenDepartments, "juridische_zaken") {
		departments.Choices = append(departments.Choices, &questionnaire.Choice{Name: d, Label: questionnaire.Texts{"": d}})
	}
	return &questionnaire.Form{Definition: &questionnaire.Definition{}, Fields: []*questionnaire.Field{
		{Name: "afdeling", Item: &questionnaire.Item{Name: "afdeling", Type: questionnaire.TypeSelectOne, Breakdown: true}, List: departments},
		{Name: "integriteit_niveau", Item: &questionnaire.Item{Name: "integriteit_niveau", Type: questionnaire.TypeSelectOne, Measure: "level", Competence: "integriteit",
			Label: questionnaire.Texts{"": "Integriteit: hoe goed lukt dit jou nu?"}}, List: list},
		{Name: "waarom", Item: &questionnaire.Item{Name: "waarom", Type: questionnaire.TypeText}},
	}}
}

var tenDepartments = []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"}

// organisation is nine departments of ten and more people, and eight lawyers who
// all gave their level the lowest mark.
func organisation() answers {
	var all answers
	for i, d := range tenDepartments {
		for level := 1; level <= 5; level++ {
			all = append(all, people(4+i, d, level)...)
		}
	}
	return append(all, people(8, "juridische_zaken", 1)...)
}

func official(breakdowns ...string) *surveys.Survey {
	return &surveys.Survey{
		ID: "ambtenaar-2025", SmallestGroup: 10, Breakdowns: breakdowns,
		OpenedAt: time.Date(2025, 10, 1, 9, 0, 0, 0, time.UTC), Opens: "2025-10-01", Closes: "2025-10-31",
	}
}

func release(t *testing.T, s *surveys.Survey, kept *archive, all answers, day surveys.Date) *disclosure.Release {
	t.Helper()
	if _, err := disclosure.Update(t.Context(), engineOf(all), kept, s, []*questionnaire.Form{levels()}, day, day); err != nil {
		t.Fatal(err)
	}
	r, err := kept.FindRelease(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestASmallDepartmentIsNotShownNorLeftOver(t *testing.T) {
	r := release(t, official("afdeling"), &archive{}, organisation(), "2025-11-17")
	const q = "integriteit_niveau"
	if _, reason := r.Figure(q, disclosure.Group{Breakdown: "afdeling", Value: "juridische_zaken"}); reason != disclosure.Withheld {
		t.Errorf("juridische zaken: %q, want withheld", reason)
	}
	whole, _ := r.Figure(q, disclosure.Group{})
	rest, hidden := whole.Base(), 0
	for _, d := range tenDepartments {
		p, reason := r.Figure(q, disclosure.Group{Breakdown: "afdeling", Value: d})
		rest -= p.Base()
		if reason == disclosure.Withheld {
			hidden++
		}
	}
	if rest < 20 || hidden != 1 {
		t.Errorf("total minus the shown departments leaves %d people, %d departments held back; want at least 20 and exactly one", rest, hidden)
	}
	if n, shown := r.Responses(); !shown || n != len(organisation()) {
		t.Errorf("Responses() = %d, %v", n, shown)
	}
	split, reason := r.Figure("afdeling", disclosure.Group{})
	if reason != disclosure.Shown {
		t.Fatalf("composition: %q", reason)
	}
	for _, share := range split.Shares() {
		if share.Count > 0 && share.Count < 10 {
			t.Errorf("who took part shows %d people of %s", share.Count, share.Name)
		}
	}
}

func TestASurveyOfTooFewPeopleShowsNothing(t *testing.T) {
	r := release(t, official(), &archive{}, people(6, "a", 3), "2025-11-17")
	if _, shown := r.Responses(); shown {
		t.Error("the number of responses is shown")
	}
	for _, q := range r.Questions() {
		if p, reason := r.Figure(q.Name, disclosure.Group{}); !p.Empty() || reason != disclosure.TooSmall {
			t.Errorf("%s: %q", q.Name, reason)
		}
	}
}

func TestAReleaseTakesAllOrNoneOfWhatWaits(t *testing.T) {
	s, kept := official("afdeling"), &archive{}
	s.Closes = "2025-12-31"
	all := organisation()
	base := func(r *disclosure.Release, value string) int {
		g := disclosure.Group{}
		if value != "" {
			g = disclosure.Group{Breakdown: "afdeling", Value: value}
		}
		p, _ := r.Figure("integriteit_niveau", g)
		return p.Base()
	}
	first := release(t, s, kept, all, "2025-10-10")
	// Keys follow the order, so those who come later stand at the end.
	all = append(append(all, people(3, "i", 2)...), people(12, "h", 2)...)
	second := release(t, s, kept, all, "2025-10-20")
	if base(second, "i") != base(first, "i") || base(second, "h") != base(first, "h")+12 || base(second, "") != base(first, "")+12 {
		t.Errorf("i %d→%d, h %d→%d, all %d→%d: three must wait, twelve may come",
			base(first, "i"), base(second, "i"), base(first, "h"), base(second, "h"), base(first, ""), base(second, ""))
	}
	all = append(all, people(7, "i", 4)...)
	if third := release(t, s, kept, all, "2025-10-30"); base(third, "i") != base(first, "i")+10 {
		t.Errorf("i %d→%d: three and seven make ten", base(first, "i"), base(third, "i"))
	}
}

func TestNoReleaseFollows(t *testing.T) {
	t.Run("the last one of a closed survey", func(t *testing.T) {
		kept := &archive{}
		if r := release(t, official(), kept, organisation(), "2025-11-17"); !r.Final {
			t.Fatal("not final")
		}
		_, err := disclosure.Update(t.Context(), engineOf(organisation()), kept, official(), []*questionnaire.Form{levels()}, "2025-11-18", "2025-11-18")
		if !errors.Is(err, disclosure.ErrFinal) {
			t.Errorf("Update() = %v", err)
		}
		if want := `{"number":1,"final":true,"questions":null}`; string(kept.memory) != "\x01"+string(rune(len(want)))+want {
			t.Errorf("the memory keeps %.200q, want %s and nothing more", kept.memory, want)
		}
	})
	t.Run("when the memory was lost", func(t *testing.T) {
		kept := &archive{}
		release(t, official(), kept, organisation(), "2025-10-17")
		kept.memory = nil
		_, err := disclosure.Update(t.Context(), engineOf(organisation()), kept, official(), []*questionnaire.Form{levels()}, "2025-10-18", "2025-10-18")
		if !errors.Is(err, disclosure.ErrNoMemory) {
			t.Errorf("Update() = %v", err)
		}
	})
}

func TestAFigureSaysWhatWasAnswered(t *testing.T) {
	all := append(append(people(30, "a", 4), people(10, "a", 2)...), people(3, "a", 1)...)
	all[0]["integriteit_niveau"] = "nvt"
	all[1]["integriteit_niveau"] = ""
	all[2]["integriteit_niveau"] = "bedorven"
	r := release(t, official(), &archive{}, all, "2025-11-17")
	p, _ := r.Figure("integriteit_niveau", disclosure.Group{})
	top, ok := p.Top2()
	if !ok || top.Count != 27 || p.Base() != 40 || p.Missing()[0].Count != 1 || p.Unanswered() != 2 {
		t.Errorf("top-2 %d of %d, nvt %d, open %d; want 27 of 40, 1, 2", top.Count, p.Base(), p.Missing()[0].Count, p.Unanswered())
	}
	if mean, ok := p.Mean(); !ok || math.Abs(mean-(27*4+20+3)/40.0) > 1e-9 {
		t.Errorf("mean %v %v", mean, ok)
	}
	if middle, _ := p.Middle(); middle.Name != "4" {
		t.Errorf("median %s", middle.Name)
	}
	if q, _ := r.Question("integriteit_niveau"); !q.Unread {
		t.Error("nothing is said of the answer that could not be read")
	}
	if words, _ := r.Figure("waarom", disclosure.Group{}); words.Base() != 43 {
		t.Errorf("%d wrote something", words.Base())
	}
}

func TestASmallBaseIsShownInBands(t *testing.T) {
	s := official()
	s.SmallestGroup = 5
	r := release(t, s, &archive{}, people(7, "a", 4), "2025-11-17")
	p, _ := r.Figure("integriteit_niveau", disclosure.Group{})
	if !p.Banded() || len(p.Shares()) != 3 {
		t.Fatalf("banded %v, %d answers; want three bands", p.Banded(), len(p.Shares()))
	}
	for _, share := range p.Shares() {
		if share.Count != 0 || share.To == 0 || share.From == 100 {
			t.Errorf("%s: count %d, %d to %d", share.Name, share.Count, share.From, share.To)
		}
	}
	if _, ok := p.Top2(); ok {
		t.Error("a banded figure gives an exact share")
	}
}

func TestAProtectedFigureCannotBePrinted(t *testing.T) {
	r := release(t, official(), &archive{}, people(4711, "a", 4), "2025-11-17")
	p, _ := r.Figure("integriteit_niveau", disclosure.Group{})
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x"} {
		fmt.Fprintf(&out, verb, p)
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("figure", "p", p)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("figure", "p", p)
	if err := template.Must(template.New("").Parse(`{{.}} {{printf "%v" .}}`)).Execute(&out, p); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&out, "%v %+v %#v", r, r, *r)
	if strings.Contains(out.String(), "4711") {
		t.Errorf("printed: %s", out.String())
	}
	if body, err := json.Marshal(p); err == nil {
		t.Errorf("marshalled: %s", body)
	}
	var zero disclosure.Protected
	if !zero.Empty() || zero.Base() != 0 || zero.Shares() != nil {
		t.Error("the zero value shows something")
	}
}

func TestEvidenceIsFrozenWithItsWords(t *testing.T) {
	r := release(t, official(), &archive{}, organisation(), "2025-11-17")
	e, err := r.Evidence("integriteit_niveau", disclosure.Group{}, "1")
	if err != nil {
		t.Fatal(err)
	}
	body, err := disclosure.EncodeEvidence([]disclosure.Evidence{e})
	if err != nil {
		t.Fatal(err)
	}
	again, err := disclosure.RestoreEvidence(body)
	if err != nil {
		t.Fatal(err)
	}
	was, _ := e.Share()
	is, ok := again[0].Share()
	if !ok || is.Count != was.Count || is.Base != was.Base || again[0].Shown.Question() != e.Shown.Question() || again[0].AsOf != "2025-11-17" {
		t.Errorf("%d of %d, %q; want %d of %d", is.Count, is.Base, again[0].Shown.Question().NL, was.Count, was.Base)
	}
	if _, err := r.Evidence("integriteit_niveau", disclosure.Group{Breakdown: "afdeling", Value: "a"}); !errors.Is(err, surveys.ErrNotFound) {
		t.Errorf("evidence of what is not shown: %v", err)
	}
}

// The figures are those of R. G. Newcombe, Two-sided confidence intervals for the
// single proportion, Statistics in Medicine 17 (1998), table I, method 3.
func TestWilsonGivesTheIntervalsOfNewcombe(t *testing.T) {
	for _, c := range []struct {
		count, base int
		low, high   float64
	}{
		{81, 263, 0.2553, 0.3662},
		{15, 148, 0.0624, 0.1605},
		{0, 20, 0.0000, 0.1611},
		{1, 29, 0.0061, 0.1718},
	} {
		low, high := disclosure.Wilson(c.count, c.base)
		if math.Abs(low-c.low) > 5e-5 || math.Abs(high-c.high) > 5e-5 {
			t.Errorf("%d of %d: %.4f to %.4f, published %.4f to %.4f", c.count, c.base, low, high, c.low, c.high)
		}
	}
	if low, high := disclosure.Wilson(0, 0); low != 0 || high != 1 {
		t.Errorf("of nobody: %v to %v", low, high)
	}
}
