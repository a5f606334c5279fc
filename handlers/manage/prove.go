package manage

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// proofTime is how long a page lets the prover work on a questionnaire. What it
// found is kept, so it does so once for each change.
const proofTime = 2 * time.Second

// mostProofs is how many proofs are kept.
const mostProofs = 32

// proven is a form with what was proved of it.
type proven struct {
	form  *questionnaire.Form
	proof *questionnaire.Proof
}

// proofCache keeps proofs by definition and day. Its zero value is empty.
type proofCache struct {
	mu   sync.Mutex
	kept map[string]proven
}

func (pc *proofCache) find(key string) (proven, bool) {
	pc.mu.Lock()
	defer pc.mu.Unlock()
	found, ok := pc.kept[key]
	return found, ok
}

func (pc *proofCache) keep(key string, found proven) {
	pc.mu.Lock()
	defer pc.mu.Unlock()
	if pc.kept == nil || len(pc.kept) >= mostProofs {
		pc.kept = map[string]proven{}
	}
	pc.kept[key] = found
}

// proofOf proves a definition; false when it cannot be compiled yet.
func (p *questionnairePages) proofOf(c *gin.Context, d *questionnaire.Definition) (proven, bool, error) {
	data, err := json.Marshal(d)
	if err != nil {
		return proven{}, false, fmt.Errorf("write definition to prove it: %w", err)
	}
	now := page.Now(c)
	key := fmt.Sprintf("%s %x", now.Format(time.DateOnly), sha256.Sum256(data))
	if found, ok := p.proofs.find(key); ok {
		return found, true, nil
	}
	form, _ := questionnaire.Compile(d)
	if form == nil {
		return proven{}, false, nil
	}
	ctx, stop := context.WithTimeout(c.Request.Context(), proofTime)
	defer stop()
	found := proven{form, questionnaire.Prove(form, questionnaire.Env{Now: now}, questionnaire.Budget{Over: func() bool { return ctx.Err() != nil }})}
	if c.Request.Context().Err() == nil {
		p.proofs.keep(key, found)
	}
	return found, true, nil
}

// proofView is what the pages say of a proof.
type proofView struct {
	Shown     bool // false as long as the questionnaire cannot be compiled
	Reached   int  // questions and notes that somebody can reach
	Total     int
	All       bool // every question
	Least     int  // minutes
	Most      int
	Guessed   bool // the minutes may be a little off
	Findings  []proofFinding
	NotProved []proofFinding
	Route     string // to the chosen question; "" when there is none
	Own       []proofFinding
}

// proofFinding is one thing that was found at a question.
type proofFinding struct {
	Href   string // "" for the questionnaire as a whole
	Name   string
	Number int
	Label  string
	Text   string
	Rules  []proofRule
}

// proofRule is a rule to blame, with the words around it.
type proofRule struct {
	Text   string
	Source string
}

// prove adds what was proved to what stands beside the form.
func (p *questionnairePages) prove(c *gin.Context, d *questionnaire.Definition, s *side) error {
	found, ok, err := p.proofOf(c, d)
	if err != nil || !ok {
		return err
	}
	w := proofWords{p.kit, page.Language(c), d, found.form, map[string]*sideItem{}}
	for n := range s.Items {
		w.items[s.Items[n].Name] = &s.Items[n]
	}
	v := &s.Proof
	v.Shown = true
	v.Least, v.Most = found.proof.Shortest.Minutes(), found.proof.Longest.Minutes()
	v.Guessed = !found.proof.Shortest.Exact || !found.proof.Longest.Exact
	for _, q := range found.proof.Questions {
		switch q.Reach {
		case questionnaire.Possible, questionnaire.OnlyBack:
			v.Reached++
		case questionnaire.NotProved:
			v.NotProved = append(v.NotProved, w.finding(q.Field.Item, ""))
		}
		if q.Field.Item.Name == s.Chosen {
			v.Route = w.route(q)
		}
	}
	v.Total = len(found.proof.Questions)
	v.All = v.Reached == v.Total
	v.Findings = w.findings(found.proof)
	for _, f := range v.Findings {
		if f.Name == s.Chosen {
			v.Own = append(v.Own, f)
		}
		if item := w.items[f.Name]; item != nil {
			item.Found++
		}
	}
	return nil
}

// proofWords words a proof in one language.
type proofWords struct {
	kit   *page.Kit
	lang  page.Lang
	d     *questionnaire.Definition
	form  *questionnaire.Form
	items map[string]*sideItem // by name
}

func (w proofWords) text(key string, args map[string]any) string {
	return w.kit.Text(w.lang, key, args)
}

func (w proofWords) finding(i *questionnaire.Item, text string) proofFinding {
	f := proofFinding{Name: i.Name, Label: w.label(i), Text: text}
	if item := w.items[i.Name]; item != nil {
		f.Href, f.Number = item.Href, item.Number
	}
	return f
}

