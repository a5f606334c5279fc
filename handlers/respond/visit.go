package respond

import (
	"encoding/binary"
	"net/http"
	"strconv"
	"sync"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// visit is one request of a respondent within a survey: the sitting that came with
// it, the form it is about and what follows from its answers.
type visit struct {
	read     *readSurvey
	survey   *surveys.Survey
	form     *form
	key      versionKey
	sitting  *responses.Sitting
	state    *questionnaire.State // seen from where the sitting stands
	worked   *form                // the form of which it is the state
	before   *questionnaire.State // in which the page that was sent was shown; nil when none was
	problems []problem
	search   map[string]string // what is looked for in long lists, by the name of the field
	trial    *trial            // what makes this a try-out; nil for a respondent
}

// action is the address to which the visit's forms go.
func (v *visit) action() string {
	if v.trial != nil {
		return v.trial.path
	}
	return "/s/" + v.survey.Slug
}

// evaluate works out what follows from the answers as they are now, seen from where
// the sitting stands; the second time in a request only from those that changed.
// Where that instance of a repeat is gone, it stands at the next
// place.
func (v *visit) evaluate(c *gin.Context) {
	var root *questionnaire.State
	if v.state != nil && v.worked == v.form {
		root = v.state.Again(v.sitting.All())
	} else {
		root = v.form.Evaluate(v.sitting.All(), questionnaire.Env{
			Now:  page.Now(c),
			Seed: binary.BigEndian.Uint64(v.sitting.Key[:8]),
		})
		v.worked = v.form
	}
	if at := v.place(); !root.Exists(at) {
		at = root.NextPlace(at, v.sitting.Prefilled)
		v.sitting.At, v.sitting.Within = at.Page, at.Within
	}
	v.state = root.In(v.sitting.Within)
}

// place is where the sitting stands.
func (v *visit) place() questionnaire.Place {
	return questionnaire.Place{Page: v.sitting.At, Within: v.sitting.Within}
}

// goTo makes the sitting stand at another place.
func (v *visit) goTo(at questionnaire.Place) {
	v.sitting.At, v.sitting.Within = at.Page, at.Within
	v.state = v.state.In(at.Within)
}

// onPage tells whether the sitting stands at a page of the questionnaire.
func (v *visit) onPage() bool { return v.sitting.At >= 0 && v.sitting.At < len(v.form.Pages) }

// asked are the questions of the page that this respondent gets to answer.
func (v *visit) asked(at int) []*questionnaire.Field {
	all := v.form.Pages[at].Fields
	shown := make([]*questionnaire.Field, 0, len(all))
	for _, fl := range all {
		if v.state.Takes(fl, v.sitting.Prefilled) {
			shown = append(shown, fl)
		}
	}
	return shown
}

// progress is the place of the page among the questions that are asked as far as
// the answers tell: the first and last question on it, and how many there are.
// first is 0 on a page without questions.
func (v *visit) progress(at int) (first, last, total int) {
	here := v.sitting.Within
	v.state.EachAsked(v.sitting.Prefilled, func(view *questionnaire.State, fl *questionnaire.Field) {
		if !view.Takes(fl, v.sitting.Prefilled) {
			return
		}
		total++
		if fl.Page == at && view.Within() == here {
			if first == 0 {
				first = total
			}
			last = total
		}
	})
	return first, last, total
}

var pageBytes = sync.Pool{New: func() any { b := make([]byte, 0, 32<<10); return &b }}

// showPage answers with a question page: compiled bytes, with what differs spliced in.
func (p *pages) showPage(c *gin.Context, v *visit, status int) error {
	s := v.sitting
	p.preset(v, c)
	s.See(s.At, s.Within)
	sh, err := p.shellOf(c, v)
	if err != nil {
		return err
	}
	sheet := p.sheetOf(v)
	compiled := sheet.pages[s.At]
	sp := &splice{sheet: sheet, state: v.state, sitting: s, problems: v.problems, search: v.search}
	first, last, total := v.progress(s.At)

	buf := pageBytes.Get().(*[]byte)
	defer func() { pageBytes.Put(buf) }()
	b := append((*buf)[:0], sh.head...)
	b = sh.appendTitle(b, compiled.title, first, last, total, len(v.problems) > 0)
	b = append(b, sh.middle...)
	b = append(b, "<div class=\"utrecht-article wk-wide\">\n"...)
	b = append(b, sh.banner...)
	if first > 0 {
		b = sh.appendProgress(b, first, last, total)
	}
	b = p.appendInstance(b, v)
	b = append(b, `<h1 id="vraag">`...)
	if len(compiled.heading) > 0 {
		b = sp.append(b, compiled.heading)
	} else {
		b = appendEscaped(b, sh.surveyTitle, true)
	}
	b = append(b, "</h1>\n"...)
	if len(v.problems) > 0 {
		b = p.appendSummary(b, sh, v)
	} else if first > 0 && compiled.optional && first == last {
		b = append(b, sh.skipOne...)
	} else if first > 0 && compiled.optional {
		b = append(b, sh.skipLine...)
	}
	b = append(b, sh.open...)
	if b, err = p.appendSealed(b, c, v); err != nil {
		*buf = b[:0]
		return err
	}
	b = append(b, "\">\n"...)
	b = sp.append(b, compiled.parts)
	if v.form.Pages[s.At].Repeat != nil {
		b = p.appendMore(b, v)
	}
	b = append(b, sh.buttons...)
	b = append(b, "</div>\n"...)
	b = append(b, sh.foot...)
	p.noStore(c, s)
	page.Write(c, status, "text/html; charset=utf-8", b)
	*buf = b[:0]
	return nil
}

// preset fills in the author's defaults where a page is seen for the first time.
func (p *pages) preset(v *visit, c *gin.Context) {
	if v.sitting.Saw(v.sitting.At, v.sitting.Within) {
		return
	}
	changed := false
	for _, fl := range v.asked(v.sitting.At) {
		key := v.state.Key(fl)
		if fl.Default == "" || v.sitting.Answers[key] != "" {
			continue
		}
		if value := v.state.Preset(fl); value != "" {
			v.sitting.Answers[key] = value
			changed = true
		}
	}
	if changed {
		v.evaluate(c)
	}
}

// appendTitle appends the title of the window: "Fout: Uw bezoek, vraag 1 tot 3".
func (sh *shell) appendTitle(b []byte, title string, first, last, total int, wrong bool) []byte {
	if wrong {
		b = append(append(b, sh.errorPrefix...), ' ')
	}
	if title == "" {
		title = sh.surveyTitle
	}
	b = appendEscaped(b, shortened(title, sh.room), false)
	switch first {
	case 0:
		return b
	case last:
		return appendNumbered(append(b, ", "...), sh.windowOne, first, last, total)
	}
	return appendNumbered(append(b, ", "...), sh.windowSeveral, first, last, total)
}

func (sh *shell) appendCount(b []byte, first, last, total int) []byte {
	if first == last {
		return appendNumbered(b, sh.one, first, last, total)
	}
	return appendNumbered(b, sh.several, first, last, total)
}

func (sh *shell) appendProgress(b []byte, first, last, total int) []byte {
	b = append(b, `<p class="wk-meta">`...)
	b = sh.appendCount(b, first, last, total)
	b = append(b, "</p>\n"+`<svg class="wk-bar wk-progress" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><path class="wk-bar__scale" d="M0 2h100"/><path class="wk-bar__done" d="M0 0h`...)
	b = strconv.AppendInt(b, int64((first-1)*100/max(total, 1)), 10)
	return append(b, "v4H0z\"/></svg>\n"...)
}

// appendSummary appends the alert above the form: its heading has the focus, and
// each item leads to the first control of its question.
func (p *pages) appendSummary(b []byte, sh *shell, v *visit) []byte {
	b = append(b, `<div class="utrecht-alert utrecht-alert--error"><div class="utrecht-alert__message"><h2 id="fouten" tabindex="-1" autofocus>`...)
	b = appendEscaped(b, p.kit.Text(v.sitting.Lang, "respond.problems", map[string]any{"Count": len(v.problems)}), true)
	b = append(b, "</h2>\n<ul>\n"...)
	for _, pr := range v.problems {
		b = append(append(b, `<li><a href="#`...), firstControl(pr.field, v.state)...)
		b = appendEscaped(append(b, `">`...), pr.text, true)
		b = append(b, "</a></li>\n"...)
	}
	b = append(b, "</ul>\n"...)
	b = append(b, sh.kept...)
	return append(b, "</div></div>\n"...)
}

// appendSealed appends the sitting, sealed for the page that carries it on.
func (p *pages) appendSealed(b []byte, c *gin.Context, v *visit) ([]byte, error) {
	return p.keys.AppendSealed(b, page.Org(c).ID, v.survey.ID, v.sitting, v.form.names, newNonce())
}

// noStore keeps pages of a shared device out of the browser's memory.
func (p *pages) noStore(c *gin.Context, s *responses.Sitting) {
	if s != nil && s.Kiosk {
		c.Header("Cache-Control", "no-store")
	}
}

// statusFor is 422 for a page that says what is wrong, else 200.
func statusFor(v *visit) int {
	if len(v.problems) > 0 {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}
