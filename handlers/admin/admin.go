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
	surveys  Surveys
	seal     seal
	mails    bool
	attempts *attempts

	signIn   *page.Template[signInPage]
	resume   *page.Template[resumePage]
	setup    *page.Template[setupPage]
	account  *page.Template[accountPage]
	people   *page.Template[peoplePage]
	person   *page.Template[personPage]
	link     *page.Template[linkPage]
	settings *page.Template[settingsPage]
	step     *page.Template[stepPage]
	second   *page.Template[secondPage]
	codes    *page.Template[codesPage]
	forgot   *page.Template[forgotPage]
	audit    *page.Template[auditPage]
	keeping  *page.Template[keepingPage]
	periods  *page.Template[periodsPage]
	register *page.Template[registerPage]
	dpia     *page.Template[registerPage]
}

// Mount adds the pages of administrators and of everybody's own account to the
// group of kit.Pages.
func Mount(r *gin.RouterGroup, k *page.Kit, d Deps) {
	p := &pages{
		kit: k, store: d.Store, surveys: d.Surveys, seal: newSeal(d.Keys), mails: d.Mails, attempts: newAttempts(),
		signIn:   page.View[signInPage](k, files, "signin.html"),
		resume:   page.View[resumePage](k, files, "resume.html"),
		setup:    page.View[setupPage](k, files, "setup.html"),
		account:  page.View[accountPage](k, files, "account.html"),
		people:   page.View[peoplePage](k, files, "people.html"),
		person:   page.View[personPage](k, files, "person.html"),
		link:     page.View[linkPage](k, files, "link.html"),
		settings: page.View[settingsPage](k, files, "settings.html"),
		step:     page.View[stepPage](k, files, "step.html"),
		second:   page.View[secondPage](k, files, "second.html"),
		codes:    page.View[codesPage](k, files, "codes.html"),
		forgot:   page.View[forgotPage](k, files, "forgot.html"),
		audit:    page.View[auditPage](k, files, "audit.html"),
		keeping:  page.View[keepingPage](k, files, "keeping.html"),
		periods:  page.View[periodsPage](k, files, "periods.html"),
		register: page.View[registerPage](k, files, "register.html", "register_parts.html"),
		dpia:     page.View[registerPage](k, files, "dpia.html", "register_parts.html"),
	}
	k.OnSignedOut(p.signedOut)
	s := k.Staff(r)
	s.GET(page.SignInPath, "", p.showSignIn)
	s.POST(page.SignInPath, "", p.doSignIn)
	s.GET(stepPath, "", p.showStep)
	s.POST(stepPath, "", p.doStep)
	s.GET(forgotPath, "", p.showForgot)
	s.POST(forgotPath, "", p.doForgot)
	s.GET("/beheer/eerste", "", p.showSetup)
	s.POST("/beheer/eerste", "", p.doSetup)
	s.POST("/beheer/uitloggen", "", p.doSignOut)
	s.POST("/beheer/taal", surveys.OwnAccount, p.changeLanguage)
	s.GET("/beheer/account", surveys.OwnAccount, p.showAccount)
	s.POST("/beheer/account", surveys.OwnAccount, p.changePassword)
	s.POST("/beheer/account/uitloggen", surveys.OwnAccount, p.endSignIn)
	s.GET(page.SecondStepPath, surveys.OwnAccount, p.showSecond)
	s.POST(page.SecondStepPath, surveys.OwnAccount, p.setSecond)
	s.POST(page.SecondStepPath+"/codes", surveys.OwnAccount, p.newCodes)
	s.POST(page.SecondStepPath+"/weg", surveys.OwnAccount, p.removeSecond)
	s.GET("/beheer/logboek", surveys.ReadAudit, p.showAudit)
	s.GET("/beheer/logboek/regels", surveys.ReadAudit, p.exportAudit)
	s.GET("/beheer/mensen", surveys.ManagePeople, p.showPeople)
	s.POST("/beheer/mensen", surveys.ManagePeople, p.addPerson)
	s.GET("/beheer/mensen/:id", surveys.ManagePeople, p.showPerson)
	s.POST("/beheer/mensen/:id", surveys.ManagePeople, p.changePerson)
	s.POST("/beheer/mensen/:id/link", surveys.ManagePeople, p.makeLink)
	s.POST("/beheer/mensen/:id/tweede-stap", surveys.ManagePeople, p.resetSecond)
	s.POST("/beheer/mensen/:id/uitloggen", surveys.ManagePeople, p.signOutPerson)
	s.POST("/beheer/mensen/:id/uitvraag", surveys.ManagePeople, p.grant)
	p.mountKeeping(s)
	s.GET("/beheer/instellingen", surveys.ManageSettings, p.showSettings)
	s.POST("/beheer/instellingen", surveys.ManageSettings, p.changeSettings, page.AllowBody(mostLogo+page.MostBody))
}
