package respond

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// form is a published version, compiled, with what these pages want to know of it.
type form struct {
	*questionnaire.Form
	version  int
	names    []string
	minutes  int
	informal bool     // it says "je" to who fills it in, so we do
	profile  []rating // the competences of which importance and level are asked
}

// rating is the pair of questions about one competence.
type rating struct {
	competence        string
	importance, level *questionnaire.Field
}

func newForm(version int, f *questionnaire.Form) *form {
	fm := &form{Form: f, version: version, minutes: f.Minutes(), names: make([]string, len(f.Fields))}
	pairs := map[string]int{}
	for i, fl := range f.Fields {
		fm.names[i] = fl.Name
		if fl.Measure != "importance" && fl.Measure != "level" || fl.Competence == "" || strings.HasPrefix(fl.Competence, "${") {
			continue
		}
		at, ok := pairs[fl.Competence]
		if !ok {
			at = len(fm.profile)
			pairs[fl.Competence] = at
			fm.profile = append(fm.profile, rating{competence: fl.Competence})
		}
		if fl.Measure == "importance" {
			fm.profile[at].importance = fl
		} else {
			fm.profile[at].level = fl
		}
	}
	complete := fm.profile[:0]
	for _, r := range fm.profile {
		if r.importance != nil && r.level != nil {
			complete = append(complete, r)
		}
	}
	fm.profile = complete
	fm.informal = isInformal(f.Definition)
	return fm
}

// isInformal tells whether the Dutch of a questionnaire addresses people with "je"
// more often than with "u".
func isInformal(d *questionnaire.Definition) bool {
	count := 0
	var walk func([]*questionnaire.Item)
	walk = func(items []*questionnaire.Item) {
		for _, it := range items {
			for _, t := range []questionnaire.Texts{it.Label, it.Hint, it.RequiredMessage} {
				for word := range strings.FieldsFuncSeq(strings.ToLower(d.In(t, string(surveys.Dutch))), func(r rune) bool { return !unicode.IsLetter(r) }) {
					switch word {
					case "je", "jij", "jou", "jouw":
						count++
					case "u", "uw":
						count--
					}
				}
			}
			walk(it.Items)
		}
	}
	walk(d.Items)
	return count > 0
}

// versionKey names a published version.
type versionKey struct {
	org           surveys.OrgID
	questionnaire surveys.ID
	number        int
}

// sheetKey names a version in one language.
type sheetKey struct {
	versionKey
	lang surveys.Lang
}

// Bounds of what is kept in memory. A published version never changes, so what is
// kept of it stays right for good.
const (
	mostForms  = 48
	mostSheets = 96
	mostShells = 96
)

// bounded is a small cache that forgets the entry that was used longest ago.
type bounded[K comparable, V any] struct {
	mu    sync.Mutex
	most  int
	clock uint64
	kept  map[K]*kept[V]
}

type kept[V any] struct {
	value V
	used  uint64
}

func newBounded[K comparable, V any](most int) *bounded[K, V] {
	return &bounded[K, V]{most: most, kept: make(map[K]*kept[V], most)}
}

func (b *bounded[K, V]) get(key K) (V, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k, ok := b.kept[key]
	if !ok {
		var none V
		return none, false
	}
	b.clock++
	k.used = b.clock
	return k.value, true
}

func (b *bounded[K, V]) put(key K, value V) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, ok := b.kept[key]; !ok && len(b.kept) >= b.most {
		var oldest K
		least := ^uint64(0)
		for k, v := range b.kept {
			if v.used < least {
				oldest, least = k, v.used
			}
		}
		delete(b.kept, oldest)
	}
	b.clock++
	b.kept[key] = &kept[V]{value, b.clock}
}

