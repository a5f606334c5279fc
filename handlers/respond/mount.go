package respond

import (
	"embed"
	"log/slog"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

//go:embed *.html
var files embed.FS

// Deps are what the pages need besides the kit. Log takes what goes wrong; it never
// holds what somebody typed.
type Deps struct {
	Programme Programme
	Owners    Owners
	Answers   Answers
	Submitter Submitter
	Ballots   Ballots  // nil: nobody is invited
	Named     Named    // with Ballots
	Contacts  Contacts // nil: no notice is mailed, and no address asked
	Keys      *responses.Keys
	Flood     int          // submissions an hour from one part of the network to one survey that are taken; 0 for the usual number
	Log       *slog.Logger // nil: slog.Default()
}

// pages are the respondents' pages.
type pages struct {
	kit       *page.Kit
	programme Programme
	owners    Owners
	answers   Answers
	submitter Submitter
	ballots   Ballots
	named     Named
	contacts  Contacts
	keys      *responses.Keys
	log       *slog.Logger

	surveys *bounded[slugKey, *readSurvey]
	forms   *bounded[versionKey, *form]
	sheets  *bounded[sheetKey, *sheet]
	shells  *bounded[shellKey, *shell]
	thanks  *bounded[thanksKey, *thanksSheet]
	tries   *tries
	asking  *tries // of addresses
	watch   *responses.Watch

	startView    *page.Template[startPage]
	stepView     *page.Template[stepPage]
	checkView    *page.Template[checkPage]
	thanksView   *page.Template[thanksPage]
	troubleView  *page.Template[troublePage]
	profileView  *page.Template[profilePage]
	codeView     *page.Template[codePage]
	receiptView  *page.Template[receiptPage]
	ballotView   *page.Template[ballotPage]
	ownView      *page.Template[ownPage]
	contactView  *page.Template[contactPage]
	stopView     *page.Template[stopPage]
	renderStep   func(surveys.Lang, any) ([]byte, error)
	renderThanks func(surveys.Lang, any) ([]byte, error)
}

// Try shows a questionnaire as respondents will see it, from its first question to
// its last, and stores nothing. It answers GET and POST of one address of staff; it
// ends at the address above that one.
type Try func(c *gin.Context, form *questionnaire.Form, title surveys.Text) error

// Mount adds the respondents' pages to the group. It gives the try-out of these same
// pages, for who writes a questionnaire.
func Mount(r *gin.RouterGroup, k *page.Kit, d Deps) Try {
	p := &pages{
		kit: k, programme: d.Programme, owners: d.Owners, answers: d.Answers, submitter: d.Submitter, ballots: d.Ballots, named: d.Named, contacts: d.Contacts, keys: d.Keys, log: d.Log,
		surveys: newBounded[slugKey, *readSurvey](mostForms),
		forms:   newBounded[versionKey, *form](mostForms),
		sheets:  newBounded[sheetKey, *sheet](mostSheets),
		shells:  newBounded[shellKey, *shell](mostShells),
		thanks:  newBounded[thanksKey, *thanksSheet](mostShells),
		tries:   newTries(),
		asking:  newTries(),
		watch:   responses.NewWatch(newKey, d.Flood),
	}
	if p.log == nil {
		p.log = slog.Default()
	}
	p.declare()
	r.GET("/s/:slug", k.Handle(p.start))
	r.POST("/s/:slug", k.Handle(p.step))
	r.GET("/code", k.Handle(p.askCode))
	r.POST("/code", k.Handle(p.readCode))
	if p.ballots != nil {
		p.mountBallots(r)
	}
	if p.contacts != nil {
		r.GET("/s/:slug/bericht", k.Handle(p.askContact))
		r.POST("/s/:slug/bericht", k.Handle(p.keepContact))
	}
	return p.try
}

func (p *pages) declare() {
	p.startView = page.View[startPage](p.kit, files, "start.html")
	p.stepView = page.View[stepPage](p.kit, files, "step.html")
	p.renderStep = lastView(p.kit)
	p.checkView = page.View[checkPage](p.kit, files, "check.html", "answers.html")
	p.thanksView = page.View[thanksPage](p.kit, files, "thanks.html")
	p.renderThanks = lastView(p.kit)
	p.troubleView = page.View[troublePage](p.kit, files, "trouble.html", "answers.html")
	p.profileView = page.View[profilePage](p.kit, files, "profile.html")
	p.codeView = page.View[codePage](p.kit, files, "code.html")
	p.receiptView = page.View[receiptPage](p.kit, files, "receipt.html", "answers.html")
	p.ballotView = page.View[ballotPage](p.kit, files, "ballot.html")
	p.ownView = page.View[ownPage](p.kit, files, "own.html", "answers.html")
	p.contactView = page.View[contactPage](p.kit, files, "contact.html")
	p.stopView = page.View[stopPage](p.kit, files, "stop.html")
}

// lastView fills the view that was declared last without a request: question and
// thank-you pages are filled once and then spliced.
func lastView(k *page.Kit) func(surveys.Lang, any) ([]byte, error) {
	views := k.Views()
	return views[len(views)-1].Render
}
