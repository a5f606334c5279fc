package pagetest

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

var parameter = regexp.MustCompile(`[:*][^/]+`)

// RolesHold walks every route of the router under /beheer as each role, and as
// nobody, and compares who is let through with surveys.Role.May. It also finds a
// route that was mounted beside the kit and so asks for nothing. signIn gives the
// cookies of somebody with the role; whatever a page does once it lets somebody
// through is not looked at.
func RolesHold(t *testing.T, k *page.Kit, r *gin.Engine, signIn func(surveys.Role) []*http.Cookie) {
	t.Helper()
	cookies := map[surveys.Role][]*http.Cookie{}
	for _, role := range surveys.Roles {
		cookies[role] = signIn(role)
	}
	actions := map[string]surveys.Action{}
	for _, route := range k.StaffRoutes() {
		actions[route.Method+" "+route.Path] = route.Action
	}
	for _, route := range r.Routes() {
		if !strings.HasPrefix(route.Path, "/beheer") {
			continue
		}
		action, ok := actions[route.Method+" "+route.Path]
		if !ok {
			t.Errorf("%s %s was not mounted with kit.Staff and asks for no role", route.Method, route.Path)
			continue
		}
		if action == "" {
			continue
		}
		path := parameter.ReplaceAllString(route.Path, "onbekend")
		if let(t, r, route.Method, path, nil) {
			t.Errorf("%s %s lets in who has not signed in", route.Method, route.Path)
		}
		for _, role := range surveys.Roles {
			got, want := let(t, r, route.Method, path, cookies[role]), role.May(action)
			if got != want {
				t.Errorf("%s %s as %s: let through is %v, want %v (%s)", route.Method, route.Path, role, got, want, action)
			}
		}
	}
}

// let tells whether the request got past the door.
func let(t *testing.T, r http.Handler, method, path string, cookies []*http.Cookie) bool {
	req := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	for _, c := range cookies {
		req.AddCookie(c)
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	away := w.Code == http.StatusSeeOther && strings.HasPrefix(w.Header().Get("Location"), page.SignInPath)
	return w.Code != http.StatusForbidden && w.Code != http.StatusUnauthorized && !away
}
