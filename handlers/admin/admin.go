package admin

import (
	"embed"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

//go:embed *.html
var files embed.FS

type pages struct {
	kit      *page.Kit
	store    Store
	attempts *attempts

	signIn   *page.Template[signInPage]
	resume   *page.Template[resumePage]
	setup    *page.Template[setupPage]
	account  *page.Template[accountPage]
	people   *page.Template[peoplePage]
	person   *page.Template[personPage]
	link     *page.Template[linkPage]
	settings *page.Template[settingsPage]
}

// Mount adds the pages of administrators and of everybody's own account to the
// group of kit.Pages.
func Mount(r *gin.RouterGroup, k *page.Kit, store Store) {
	p := &pages{
		kit: k, store: store, attempts: newAttempts(),
		signIn:   page.View[signInPage](k, files, "signin.html"),
		resume:   page.View[resumePage](k, files, "resume.html"),
		setup:    page.View[setupPage](k, files, "setup.html"),
		account:  page.View[accountPage](k, files, "account.html"),
		people:   page.View[peoplePage](k, files, "people.html"),
		person:   page.View[personPage](k, files, "person.html"),
		link:     page.View[linkPage](k, files, "link.html"),
		settings: page.View[settingsPage](k, files, "settings.html"),
	}
	k.OnSignedOut(p.signedOut)
	s := k.Staff(r)
	s.GET(page.SignInPath, "", p.showSignIn)
	s.POST(page.SignInPath, "", p.doSignIn)
	s.GET("/beheer/eerste", "", p.showSetup)
	s.POST("/beheer/eerste", "", p.doSetup)
	s.POST("/beheer/uitloggen", "", p.doSignOut)
	s.POST("/beheer/taal", surveys.OwnAccount, p.changeLanguage)
	s.GET("/beheer/account", surveys.OwnAccount, p.showAccount)
	s.POST("/beheer/account", surveys.OwnAccount, p.changePassword)
	s.GET("/beheer/mensen", surveys.ManagePeople, p.showPeople)
	s.POST("/beheer/mensen", surveys.ManagePeople, p.addPerson)
	s.GET("/beheer/mensen/:id", surveys.ManagePeople, p.showPerson)
	s.POST("/beheer/mensen/:id", surveys.ManagePeople, p.changePerson)
	s.POST("/beheer/mensen/:id/link", surveys.ManagePeople, p.makeLink)
	s.GET("/beheer/instellingen", surveys.ManageSettings, p.showSettings)
	s.POST("/beheer/instellingen", surveys.ManageSettings, p.changeSettings, page.AllowBody(mostLogo+page.MostBody))
}
