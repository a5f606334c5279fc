package manage

import (
	"embed"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

//go:embed *.html
var files embed.FS

// Deps are what the pages are given: stores as small interfaces, and the few things
// that another package does for them.
type Deps struct {
	Ask      AskStore
	Accounts AccountStore
	Learn    LearnStore
	Releases ReleaseStore
	Texts    TextStore
	Counts   *disclosure.Engine // the answers, as releases count them

	// Ledger is who is invited; nil where nobody can be. Ballots makes their ballots, and
	// seals in an address what somebody looks for. Mails tells whether the program can send
	// mail, and Wake that there is some to send.
	Ledger  LedgerStore
	Ballots *responses.Keys
	Mails   bool
	Wake    func()
	// Mailings is how the sending of published notices to those who asked stands; nil
	// where nothing is stored of it.
	Mailings MailingStore
	// Named gives readers what somebody answered on name, and Readings keeps that they
	// read it; without both nobody reads it.
	Named    NamedReader
	Readings ReadingTrail

	// Clock keeps when the clock was last believed, and Synced tells whether a time server
	// keeps it; without them it is believed whatever it says.
	Clock  ClockStore
	Synced func() bool

	// NewID makes a random key for something new.
	NewID func() surveys.ID

	// Try shows a questionnaire as respondents will see it, from its first page to
	// its last, at the address that was asked with GET and POST, and stores nothing.
	Try func(c *gin.Context, form *questionnaire.Form, title surveys.Text) error
}

// Mount adds the pages to the group of Pages.
func Mount(r *gin.RouterGroup, k *page.Kit, d Deps) {
	staff := k.Staff(r)
	mountOverview(staff, k, d)
	mountHalted(staff, k, d)
	mountClock(staff, k, d)
	mountQuestionnaires(staff, k, d)
	mountSurveys(staff, k, d)
	mountKeeping(staff, k, d)
	mountCollectors(staff, k, d)
	mountInvitations(staff, k, d)
	mountLearn(staff, k, d)
}
