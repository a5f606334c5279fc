package export

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
)

// head is what stands before the questions in JSON. Texts are in both languages where
// we have both; notes and definitions are in that of the file.
type head struct {
	Format       string                 `json:"format"` // "weerklank-figures/1"
	Language     surveys.Lang           `json:"language"`
	Organisation surveys.Text           `json:"organisation"`
	Survey       survey                 `json:"survey"`
	Release      release                `json:"release"`
	Definitions  map[string]string      `json:"definitions"`
	Breakdowns   []disclosure.Breakdown `json:"breakdowns"`
}

type survey struct {
	Slug  string       `json:"slug"`
	Title surveys.Text `json:"title"`
}

type release struct {
	Number   int          `json:"number"`
	AsOf     surveys.Date `json:"as_of"`
	MadeOn   surveys.Date `json:"made_on"`
	Last     bool         `json:"last"`
	Version  int          `json:"version,omitempty"`
	Smallest int          `json:"smallest_group"`
}

type question struct {
	Name    string          `json:"name"` // "" for taking part
	Kind    disclosure.Kind `json:"kind,omitempty"`
	Text    surveys.Text    `json:"text"`
	Title   string          `json:"title"`
	Unread  bool            `json:"unread,omitempty"` // some stored answers could not be read and are left out
	Figures []jsonFigure    `json:"figures"`
}

type jsonFigure struct {
	Group      []term   `json:"group"` // none for everybody
	Shown      bool     `json:"shown"`
	Reason     string   `json:"reason,omitempty"`
	Note       string   `json:"note,omitempty"` // the reason in words
	Mark       string   `json:"mark,omitempty"`
	Base       *int     `json:"base,omitempty"`
	Answers    []answer `json:"answers,omitempty"`
	Missing    []answer `json:"missing,omitempty"`
	Unanswered *int     `json:"unanswered,omitempty"`
}

type term struct {
	Breakdown string `json:"breakdown"`
	Value     string `json:"value"`
	Text      string `json:"text"`
}

// answer has a count with its share and margin, a band, or the reason why neither.
type answer struct {
	Code     string `json:"code"`
	Text     string `json:"text"`
	Count    *int   `json:"count,omitempty"`
	Percent  *int   `json:"percent,omitempty"`
	Low      *int   `json:"low,omitempty"`
	High     *int   `json:"high,omitempty"`
	BandFrom *int   `json:"band_from,omitempty"`
	BandTo   *int   `json:"band_to,omitempty"`
	Note     string `json:"note,omitempty"`
}

// JSON writes one object, question by question. Codes and texts are as they are: a
// program reads them, and nothing in JSON is a formula.
func (f *File) JSON(w io.Writer) error {
	r := f.Release
	top := head{
		Format: "weerklank-figures/1", Language: f.Words.Lang, Organisation: f.Organisation, Survey: survey{f.Slug, f.Title},
		Release:     release{r.Number, r.AsOf, r.MadeOn, r.Final, r.Version(), r.Smallest()},
		Definitions: map[string]string{}, Breakdowns: r.Breakdowns(),
	}
	if top.Breakdowns == nil {
		top.Breakdowns = []disclosure.Breakdown{}
	}
	for _, d := range f.definitions() {
		top.Definitions[d.code] = d.text
	}
	body, err := marshal(top)
	if err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	if _, err := io.WriteString(w, strings.TrimSuffix(body, "}")+`,"questions":[`); err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	groups := f.groups()
	for i, q := range f.questions() {
		if body, err = marshal(f.questionOf(q, groups)); err != nil {
			return fmt.Errorf("write figures: %w", err)
		}
		if i > 0 {
			body = ",\n" + body
		}
		if _, err := io.WriteString(w, body); err != nil {
			return fmt.Errorf("write figures: %w", err)
		}
	}
	if _, err := io.WriteString(w, "]}\n"); err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	return nil
}

// marshal is JSON without the escapes that HTML needs, and without a line end.
func marshal(v any) (string, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}

func (f *File) questionOf(q disclosure.Question, groups []figure) question {
	asked := question{Name: q.Name, Kind: q.Kind, Text: q.Label, Title: f.title(q), Unread: q.Unread, Figures: []jsonFigure{}}
	for one := range f.figures(q, groups) {
		j := jsonFigure{Group: []term{}, Shown: one.reason == disclosure.Shown, Mark: one.mark}
		for i, b := range one.breakdown {
			if b.code != "" {
				j.Group = append(j.Group, term{b.code, one.value[i].code, one.value[i].text})
			}
		}
		if !j.Shown {
			j.Reason, j.Note = string(one.reason), f.reason(one.reason)
			asked.Figures = append(asked.Figures, j)
			continue
		}
		p := one.shown
		j.Base = new(p.Base())
		for _, s := range p.Shares() {
			a := answer{Code: s.Name, Text: f.Words.Answer(s)}
			switch {
			case s.Hidden != "":
				a.Note = f.reason(s.Hidden)
			case s.Banded:
				a.BandFrom, a.BandTo = new(s.From), new(s.To)
			default:
				low, high := s.Interval()
				a.Count, a.Percent, a.Low, a.High = new(s.Count), new(whole(s.Percent())), new(whole(low)), new(whole(high))
			}
			j.Answers = append(j.Answers, a)
		}
		for _, s := range p.Missing() {
			j.Missing = append(j.Missing, answer{Code: s.Name, Text: f.Words.Answer(s), Count: new(s.Count)})
		}
		if n := p.Unanswered(); n > 0 {
			j.Unanswered = new(n)
		}
		asked.Figures = append(asked.Figures, j)
	}
	return asked
}