// formOf is a published version, compiled.
func (p *pages) formOf(ctx context.Context, key versionKey) (*form, error) {
	if f, ok := p.forms.get(key); ok {
		return f, nil
	}
	v, err := p.programme.FindVersion(ctx, key.org, key.questionnaire, key.number)
	if err != nil {
		return nil, fmt.Errorf("find version of the questionnaire: %w", err)
	}
	var d questionnaire.Definition
	if err := json.Unmarshal(v.Definition, &d); err != nil {
		return nil, fmt.Errorf("read version %d of questionnaire %s: %w", key.number, key.questionnaire, err)
	}
	compiled, problems := questionnaire.Compile(&d)
	if compiled == nil {
		return nil, fmt.Errorf("compile version %d of questionnaire %s: %d problems", key.number, key.questionnaire, len(problems))
	}
	f := newForm(key.number, compiled)
	p.forms.put(key, f)
	return f, nil
}

// sheetOf is a version in a language, compiled into its pages.
func (p *pages) sheetOf(v *visit) *sheet {
	f, lang := v.form, v.sitting.Lang
	if v.trial != nil { // a draft, which changes
		return compileSheet(f, lang, p.wordsFor(lang, f.informal))
	}
	sk := sheetKey{v.key, lang}
	if s, ok := p.sheets.get(sk); ok {
		return s
	}
	s := compileSheet(f, lang, p.wordsFor(lang, f.informal))
	p.sheets.put(sk, s)
	return s
}

// keptSurvey is how long a survey is remembered: an extension or a closing shows on
// every instance within it. The transaction that stores a response looks for itself.
const keptSurvey = time.Second

type slugKey struct {
	org  surveys.OrgID
	slug string
}

type readSurvey struct {
	survey     *surveys.Survey
	collectors []surveys.Collector
	owner      surveys.Text
	readers    []surveys.Text // the functions of who reads a named survey
	lot        *responses.Lot
	until      time.Time
	renewing   atomic.Bool // somebody is reading it anew
}

// good tells whether it may be used now. When its time is over it has to be read
// anew, by one visitor: the others, up to hundreds on a busy survey, use it for the
// moment that this takes.
func (r *readSurvey) good(now time.Time) bool {
	return now.Before(r.until) || now.Before(r.until.Add(keptSurvey)) && !r.renewing.CompareAndSwap(false, true)
}

// surveyOf is the survey at an address, with its ways in and its owner's function.
func (p *pages) surveyOf(ctx context.Context, org surveys.OrgID, slug string) (*readSurvey, error) {
	key, now := slugKey{org, slug}, time.Now()
	r, ok := p.surveys.get(key)
	if ok && r.good(now) {
		return r, nil
	}
	fresh, err := p.readSurvey(ctx, key, now)
	if err != nil {
		if ok {
			r.renewing.Store(false)
		}
		if ok && errors.Is(err, surveys.ErrBusy) { // who is filling in goes on; sending says what is the matter
			p.log.Warn("survey from memory", "err", err)
			return r, nil
		}
		return nil, err
	}
	p.surveys.put(key, fresh)
	return fresh, nil
}

func (p *pages) readSurvey(ctx context.Context, key slugKey, now time.Time) (*readSurvey, error) {
	s, err := p.programme.FindSurveyBySlug(ctx, key.org, key.slug)
	if err != nil {
		return nil, fmt.Errorf("find survey at its address: %w", err)
	}
	collectors, err := p.programme.ListCollectors(ctx, key.org, s.ID)
	if err != nil {
		return nil, fmt.Errorf("list ways in: %w", err)
	}
	r := &readSurvey{survey: s, collectors: collectors, until: now.Add(keptSurvey)}
	if s.Owner != "" {
		account, err := p.owners.FindAccount(ctx, key.org, s.Owner)
		if err == nil {
			r.owner = account.Title
		}
	}
	if err := p.readInvited(ctx, r); err != nil {
		return nil, err
	}
	return r, nil
}

// forget drops an entry that is known to be out of date.
func (b *bounded[K, V]) forget(key K) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.kept, key)
}
