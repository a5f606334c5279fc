package page

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/surveys"
)

// SignInPath is where who is not signed in is sent.
const SignInPath = "/beheer/inloggen"

// StaffRoute is a mounted staff route with what one must be allowed to do for it;
// "" for the few that need no account, such as the page to sign in.
type StaffRoute struct {
	Method, Path string
	Action       surveys.Action
}

// StaffRoutes are all staff routes that were mounted with the kit.
func (k *Kit) StaffRoutes() []StaffRoute { return k.routes }

// StaffGroup mounts staff routes, each with its action. There is no other way to
// mount one: a test walks the router and finds a route under /beheer that is not here.
type StaffGroup struct {
	kit *Kit
	r   *gin.RouterGroup
}

// Staff mounts staff routes on the group of Pages.
func (k *Kit) Staff(r *gin.RouterGroup) *StaffGroup { return &StaffGroup{k, r} }

// GET mounts a page that changes nothing. before are route-level steps such as AllowBody.
func (g *StaffGroup) GET(path string, action surveys.Action, fn func(*gin.Context) error, before ...gin.HandlerFunc) {
	g.handle(http.MethodGet, path, action, fn, before)
}

// POST mounts a page that may change something.
func (g *StaffGroup) POST(path string, action surveys.Action, fn func(*gin.Context) error, before ...gin.HandlerFunc) {
	g.handle(http.MethodPost, path, action, fn, before)
}

func (g *StaffGroup) handle(method, path string, action surveys.Action, fn func(*gin.Context) error, before []gin.HandlerFunc) {
	k := g.kit
	k.routes = append(k.routes, StaffRoute{method, path, action})
	steps := []gin.HandlerFunc{k.session}
	if action != "" {
		steps = append(steps, k.Require(action))
	}
	steps = append(steps, before...)
	g.r.Handle(method, path, append(steps, k.Handle(fn))...)
}

// OnSignedOut sets the page that answers a staff form sent after the session had
// ended, so that what was typed is not lost.
func (k *Kit) OnSignedOut(fn func(*gin.Context) error) { k.signedOut = fn }

// Require lets through who signed in and may do this. Others get the page to sign
// in, which brings them back afterwards, or the page that says who may.
func (k *Kit) Require(action surveys.Action) gin.HandlerFunc {
	return func(c *gin.Context) {
		account := Staff(c)
		switch {
		case account == nil && c.Request.Method != http.MethodGet && k.signedOut != nil:
			c.Abort()
			k.Handle(k.signedOut)(c)
		case account == nil:
			address := SignInPath
			if c.Request.Method == http.MethodGet && c.Request.URL.Path != "/beheer" {
				address += "?" + url.Values{"naar": {c.Request.URL.RequestURI()}}.Encode()
			}
			c.Redirect(http.StatusSeeOther, address)
			c.Abort()
		case !account.May(action):
			k.Fail(c, surveys.ErrForbidden)
		}
	}
}
