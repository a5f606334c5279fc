package disclosure

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"

	"weerklank.nl/weerklank/surveys"
)

// Themed is a publication: how often each theme was found in what people wrote to an
// open question. Texts come in view after the last release of their survey was made,
// so it stands beside the releases; it is about everybody only. Only PublishThemes
// makes a new one, and it never changes.
type Themed struct {
	Org      surveys.OrgID
	Survey   surveys.ID
	Question string // the open question
	Number   int    // 1 for the first of the question
	MadeOn   surveys.Date

	shown themedShown
}

// themedShown is the stored form of what a publication shows.
type themedShown struct {
	Question Question `json:"question"`
	Figure   *figure  `json:"figure"`
	Release  int      `json:"release"` // beside which it stands
}

// themesSign stands between the name of an open question and the number of a
// publication. No question can have it in its name.
const themesSign = "~"

// ThemesName is the name of the question that a publication of themes is in a release:
// that of the open question and the number, so that a figure which was shown once is
// never taken for a later one.
func ThemesName(question string, number int) string {
	return question + themesSign + strconv.Itoa(number)
}

// ThemesOf reads such a name.
func ThemesOf(name string) (question string, number int, ok bool) {
	question, text, found := strings.Cut(name, themesSign)
	number, err := strconv.Atoi(text)
	return question, number, found && err == nil && number > 0 && name == ThemesName(question, number)
}

// Format prints which publication it is, and no figure.
func (t Themed) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "themes %d of question %s of survey %s", t.Number, t.Question, t.Survey)
}

// LogValue logs which publication it is, and no figure.
func (t Themed) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(t)) }

// MarshalJSON refuses: it is stored through Encode.
func (t Themed) MarshalJSON() ([]byte, error) {
	return nil, errors.New("a publication of themes is stored through Encode")
}

// Encode is the figure for the aggregates store, and for it alone.
func (t *Themed) Encode() ([]byte, error) {
	body, err := json.Marshal(t.shown)
	if err != nil {
		return nil, fmt.Errorf("encode themes: %w", err)
	}
	return body, nil
}

// RestoreThemed is the door of the aggregates store: it gives a stored publication its
// figure back, exactly as Encode wrote it. head holds the exported fields.
func RestoreThemed(head Themed, body []byte) (*Themed, error) {
	if err := json.Unmarshal(body, &head.shown); err != nil {
		return nil, fmt.Errorf("restore themes %d of %s: %w", head.Number, head.Question, err)
	}
	return &head, nil
}

// Figure is the figure of the publication.
func (t *Themed) Figure() Protected { return Protected{t.shown.Figure} }

// Name is the name of the publication as a question.
func (t *Themed) Name() string { return ThemesName(t.Question, t.Number) }

// fingerprint stands for the digits that were shown.
func (t *Themed) fingerprint() string {
	return fingerprint(t.Survey, t.shown.Release, t.Name(), Group{}, t.shown.Figure)
}

// WithThemes is the release with what was published of the themes of its open
// questions: each as a question of which people gave several answers, after the one
// that it is of. What stands beside another release is left out.
func (r *Release) WithThemes(published ...*Themed) *Release {
	with := *r
	with.shown.Questions = slices.Clone(r.shown.Questions)
	with.shown.Entries = slices.Clone(r.shown.Entries)
	for _, t := range published {
		if t.shown.Release != r.Number || t.Survey != r.Survey {
			continue
		}
		at := slices.IndexFunc(with.shown.Questions, func(q Question) bool { return q.Name == t.Question })
		with.shown.Questions = slices.Insert(with.shown.Questions, at+1, t.shown.Question)
		with.shown.Entries = append(with.shown.Entries, entry{Question: t.Name(), Figure: t.shown.Figure})
	}
	with.shown.order()
	return &with
}

// ThemeMemory is what the guard remembers of the publications of a question: how many
// people were counted in which of them. Of each person it is kept with their text in
// which they were counted, and goes with it; what is here are numbers. Nothing but the
// guard reads it; the aggregates store keeps it, sealed.
type ThemeMemory struct {
	mem themeMemory
}

// themeMemory is the stored form of ThemeMemory.
type themeMemory struct {
	Number  int                    `json:"number"`  // of the newest publication
	People  map[string]int         `json:"people"`  // by the publications in which they were counted ("1 3")
	Members map[int]map[string]int `json:"members"` // by publication, and by each theme that it showed
}

// Format prints nothing of it.
func (m ThemeMemory) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "memory of themes") }

// LogValue logs nothing of it.
func (m ThemeMemory) LogValue() slog.Value { return slog.StringValue("memory of themes") }

// MarshalJSON refuses: it is stored through Encode.
func (m ThemeMemory) MarshalJSON() ([]byte, error) {
	return nil, errors.New("the memory of themes is stored through Encode")
}

// Encode is the memory for the aggregates store, and for it alone.
func (m *ThemeMemory) Encode() ([]byte, error) {
	body, err := json.Marshal(m.mem)
	if err != nil {
		return nil, fmt.Errorf("encode memory of themes: %w", err)
	}
	return body, nil
}

// RestoreThemeMemory is the door of the aggregates store for it.
func RestoreThemeMemory(stored []byte) (*ThemeMemory, error) {
	var m ThemeMemory
	if err := json.Unmarshal(stored, &m.mem); err != nil {
		return nil, fmt.Errorf("restore memory of themes: %w", err)
	}
	return &m, nil
}
