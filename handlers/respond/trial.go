package respond

import (
	"crypto/rand"
	"fmt"
	"hash/crc32"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// trial is what makes a visit a try-out by who writes the questionnaire: the address
// of its pages, and where it ends.
type trial struct{ path, back string }

// try answers a step of a try-out, on the same pages as a respondent's. Nothing of
// it is stored, and a changed draft begins anew.
func (p *pages) try(c *gin.Context, f *questionnaire.Form, title surveys.Text) error {
	address, org := c.Request.URL.Path, page.Org(c)
	fm := newForm(0, f)
	fm.version = int(crc32.ChecksumIEEE([]byte(strings.Join(fm.names, " "))))
	v := &visit{
		survey: &surveys.Survey{ID: surveys.ID("try-out of " + address), Org: org.ID, Title: title, Mode: surveys.Open},
		form:   fm, trial: &trial{address, path.Dir(address)},
	}
	s, err := p.keys.Open(c.Request.PostForm.Get(sealedField), org.ID, v.survey.ID, page.Now(c), func(version int) ([]string, error) {
		if version != fm.version {
			return nil, fmt.Errorf("the draft changed: %w", responses.ErrOutdated)
		}
		return fm.names, nil
	})
	if err == nil && s.At <= len(f.Pages) {
		v.sitting = s
		page.SetLanguage(c, s.Lang)
		v.evaluate(c)
		return p.move(c, v, c.Request.PostForm)
	}
	v.sitting = &responses.Sitting{Issued: page.Now(c), Version: fm.version, Lang: page.Language(c), At: -1, Answers: questionnaire.Answers{}}
	_, _ = rand.Read(v.sitting.Key[:])
	p.keys.Begin(v.sitting)
	v.evaluate(c)
	return p.showAt(c, v)
}

// trialBanner says on every page that nothing is stored, and leads back.
func (p *pages) trialBanner(v *visit, lang surveys.Lang) []byte {
	b := []byte(`<div class="utrecht-alert utrecht-alert--info"><div class="utrecht-alert__message"><p>`)
	b = appendEscaped(b, p.kit.Text(lang, "respond.trial.banner", nil), true)
	b = appendEscaped(append(b, ` <a href="`...), v.trial.back, false)
	b = appendEscaped(append(b, `">`...), p.kit.Text(lang, "respond.trial.back", nil), true)
	return append(b, "</a></p></div></div>\n"...)
}

// showTried ends a try-out: it shows what would be stored, by the names of the
// questions, calculations and hidden values too.
func (p *pages) showTried(c *gin.Context, v *visit) error {
	lang := v.sitting.Lang
	filled := troublePage{
		Base: p.stepBase(c, lang), Title: p.kit.Text(lang, "respond.trial.title", nil), Lead: p.kit.Text(lang, "respond.trial.done", nil),
		RowsHead: p.kit.Text(lang, "respond.trial.stored", nil), Back: v.trial.back,
	}
	would := v.state.Record()
	for _, name := range slices.Sorted(maps.Keys(would)) {
		filled.Rows = append(filled.Rows, answerRow{Name: name, Question: name, Value: asHTML(would[name])})
	}
	return p.renderTrouble(c, http.StatusOK, filled)
}
