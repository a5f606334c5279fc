package page

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

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
	if method == http.MethodPost {
		steps = append(steps, k.acts)
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
		case action != surveys.OwnAccount && account.NeedsSecondStep(Org(c)):
			c.Redirect(http.StatusSeeOther, SecondStepPath)
			c.Abort()
		case !account.May(action):
			k.requireHere(c, account, action)
		}
	}
}

// SecondStepPath is where somebody sets up a second step.
const SecondStepPath = "/beheer/account/tweede-stap"

// OfSurvey sets how to find the survey that a route is about, for accounts that have
// a role for one survey: given the pattern of the route and its ":id".
func (k *Kit) OfSurvey(find func(ctx context.Context, org surveys.OrgID, route string, id surveys.ID) (surveys.ID, error)) {
	k.surveyOf = find
}

// requireHere lets through who has a role for the survey that the route is about.
// On that page the account has the role that it was given there.
func (k *Kit) requireHere(c *gin.Context, account *surveys.Account, action surveys.Action) {
	if len(account.Grants) == 0 || k.surveyOf == nil || c.Param("id") == "" {
		k.Fail(c, surveys.ErrForbidden)
		return
	}
	survey, err := k.surveyOf(c.Request.Context(), account.Org, c.FullPath(), surveys.ID(c.Param("id")))
	if err != nil && !errors.Is(err, surveys.ErrNotFound) {
		k.Fail(c, fmt.Errorf("find the survey of the page: %w", err))
		return
	}
	if err != nil || !account.MayIn(action, survey) {
		k.Fail(c, surveys.ErrForbidden) // also for what is not there: nobody learns that it is not
		return
	}
	here := *account
	here.Role = account.Grants[survey]
	of(c).staff = &here
}

// acts puts what somebody does in the context of the request, so that storage writes
// it down with the change itself. It stands before every staff form and nowhere else.
func (k *Kit) acts(c *gin.Context) {
	act := &surveys.Act{ID: NewID(), At: Now(c).UTC(), Kind: KindOf(c.FullPath()), Subject: surveys.ID(c.Param("id"))}
	if org := Org(c); org != nil {
		act.Org = org.ID
	}
	if staff := Staff(c); staff != nil {
		act.Account = staff.ID
	}
	if strings.HasPrefix(c.FullPath(), "/beheer/uitvragen/:id") {
		act.Survey = act.Subject
	} else if act.Subject != "" && k.surveyOf != nil && act.Account != "" {
		if survey, err := k.surveyOf(c.Request.Context(), act.Org, c.FullPath(), act.Subject); err == nil {
			act.Survey = survey
		}
	}
	if len(act.Subject) > longestID { // typed by hand: no key of ours
		act.Subject, act.Survey = "", ""
	}
	c.Request = c.Request.WithContext(surveys.WithAct(c.Request.Context(), act))
}

// longestID is longer than any key of ours.
const longestID = 64

// KindOf is the kind of act that the form of a route is: "uitvragen_id_sluiten".
func KindOf(route string) string {
	route = strings.TrimPrefix(route, "/beheer/")
	return strings.NewReplacer("/", "_", ":", "", "-", "_").Replace(route)
}

// actBy is the context with the act in the name of an account that signs in or out
// with it.
func actBy(ctx context.Context, account *surveys.Account) context.Context {
	act := surveys.ActAsked(ctx)
	if act != nil {
		act.Account = account.ID
	}
	return ctx
}
