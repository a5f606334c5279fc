package respond

import (
	"crypto/rand"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// troublePage says what happened, what is kept and what to do, and keeps what was
// answered readable on the page.
type troublePage struct {
	page.Base
	speech
	Title    string
	Window   string // the title, shortened for the window
	Lead     string
	Texts    []string
	Action   string // where its form goes, and where one begins anew
	See      string // the survey whose promise can be looked up; "" without such a link
	Sealed   string // "" where the answers cannot be sent any more
	Rows     []answerRow
	RowsHead string
	Incident string
	Restart  bool
	Banner   template.HTML // says that this is a try-out
	Back     string        // where a try-out ends
	Other    surveys.Lang
}

// Changes says that nothing can be changed from here.
func (troublePage) Changes() bool { return false }

// troubleStatus is the status of each kind of trouble.
var troubleStatus = map[string]int{
	"closed": http.StatusConflict, "outdated": http.StatusGone, "tampered": http.StatusBadRequest, "withdrawn": http.StatusConflict, "spent": http.StatusConflict,
	"too_long": http.StatusRequestEntityTooLarge,
}

// showTrouble answers that the answers cannot be taken on: the survey closed while
// they were filled in, the page is outdated, or its hidden field was changed. What
// was answered stays readable; posted is what was typed on the page that was sent.
func (p *pages) showTrouble(c *gin.Context, v *visit, kind string, posted url.Values) error {
	lang := page.Language(c)
	if v.form == nil { // nothing could be opened: show at least what was typed just now
		v.key = versionKey{v.survey.Org, v.survey.Questionnaire, v.survey.Version}
		f, err := p.formOf(c.Request.Context(), v.key)
		if err != nil {
			return err
		}
		v.form = f
	}
	if v.sitting == nil {
		v.sitting = &responses.Sitting{Version: v.form.version, Lang: lang, Answers: questionnaire.Answers{}}
	}
	v.evaluate(c)
	for _, fl := range v.form.Fields {
		if key := v.state.Key(fl); fl.Page >= 0 && len(posted[fl.Name]) > 0 {
			value, other, wrong := v.form.Read(fl, questionnaire.Typed{Values: posted[fl.Name], Other: posted.Get(fl.Name + "_other")})
			if wrong != nil {
				value = posted.Get(fl.Name)
			}
			keep(v.sitting.Answers, key, value)
			keep(v.sitting.Answers, key+"_other", other)
		}
	}
	v.evaluate(c)
	informal := v.form.informal
	say := func(key string, args map[string]any) string { return p.say(lang, informal, key, args) }
	filled := troublePage{
		Base: p.stepBase(c, lang), speech: speech{informal}, Action: v.action(), RowsHead: say("respond.answers_title", nil),
		Title: say("respond."+kind+".title", nil), Restart: kind == "outdated" || kind == "tampered" || kind == "withdrawn",
	}
	for _, row := range p.rowsOf(v) {
		if row.Value != "" {
			filled.Rows = append(filled.Rows, row)
		}
	}
	switch kind {
	case "closed":
		closes := map[string]any{"Closes": v.survey.Closes}
		filled.Lead = say("respond.closed.while", closes)
		filled.Texts = []string{say("respond.closed.answers", nil), say("respond.closed.hear", map[string]any{"Promise": v.survey.Promise.Expected()})}
	default:
		filled.Lead = say("respond."+kind+".what", nil)
		filled.Texts = []string{say("respond."+kind+".answers", nil)}
	}
	p.log.Info("answers not taken on", "why", kind)
	p.noStore(c, v.sitting)
	return p.renderTrouble(c, troubleStatus[kind], filled)
}

// showClosed says when a survey opens, or until when it was open.
func (p *pages) showClosed(c *gin.Context, read *readSurvey) error {
	s, lang := read.survey, page.Language(c)
	base := p.kit.PublicBase(c)
	filled := troublePage{Base: base, Title: s.Title.In(lang)}
	if s.Phase(page.Today(c)) == surveys.Planned {
		filled.Lead = p.kit.Text(lang, "respond.planned.what", map[string]any{"Opens": s.Opens, "Closes": s.Closes})
		next := "respond.planned.next"
		if s.Mode.Invites() {
			next = "respond.planned.invited"
		}
		filled.Texts = []string{p.kit.Text(lang, next, nil)}
	} else {
		filled.Lead = p.kit.Text(lang, "respond.closed.until", map[string]any{"Closes": s.Closes})
		filled.See = s.Slug
		if s.Promise.KeptOn == "" {
			filled.Texts = []string{p.kit.Text(lang, "respond.closed.hear", map[string]any{"Promise": s.Promise.Expected()})}
		}
	}
	return p.renderTrouble(c, http.StatusOK, filled)
}

// busyAfter is when a full queue may be tried again, in seconds.
const busyAfter = 5

// showUnsent answers that sending failed on our side: nothing was lost, everything
// still stands on the page, and trying again is harmless.
func (p *pages) showUnsent(c *gin.Context, v *visit, status int, cause error) error {
	if page.Left(c, cause) {
		return cause
	}
	kind, incident := "unsent", ""
	if errors.Is(cause, surveys.ErrBusy) {
		c.Header("Retry-After", strconv.Itoa(busyAfter))
	}
	if errors.Is(cause, responses.ErrNotTaken) {
		kind = "busy"
		p.log.Warn("answers not taken on", "why", "busy")
	} else {
		text := rand.Text()
		incident = text[:3] + "-" + text[3:6]
		p.log.Error("answers not stored", "err", cause, "incident", incident)
	}
	return p.showKept(c, v, status, kind, incident)
}

// showKept answers that the answers were not taken on now: they stand on the page, and
// can be sent again from there.
func (p *pages) showKept(c *gin.Context, v *visit, status int, kind, incident string) error {
	lang, informal := v.sitting.Lang, v.form.informal
	sealed, err := p.appendSealed(nil, c, v)
	if err != nil {
		return err
	}
	filled := troublePage{Base: p.stepBase(c, lang), speech: speech{informal}, Action: v.action(), Sealed: string(sealed), Incident: incident, Other: otherLang(lang)}
	filled.Title = p.say(lang, informal, "respond."+kind+".title", nil)
	filled.Lead = p.say(lang, informal, "respond."+kind+".what", nil)
	filled.Texts = []string{p.say(lang, informal, "respond.unsent.safe", nil), p.say(lang, informal, "respond.unsent.again", nil)}
	p.noStore(c, v.sitting)
	return p.renderTrouble(c, status, filled)
}

func (p *pages) renderTrouble(c *gin.Context, status int, filled troublePage) error {
	filled.Window = windowTitle(filled.Base, filled.Title)
	return p.troubleView.Render(c, status, filled)
}
