package demo

import (
	"bytes"
	"encoding/json"
	"fmt"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// model is answers-model.json: how the answers of the story's surveys are made,
// without chance. Its field `method` says in words what generate.go does.
type model struct {
	Shapes        map[string][]int         `json:"shapes"`
	Surveys       map[string]*modelSurvey  `json:"surveys"`
	OpenAnswers   []openAnswer             `json:"open_answers"`
	Explicit      map[string][]explicit    `json:"explicit_responses"`
	Check         map[string]expectedCount `json:"check"`
	CheckExplicit map[string]expectedCount `json:"check_explicit"`
}

// modelSurvey makes the answers of one survey.
type modelSurvey struct {
	Questionnaire string                    `json:"questionnaire"`
	Dates         span                      `json:"dates"`
	Segments      []segment                 `json:"segments"`
	Questions     map[string]*modelQuestion `json:"questions"`
	Responses     int                       `json:"responses"`
}

// span is the period in which answers came in; a larger curve draws them to its start.
type span struct {
	Start surveys.Date `json:"start"`
	End   surveys.Date `json:"end"`
	Curve float64      `json:"curve"`
}

// segment is N respondents with the same fixed answers.
type segment struct {
	ID    string                `json:"id"`
	N     int                   `json:"n"`
	Set   questionnaire.Answers `json:"set"`
	Dates *span                 `json:"dates"` // its own period, where given
}

// modelQuestion makes the answers to one question.
type modelQuestion struct {
	Kind         string       `json:"kind"` // one, many, largest_gap, uniform, text, themes
	Dist         distribution `json:"dist"`
	Overrides    []override   `json:"overrides"`
	SkipPct      int          `json:"skip_pct"`
	SpecialPct   shares       `json:"special_pct"`
	LatentWeight float64      `json:"latent_weight"`
	Rates        shares       `json:"rates"`
	Exclusive    shares       `json:"exclusive"`
	Max          int          `json:"max"`
}

// override replaces the distribution in the segments that match.
type override struct {
	Where where        `json:"where"`
	Dist  distribution `json:"dist"`
}

// where names, per question, the answers that match.
type where map[string][]string

func (w where) matches(a questionnaire.Answers) bool {
	for name, values := range w {
		found := false
		for _, v := range values {
			found = found || a[name] == v
		}
		if !found {
			return false
		}
	}
	return true
}

// openAnswer is a text that somebody wrote.
type openAnswer struct {
	ID       string   `json:"id"`
	Survey   string   `json:"survey"`
	Question string   `json:"question"`
	Where    where    `json:"where"`
	Tone     string   `json:"tone"`
	Themes   []string `json:"themes"`
	Text     string   `json:"text"`
}

// explicit is a response that is written out.
type explicit struct {
	SubmittedOn surveys.Date          `json:"submitted_on"`
	Answers     questionnaire.Answers `json:"answers"`
}

// expectedCount is what must come out: per question the count of each choice, or
// of "answered" for an open question.
type expectedCount struct {
	Responses int                       `json:"responses"`
	Counts    map[string]map[string]int `json:"counts"`
}

// shares are percentages by choice, in the order in which they are written: that
// order settles ties.
type shares []share

type share struct {
	Choice string
	Pct    int
}

// UnmarshalJSON reads an object and keeps the order of its keys.
func (s *shares) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	if _, err := dec.Token(); err != nil {
		return fmt.Errorf("read shares: %w", err)
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return fmt.Errorf("read shares: %w", err)
		}
		var pct int
		if err := dec.Decode(&pct); err != nil {
			return fmt.Errorf("read shares: %w", err)
		}
		*s = append(*s, share{Choice: key.(string), Pct: pct})
	}
	return nil
}

// distribution is a named shape (percentages of 1 to 5) or shares of its own.
type distribution struct {
	Shape  string
	Shares shares
}

// UnmarshalJSON reads a name or an object.
func (d *distribution) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		return json.Unmarshal(data, &d.Shape)
	}
	return d.Shares.UnmarshalJSON(data)
}

// of is the distribution as shares.
func (d distribution) of(shapes map[string][]int) shares {
	if d.Shape == "" {
		return d.Shares
	}
	out := make(shares, len(shapes[d.Shape]))
	for i, pct := range shapes[d.Shape] {
		out[i] = share{Choice: fmt.Sprint(i + 1), Pct: pct}
	}
	return out
}

// roundHalfUp is n × pct ÷ 100, rounded half up.
func roundHalfUp(n, pct int) int { return (n*pct + 50) / 100 }
