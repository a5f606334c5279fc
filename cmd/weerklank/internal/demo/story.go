package demo

import (
	"encoding/json"
	"fmt"

	"weerklank.nl/weerklank/static/content"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/texts"
)

// story is demo-story.json: what happened in Waterrijk.
type story struct {
	Anchor     surveys.Date     `json:"anchor_date"`
	People     []storyPerson    `json:"people"`
	Collectors []storyCollector `json:"collectors"`
	Surveys    []storySurvey    `json:"surveys"`
	Releases   []storyRelease   `json:"releases"`
	Findings   []storyFinding   `json:"findings"`
	Decisions  []storyDecision  `json:"decisions"`
	Editions   []storyEdition   `json:"editions"`
	Notices    []storyNotice    `json:"notices"`
	LateBefore storyLate        `json:"late_promise"`
	LateNow    storyLate        `json:"late_now"`
	Proposals  []storyProposal  `json:"proposals"`

	Themes  []texts.Theme `json:"text_themes"`  // in which open answers are sorted
	Reviews []storyReview `json:"text_reviews"` // of which questions somebody read the answers
}

type storyPerson struct {
	ID    string       `json:"id"`
	Title surveys.Text `json:"title"`
	Email string       `json:"email"`
	Role  surveys.Role `json:"role"`

	Council string                  `json:"council"` // of a council member
	Grants  map[string]surveys.Role `json:"grants"`  // for one survey, by its key
}

type storyCollector struct {
	ID          string                `json:"id"`
	Kind        surveys.CollectorKind `json:"kind"`
	Name        surveys.Text          `json:"name"`
	Prefill     map[string]string     `json:"prefill"`
	FromEdition []string              `json:"prefill_from_edition"`
}

type storySurvey struct {
	Key           string       `json:"key"`
	Slug          string       `json:"slug"`
	Title         surveys.Text `json:"title"`
	Questionnaire string       `json:"questionnaire"`
	Mode          surveys.Mode `json:"mode"`
	Owner         string       `json:"owner"`
	Opens         surveys.Date `json:"opens"`
	Closes        surveys.Date `json:"closes"`
	PromiseDate   surveys.Date `json:"promise_date"`
	KeptOn        surveys.Date `json:"promise_kept_on"`
	Status        string       `json:"status"`
	Purpose       surveys.Text `json:"purpose"`
	Can           surveys.Text `json:"can_be_influenced"`
	Cannot        surveys.Text `json:"cannot_be_influenced"`
	Invited       int          `json:"invited"`
	Responses     int          `json:"responses"`
	Breakdowns    []string     `json:"breakdowns"`
	SmallestGroup int          `json:"smallest_group"`
	Collectors    []string     `json:"collectors"`
}

type storyRelease struct {
	Survey     string       `json:"survey"`
	AsOf       surveys.Date `json:"as_of"`
	Responses  int          `json:"responses"`
	ReleasedOn surveys.Date `json:"released_on"`
}

type storyFinding struct {
	ID        string          `json:"id"`
	Survey    string          `json:"survey"`
	Date      surveys.Date    `json:"date"`
	Statement surveys.Text    `json:"statement"`
	Evidence  []storyEvidence `json:"evidence"`
}

// storyEvidence is a figure as the story tells it; K is nil where it has none.
type storyEvidence struct {
	Survey    string    `json:"survey"`
	Question  string    `json:"question"`
	Where     anyOf     `json:"where"`
	Statistic string    `json:"statistic"` // top2, share, advice
	K         *int      `json:"k"`
	N         *int      `json:"n"`
	Pct       *int      `json:"pct"`
	Wilson    []float64 `json:"wilson95_pct"`
	Choice    []string  `json:"choice"`
}

// anyOf names, per breakdown, the values of a group. The story writes one value
// as a text and several as a list.
type anyOf map[string][]string

// UnmarshalJSON reads both spellings.
func (w *anyOf) UnmarshalJSON(data []byte) error {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return fmt.Errorf("read group: %w", err)
	}
	*w = anyOf{}
	for name, value := range raw {
		var one string
		var many []string
		if json.Unmarshal(value, &one) == nil {
			many = []string{one}
		} else if err := json.Unmarshal(value, &many); err != nil {
			return fmt.Errorf("read group: %w", err)
		}
		(*w)[name] = many
	}
	return nil
}

type storyDecision struct {
	ID        string       `json:"id"`
	Findings  []string     `json:"findings"`
	Kind      string       `json:"kind"`
	Decision  surveys.Text `json:"decision"`
	Reason    surveys.Text `json:"reason"`
	DecidedBy string       `json:"decided_by"`
	Date      surveys.Date `json:"date"`
	LeadsTo   []string     `json:"leads_to"`
	Budget    int          `json:"budget_eur"`
}

type storyEdition struct {
	ID           string         `json:"id"`
	Course       string         `json:"course"`
	Starts       surveys.Date   `json:"starts"`
	Ends         surveys.Date   `json:"ends"`
	Sessions     []surveys.Date `json:"session_dates"`
	Places       int            `json:"places"`
	Participants int            `json:"participants"`
	Area         string         `json:"area"`
	Mix          map[string]int `json:"mix"`
	Status       string         `json:"status"`
}

type storyNotice struct {
	ID        string       `json:"id"`
	Survey    string       `json:"survey"`
	Kind      string       `json:"kind"`
	Date      surveys.Date `json:"date"`
	Asked     surveys.Text `json:"asked"`
	Said      surveys.Text `json:"said"`
	Decided   surveys.Text `json:"decided"`
	Next      surveys.Text `json:"next"`
	Decisions []string     `json:"decisions"`
}

// storyLate is a promise that was, or is, late.
type storyLate struct {
	Survey  string       `json:"survey"`
	Notice  string       `json:"late_notice"`
	NewDate surveys.Date `json:"new_date"`
}

// told is the story and the model of its answers, with their dates moved to today.
type told struct {
	story *story
	model *model
}

// tell reads the content files as they stand on a day.
func tell(today surveys.Date) (*told, error) {
	raw, err := content.Files.ReadFile("demo-story.json")
	if err != nil {
		return nil, fmt.Errorf("read the story: %w", err)
	}
	var first struct {
		Anchor surveys.Date `json:"anchor_date"`
	}
	if err := json.Unmarshal(raw, &first); err != nil {
		return nil, fmt.Errorf("read the story: %w", err)
	}
	days := shiftedDays(first.Anchor, today)
	t := &told{story: new(story), model: new(model)}
	if err := json.Unmarshal(shift(raw, days), t.story); err != nil {
		return nil, fmt.Errorf("read the story: %w", err)
	}
	return t, read("answers-model.json", days, t.model)
}

// read reads one content file with its dates moved by some days.
func read(name string, days int, into any) error {
	raw, err := content.Files.ReadFile(name)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if err := json.Unmarshal(shift(raw, days), into); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}
