// Package page is the kit that every page is made with: the layout and its parts,
// forms and their errors, the catalogue of texts, what is known of a request
// (organisation, moment, language, member of staff), the table from errors to
// pages, sessions of staff, and the security headers. It knows no survey and no
// screen; it decides nothing about them.
//
// A page is declared once, with its template beside it, and rendered per request:
//
//	//go:embed *.html
//	var files embed.FS
//
//	type homePage struct {
//		page.Base
//		Open []openSurvey
//	}
//
//	func Mount(r *gin.RouterGroup, k *page.Kit, store Store) {
//		p := &pages{k, store, page.View[homePage](k, files, "home.html")}
//		r.GET("/", k.Handle(p.home))                                   // for everybody
//		k.Staff(r).POST("/beheer/x", surveys.ManageSurveys, p.change)  // for who may do this
//	}
package page

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/static"
	"weerklank.nl/weerklank/surveys"
)

// Options are what a Kit is made from. Organisations and Clock are needed by every
// program that serves pages, Accounts and Sessions by one that lets staff sign in.
type Options struct {
	Organisations Organisations
	Accounts      Accounts
	Sessions      Sessions         // nil: nobody can sign in
	Clock         func() time.Time // nil: time.Now
	Proxies       []string         // addresses or networks of proxies whose word on a visitor's address is taken; nil: this machine
	HTTPS         bool             // the public address is https: HSTS and a __Host- cookie
	Log           *slog.Logger     // nil: slog.Default()
	// Answered hears of each request that was answered, for a count: the pattern of its
	// route, "" when no page is there, and the status. nil: nobody counts.
	Answered func(route string, status int)
}

// Kit is made once, at start, and then shared by all pages. It is safe for use by
// several requests at a time once its views are declared.
type Kit struct {
	catalogue *catalogue
	assets    *assets
	orgs      *organisations
	accounts  Accounts
	sessions  *scs.SessionManager
	signIns   Sessions
	surveyOf  func(ctx context.Context, org surveys.OrgID, route string, id surveys.ID) (surveys.ID, error)
	clock     func() time.Time
	https     bool
	log       *slog.Logger
	answered  func(route string, status int)
	proxies   []string
	cross     *http.CrossOriginProtection
	views     []Declared
	routes    []StaffRoute
	failed    *Template[failurePage]
	signedOut func(*gin.Context) error
}

// New makes a kit from the embedded catalogue and static files. It fails when a
// catalogue cannot be read.
func New(o Options) (*Kit, error) {
	gin.SetMode(gin.ReleaseMode)
	cat, err := ourCatalogue()
	if err != nil {
		return nil, err
	}
	files, err := readAssets(static.Assets)
	if err != nil {
		return nil, err
	}
	k := &Kit{
		catalogue: cat, assets: files, accounts: o.Accounts,
		clock: o.Clock, https: o.HTTPS, log: o.Log, answered: o.Answered,
		cross: http.NewCrossOriginProtection(),
	}
	if k.clock == nil {
		k.clock = time.Now
	}
	if k.log == nil {
		k.log = slog.Default()
	}
	if o.Organisations == nil {
		return nil, errors.New("make page kit: no organisations given")
	}
	k.orgs = newOrganisations(o.Organisations, k.clock)
	if o.Sessions != nil {
		k.sessions, k.signIns = newSessions(o.Sessions, o.HTTPS), o.Sessions
	}
	k.proxies = o.Proxies
	if k.proxies == nil {
		k.proxies = []string{"127.0.0.0/8", "::1"}
	}
	gin.SetMode(gin.ReleaseMode)
	if err := gin.New().SetTrustedProxies(k.proxies); err != nil {
		return nil, fmt.Errorf("make page kit: trusted proxies: %w", err)
	}
	k.failed = View[failurePage](k, ownFiles, "error.html")
	return k, nil
}

// Router is a Gin engine with what every route has: recovery, security headers,
// the static files, and worded pages for addresses that lead nowhere. Health
// checks and the like, which need no organisation, are added to it directly.
func (k *Kit) Router() *gin.Engine {
	r := gin.New()
	r.HandleMethodNotAllowed = true
	r.RedirectTrailingSlash = false
	r.UseRawPath = false
	if err := r.SetTrustedProxies(k.proxies); err != nil {
		panic(fmt.Sprintf("trusted proxies: %v", err)) // New checked them
	}
	if k.answered != nil {
		r.Use(k.counted)
	}
	r.Use(k.recovered, k.headers)
	r.GET(assetPath+":name", k.assets.serve)
	r.NoRoute(k.before, k.Handle(func(*gin.Context) error { return errNoPage }))
	r.NoMethod(headAsGet(r), k.before, k.Handle(func(*gin.Context) error { return errMethod }))
	return r
}

// counted tells how a request was answered, once: HEAD comes by twice. One whose
// visitor left is not told of: it says nothing about the program, and something
// about the visitor.
func (k *Kit) counted(c *gin.Context) {
	const told = "page.counted"
	c.Next()
	if c.GetBool(told) || c.Request.Context().Err() != nil {
		return
	}
	c.Set(told, true)
	k.answered(c.FullPath(), c.Writer.Status())
}

// headAsGet answers HEAD as GET, of which the server leaves out the body: who
// watches whether a site lives asks so.
func headAsGet(r *gin.Engine) gin.HandlerFunc {
	return func(c *gin.Context) {
		if c.Request.Method == http.MethodHead {
			c.Request = c.Request.Clone(c.Request.Context()) // the server keeps its own, which says HEAD
			c.Request.Method = http.MethodGet
			r.HandleContext(c)
			c.Abort()
		}
	}
}

// Pages is the group under which the audiences mount their pages. It reads the
// organisation and the moment once per request, and refuses what came from
// another site, is too large or is no form.
func (k *Kit) Pages(r *gin.Engine) *gin.RouterGroup {
	return r.Group("/", k.before, k.guarded)
}

// Text is a text of the catalogue in the language ("nl" or "en"), with the
// placeholders of args filled in. Whole numbers and days among them are written
// as people read them. "Count" among args chooses between one and more.
//
// A key that the catalogue does not hold is a fault of ours: it panics in a test
// and comes back as the key itself in a running program.
func (k *Kit) Text(lang Lang, key string, args map[string]any) string {
	return k.catalogue.text(lang, key, args)
}
