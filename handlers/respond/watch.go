package respond

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// trapField is the name of a field that people neither see nor hear and cannot reach by
// the keyboard: what is typed in it was typed by a program. No question can have the name.
const trapField = "0-reactie"

// trap is that field; where no style sheet is loaded its label says what to do.
func (p *pages) trap(lang surveys.Lang) string {
	return `<div class="wk-empty" aria-hidden="true"><label>` + escape(p.kit.Text(lang, "respond.empty", nil)) +
		` <input name="` + trapField + `" type="text" tabindex="-1" autocomplete="off"></label></div>` + "\n"
}

// sprung notes on the sitting that the trap was filled in.
func (v *visit) sprung(posted url.Values) {
	v.sitting.Trapped = v.sitting.Trapped || posted.Get(trapField) != ""
}

// newKey is a random key for a day of the Watch.
func newKey() (key [32]byte) {
	_, _ = rand.Read(key[:]) // never fails: crypto/rand ends the program instead
	return key
}

// judge looks at a submission, and flags it when it is unlike a person's. Nothing that the
// respondent sees depends on that. Where people are invited it looks at nothing, since a
// ballot lets in once, and seen is nil. wait is not 0 when so many came from one place that
// this one is not taken now.
func (p *pages) judge(c *gin.Context, v *visit, r *responses.Response) (seen *responses.Seen, wait time.Duration) {
	if v.survey.Mode != surveys.Open {
		return nil, 0
	}
	var way *surveys.Collector
	for i := range v.read.collectors {
		if v.read.collectors[i].ID == r.Collector {
			way = &v.read.collectors[i]
		}
	}
	now, given := page.Now(c), responses.Answered(v.form.Form, r.Answers, v.sitting.Prefilled)
	seen = &responses.Seen{Survey: v.survey.ID, Collector: r.Collector, Ordinary: way.Ordinary(),
		Address: c.ClientIP(), Texts: responses.Texts(given, r.Answers)}
	many, wait := p.watch.Look(seen, now)
	r.Flagged = many || v.sitting.Trapped || responses.TooFast(now.Sub(v.sitting.Issued), len(given)) || responses.StraightLine(given, r.Answers)
	return seen, wait
}

// took counts a submission that was stored. It is noted at a way in, in a transaction of
// its own, when more came by it today than is ordinary.
func (p *pages) took(c *gin.Context, seen *responses.Seen) {
	if seen == nil || !p.watch.Count(seen, page.Now(c)) {
		return
	}
	ctx := context.WithoutCancel(c.Request.Context())
	if err := p.programme.NoteUnusual(ctx, page.Org(c).ID, seen.Survey, seen.Collector, page.Today(c)); err != nil {
		p.watch.Untold(seen, page.Now(c)) // the next submission tries again
		p.log.Error("unusual day not noted", "err", err)
	}
}

// showFlood answers that so many submissions came from this part of the network that this
// one has to wait: the answers stand on the page and can be sent again.
func (p *pages) showFlood(c *gin.Context, v *visit, wait time.Duration) error {
	c.Header("Retry-After", strconv.Itoa(int(wait/time.Second)))
	p.log.Warn("answers not taken on", "why", "flood")
	return p.showKept(c, v, http.StatusTooManyRequests, "flood", "")
}
