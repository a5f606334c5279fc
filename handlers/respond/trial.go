package respond

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// Trial shows a questionnaire as respondents will see it, from the first page to
// the thank-you page, at the address that was asked, which takes GET and POST. It
// is a set of pages of its own that stores nothing: what is sent is thrown away,
// and its receipt code leads nowhere.
func Trial(k *page.Kit, d Deps) func(c *gin.Context, form *questionnaire.Form, title surveys.Text) error {
	d.Submitter = thrownAway{}
	p := newPages(k, d)
	return p.trial
}

// thrownAway takes every response and keeps none.
type thrownAway struct{}

// Submit stores nothing.
func (thrownAway) Submit(context.Context, responses.Response, surveys.Date) (responses.Outcome, error) {
	return responses.Accepted, nil
}

// How a trial stands: as a survey that opens today.
const (
	trialDays    = 28
	trialPromise = 84
	trialKept    = time.Minute // how long its survey is remembered between two steps
)

// trial shows one step of a trial.
func (p *pages) trial(c *gin.Context, compiled *questionnaire.Form, title surveys.Text) error {
	definition, err := json.Marshal(compiled.Definition)
	if err != nil {
		return fmt.Errorf("try a questionnaire: %w", err)
	}
	// The same words are the same version, so that their pages are compiled once; an
	// edit in between makes another, to which answers so far do not belong.
	sum := sha256.Sum256(definition)
	id := surveys.ID("trial-" + hex.EncodeToString(sum[:10]))
	org, now, today := page.Org(c).ID, page.Now(c), page.Today(c)
	s := &surveys.Survey{
		ID: id, Org: org, Slug: outOf(c.Request.URL.Path), Title: p.trialTitle(title), Questionnaire: id, Version: 1, Mode: surveys.Open,
		Opens: today, Closes: today.AddDays(trialDays), Promise: surveys.Promise{On: today.AddDays(trialPromise)},
		SmallestGroup: surveys.LeastGroup, OpenedAt: now,
	}
	p.forms.put(versionKey{org, id, s.Version}, newForm(s.Version, compiled))
	p.surveys.put(slugKey{org, s.Slug}, &readSurvey{survey: s, until: time.Now().Add(trialKept)})
	c.Params = append(c.Params, gin.Param{Key: "slug", Value: s.Slug})
	if c.Request.Method == http.MethodPost {
		return p.step(c)
	}
	return p.start(c)
}

// trialTitle says that it is a trial, so that nobody takes it for the survey.
func (p *pages) trialTitle(title surveys.Text) surveys.Text {
	say := func(lang surveys.Lang) string {
		return p.kit.Text(lang, "respond.trial", map[string]any{"Title": title.In(lang)})
	}
	return surveys.Text{NL: say(surveys.Dutch), EN: say(surveys.English)}
}

// outOf is the slug with which /s/SLUG is the path: forms post to /s/SLUG, and a
// trial stands elsewhere, so its slug climbs out of /s/ first. Browsers do that
// before they ask (URL Standard, path state).
func outOf(path string) string { return ".." + "/" + strings.TrimPrefix(path, "/") }