// label is what a question or group is called; a long text is cut off.
func (w proofWords) label(i *questionnaire.Item) string {
	label := w.d.In(i.Label, string(w.lang))
	if label == "" {
		return i.Name
	}
	return short(label, 80)
}

func short(s string, most int) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		return strings.TrimSpace(string(r[:most])) + "…"
	}
	return s
}

// findings are all problems, those of the questions first.
func (w proofWords) findings(proof *questionnaire.Proof) []proofFinding {
	var list []proofFinding
	for _, q := range proof.Questions {
		if key := problemOf(q); key != "" {
			f := w.finding(q.Field.Item, w.text(key, nil))
			for _, r := range append(q.Rules, q.Contradict...) {
				f.Rules = append(f.Rules, w.rule(r))
			}
			list = append(list, f)
		}
	}
	for _, r := range proof.Later {
		list = append(list, w.finding(r.Item, w.text("prove.later", map[string]any{
			"Rule": w.text("prove.column."+r.Column, nil), "Later": w.label(r.Later)})))
	}
	return append(list, w.untranslated(proof.Untranslated)...)
}

// problemOf is the text about what is wrong with a question; "" for nothing.
func problemOf(q questionnaire.QuestionProof) string {
	must := required(q.Field.Item)
	switch {
	case q.Answer == questionnaire.Never && must && !q.Stuck:
		return "prove.nothing_to_choose"
	case q.Reach == questionnaire.Never && must:
		return "prove.never_required"
	case q.Reach == questionnaire.Never:
		return "prove.never"
	case q.Answer == questionnaire.Never && must:
		return "prove.stuck"
	case q.Answer == questionnaire.Never:
		return "prove.no_answer"
	case q.Reach == questionnaire.OnlyBack:
		return "prove.only_back"
	}
	return ""
}

func (w proofWords) rule(r questionnaire.Rule) proofRule {
	args := map[string]any{"Label": w.label(r.Item), "Rule": w.text("prove.column."+r.Column, nil)}
	key := "prove.rule"
	if item := w.items[r.Item.Name]; item != nil && item.Number > 0 {
		key, args["Number"] = "prove.rule_at", item.Number
	}
	return proofRule{w.text(key, args), r.Source}
}

// untranslated puts the texts of a question or list together. Labels of questions
// are left to the tips, which tell of them already.
func (w proofWords) untranslated(texts []questionnaire.Untranslated) []proofFinding {
	var list []proofFinding
	lists := map[string]bool{}
	for _, u := range texts {
		names := make([]string, len(u.Languages))
		for i, l := range u.Languages {
			names[i] = l.Tag
		}
		args := map[string]any{"Languages": strings.Join(names, ", "), "Rule": w.text("prove.column."+u.Column, nil)}
		switch {
		case u.Item != nil && u.Column == "label" && isAsked(u.Item):
		case u.Item != nil:
			list = append(list, w.finding(u.Item, w.text("prove.untranslated", args)))
		case u.Choice == nil:
			list = append(list, proofFinding{Text: w.text("prove.untranslated", args)})
		case !lists[u.List]:
			lists[u.List] = true
			text := w.text("prove.untranslated_choices", args)
			f := proofFinding{Text: text}
			if users := w.d.UsersOf(u.List); len(users) > 0 {
				f = w.finding(users[0], text)
			}
			list = append(list, f)
		}
	}
	return list
}

// mostSteps is how many answers of a route are told.
const mostSteps = 6

// route says who gets a question, in a sentence.
func (w proofWords) route(q questionnaire.QuestionProof) string {
	if q.Reach != questionnaire.Possible && q.Reach != questionnaire.OnlyBack {
		return ""
	}
	if q.Always {
		return w.text("prove.route.always", nil)
	}
	var steps []string
	for _, g := range q.Route {
		if len(steps) == mostSteps {
			steps = append(steps, w.text("prove.route.more", map[string]any{"Count": len(q.Route) - mostSteps}))
			break
		}
		key := "prove.route.fills"
		switch {
		case g.Value == "":
			key = "prove.route.leaves"
		case g.Field.Type.IsSelect():
			key = "prove.route.chooses"
		}
		steps = append(steps, w.text(key, map[string]any{"Question": w.at(g.Field.Item), "Answer": short(w.form.Spoken(g.Field, g.Value, string(w.lang)), 60)}))
	}
	if len(steps) == 0 {
		return w.text("prove.route.some", nil)
	}
	return w.text("prove.route.who", map[string]any{"Steps": strings.Join(steps, w.text("prove.route.and", nil))})
}

// at names a question by its number.
func (w proofWords) at(i *questionnaire.Item) string {
	if item := w.items[i.Name]; item != nil && item.Number > 0 {
		return strconv.Itoa(item.Number)
	}
	return "‘" + w.label(i) + "’"
}
