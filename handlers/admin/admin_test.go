package admin_test

import (
	"bytes"
	"context"
	"html"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/admin"
	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
)

const password = "een goed lang wachtwoord"

// house is the program as staff meet it, on real HTTP, with one account per role.
type house struct {
	t      *testing.T
	vault  *vault.Vault
	kit    *page.Kit
	router *gin.Engine
	url    string
	now    time.Time
	mails  bool

	surveys listed
}

// listed are the surveys of the organisation.
type listed []surveys.Survey

func (l listed) ListSurveys(context.Context, surveys.OrgID) ([]surveys.Survey, error) { return l, nil }

func (l listed) ListQuestionnaires(context.Context, surveys.OrgID) ([]surveys.Questionnaire, error) {
	return nil, nil
}

func open(t *testing.T) *house {
	t.Helper()
	return openWith(t, false)
}

// openWith also says whether there is a mail server.
func openWith(t *testing.T, mails bool) *house {
	t.Helper()
	h := startWith(t, mails)
	hash, err := admin.HashPassword(password)
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range surveys.Roles {
		err := h.vault.AddAccount(t.Context(), &surveys.Account{ID: surveys.ID("id-" + role), Org: "waterrijk", Role: role, Active: true,
			Email: string(role) + "@waterrijk.example", Title: surveys.Text{NL: "Functie " + string(role)}, Language: surveys.Dutch, PasswordHash: hash})
		if err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// start is the program before anybody was added.
func start(t *testing.T) *house {
	t.Helper()
	return startWith(t, false)
}

func startWith(t *testing.T, mails bool) *house {
	t.Helper()
	h := &house{t: t, mails: mails, vault: vault.New(dbtest.Open(t, dbtest.SQLite(t))), now: pagetest.Anchor,
		surveys: listed{{ID: "balie", Title: surveys.Text{NL: "Hoe was uw contact?"}}}}
	if err := h.vault.AddOrganisation(t.Context(), pagetest.Waterrijk()); err != nil {
		t.Fatal(err)
	}
	var err error
	h.kit, err = page.New(page.Options{Organisations: h.vault, Accounts: h.vault, Sessions: h.vault,
		Clock: func() time.Time { return h.now }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	h.router = h.kit.Router()
	pages := h.kit.Pages(h.router)
	admin.Mount(pages, h.kit, admin.Deps{Store: h.vault, Surveys: h.surveys, Keys: [][32]byte{{1}}, Mails: h.mails})
	h.kit.Staff(pages).GET("/beheer", surveys.ReadOverview, func(c *gin.Context) error {
		c.String(http.StatusOK, "overzicht")
		return nil
	})
	h.kit.Staff(pages).GET("/beheer/raad", surveys.ReadCouncil, func(c *gin.Context) error {
		c.String(http.StatusOK, "raad")
		return nil
	})
	server := httptest.NewServer(h.router)
	t.Cleanup(server.Close)
	h.url = server.URL
	return h
}

func (h *house) organisation() *surveys.Organisation {
	h.t.Helper()
	org, err := h.vault.OrganisationByHost(h.t.Context(), "")
	if err != nil {
		h.t.Fatal(err)
	}
	return org
}

// visitor is a browser of its own.
type visitor struct {
	h      *house
	client *http.Client
}

func (h *house) visitor() *visitor {
	jar, _ := cookiejar.New(nil)
	return &visitor{h, &http.Client{Jar: jar}}
}

func (v *visitor) do(r *http.Request) (*http.Response, string) {
	v.h.t.Helper()
	resp, err := v.client.Do(r)
	if err != nil {
		v.h.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		v.h.t.Fatal(err)
	}
	return resp, string(body)
}

func (v *visitor) get(path string) (*http.Response, string) {
	v.h.t.Helper()
	r, _ := http.NewRequest(http.MethodGet, v.h.url+path, nil)
	return v.do(r)
}

func (v *visitor) post(path string, fields ...string) (*http.Response, string) {
	v.h.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r, _ := http.NewRequest(http.MethodPost, v.h.url+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.do(r)
}

func (v *visitor) signIn(role surveys.Role) (*http.Response, string) {
	return v.post("/beheer/inloggen", "gebruiker", string(role)+"@waterrijk.example", "wachtwoord", password)
}

func has(t *testing.T, body string, pieces ...string) {
	t.Helper()
	for _, piece := range pieces {
		if !strings.Contains(body, piece) {
			t.Errorf("the page lacks %q:\n%s", piece, body)
		}
	}
}

func hasStatus(t *testing.T, resp *http.Response, want int) {
	t.Helper()
	if resp.StatusCode != want {
		t.Errorf("%s %s: status %d, want %d", resp.Request.Method, resp.Request.URL.Path, resp.StatusCode, want)
	}
}

func TestEveryAdminTemplateFills(t *testing.T) {
	pagetest.EveryViewFills(t, open(t).kit)
}

func TestSigningInLeadsToTheFirstPageOfTheRole(t *testing.T) {
	h := open(t)
	for role, want := range map[surveys.Role]string{surveys.ProgrammeManager: "/beheer", surveys.CouncilMember: "/beheer/raad"} {
		resp, _ := h.visitor().signIn(role)
		hasStatus(t, resp, 200)
		if got := resp.Request.URL.Path; got != want {
			t.Errorf("a %s arrives at %s, want %s", role, got, want)
		}
	}
}

// TestSigningInGivesTheSessionANewName plants a session in somebody's browser that the
// server itself gave out to another, who waits for them to sign in.
func TestSigningInGivesTheSessionANewName(t *testing.T) {
	h := open(t)
	u, _ := url.Parse(h.url)
	attacker, victim := h.visitor(), h.visitor()
	attacker.signIn(surveys.Reader)
	planted := attacker.client.Jar.Cookies(u)
	if len(planted) != 1 {
		t.Fatalf("the attacker has the cookies %v, want the one of a session", planted)
	}
	victim.client.Jar.SetCookies(u, planted)
	victim.signIn(surveys.Administrator)
	if resp, _ := victim.get("/beheer/mensen"); resp.Request.URL.Path != "/beheer/mensen" {
		t.Fatalf("the administrator arrives at %s", resp.Request.URL)
	}
	attacker.client.Jar.SetCookies(u, planted)
	if resp, _ := attacker.get("/beheer/mensen"); resp.StatusCode == http.StatusOK && resp.Request.URL.Path == "/beheer/mensen" {
		t.Error("the session that was planted has become the administrator's")
	}
	for _, c := range victim.client.Jar.Cookies(u) {
		if c.Value == planted[0].Value {
			t.Error("the session kept the name that it was planted with")
		}
	}
}

func TestAWrongPasswordAndAnUnknownAddressGetTheSameAnswer(t *testing.T) {
	h := open(t)
	_, wrong := h.visitor().post("/beheer/inloggen", "gebruiker", "reader@waterrijk.example", "wachtwoord", "iets heel anders")
	_, unknown := h.visitor().post("/beheer/inloggen", "gebruiker", "niemand@waterrijk.example", "wachtwoord", "iets heel anders")
	has(t, wrong, "horen niet bij elkaar", `value="reader@waterrijk.example"`, `autofocus`, `href="#gebruiker"`)
	if strings.ReplaceAll(wrong, "reader@", "niemand@") != unknown {
		t.Error("the answers tell which address exists")
	}
	if strings.Contains(wrong, "iets heel anders") {
		t.Error("the page repeats the password")
	}
}

func TestWhoIsSwitchedOffCannotSignInAndIsOutAtOnce(t *testing.T) {
	h := open(t)
	v := h.visitor()
	v.signIn(surveys.Reader)
	err := h.vault.ChangeAccount(t.Context(), "waterrijk", "id-reader", func(a *surveys.Account, _ []surveys.Account) error {
		a.Active = false
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if resp, _ := v.get("/beheer"); resp.Request.URL.Path != "/beheer/inloggen" {
		t.Error("the session lives on")
	}
	resp, _ := v.signIn(surveys.Reader)
	hasStatus(t, resp, 422)
}

func TestTooManyPasswordsAreRefusedInWordsUntilSomeTimePassed(t *testing.T) {
	h := open(t)
	v := h.visitor()
	var resp *http.Response
	var body string
	for range 7 {
		resp, body = v.post("/beheer/inloggen", "gebruiker", "reader@waterrijk.example", "wachtwoord", "fout wachtwoord")
	}
	hasStatus(t, resp, 429)
	has(t, body, "te vaak geprobeerd", `value="reader@waterrijk.example"`)
	if resp.Header.Get("Retry-After") == "" {
		t.Error("Retry-After is missing")
	}
	resp, _ = v.signIn(surveys.Reader)
	hasStatus(t, resp, 429)
	h.now = h.now.Add(time.Minute)
	resp, _ = v.signIn(surveys.Reader)
	hasStatus(t, resp, 200)
}

func TestSignInLeadsNowhereElse(t *testing.T) {
	h := open(t)
	for _, to := range []string{"https://elders.example/", "//elders.example/beheer", `/\elders.example`, "/beheer/../x", "javascript:alert(1)", "/s/balie"} {
		resp, _ := h.visitor().post("/beheer/inloggen", "gebruiker", "reader@waterrijk.example", "wachtwoord", password, "naar", to)
		if got := resp.Request.URL; got.Host != strings.TrimPrefix(h.url, "http://") || !strings.HasPrefix(got.Path, "/beheer") {
			t.Errorf("to %q: arrives at %s", to, got)
		}
		h.now = h.now.Add(time.Minute)
	}
}

func TestSigningOutEndsTheSessionForGood(t *testing.T) {
	h := open(t)
	v := h.visitor()
	v.signIn(surveys.Reader)
	u, _ := url.Parse(h.url)
	before := v.client.Jar.Cookies(u)
	v.post("/beheer/uitloggen")
	v.client.Jar.SetCookies(u, before)
	if resp, _ := v.get("/beheer"); resp.Request.URL.Path != "/beheer/inloggen" {
		t.Error("the old cookie still opens the overview")
	}
}

func TestAFormSentAfterTheSessionEndedIsNotLost(t *testing.T) {
	h := open(t)
	v := h.visitor()
	resp, body := v.post("/beheer/mensen", "email", "nieuw@waterrijk.example", "title", "Nieuwe collega", "role", "reader", "language", "nl")
	hasStatus(t, resp, 401)
	has(t, body, "U was uitgelogd", `name="bewaard.title" value="Nieuwe collega"`)
	resp, body = v.post("/beheer/inloggen", append(hidden(body), "gebruiker", "administrator@waterrijk.example", "wachtwoord", password)...)
	hasStatus(t, resp, 200)
	has(t, body, "U bent weer ingelogd", `action="/beheer/mensen"`, `name="title" value="Nieuwe collega"`)
	resp, body = v.post("/beheer/mensen", hidden(body)...)
	hasStatus(t, resp, 200)
	has(t, body, "/beheer/eerste?token=")
}

var hiddenInput = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// hidden are the hidden fields of the page, as a browser would send them.
func hidden(body string) []string {
	var fields []string
	for _, m := range hiddenInput.FindAllStringSubmatch(body, -1) {
		fields = append(fields, html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	return fields
}

func TestTheFirstAdministratorIsMadeByTheLinkOfTheFirstStart(t *testing.T) {
	h := start(t)
	path, err := admin.FirstLink(context.Background(), h.vault, "waterrijk", h.now)
	if err != nil {
		t.Fatal(err)
	}
	v := h.visitor()
	for range 2 { // looking spends nothing
		resp, body := v.get(path)
		has(t, body, "Maak de eerste beheerder")
		if h := resp.Header; h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != "strict-origin" || h.Get("Content-Encoding") != "" {
			t.Errorf("a page whose address is a secret has %v", h)
		}
	}
	token := strings.TrimPrefix(path, admin.SetupPath(""))
	resp, body := v.post("/beheer/eerste", "token", token, "email", "geen apenstaart", "title", "Functioneel beheer", "password", "kort")
	hasStatus(t, resp, 422)
	has(t, body, `value="geen apenstaart"`, `value="Functioneel beheer"`, "minstens 8 tekens", "Vul een volledig e-mailadres in")
	resp, body = v.post("/beheer/eerste", "token", token, "email", "Beheer@Waterrijk.example", "title", "Functioneel beheer", "password", password)
	hasStatus(t, resp, 200)
	has(t, body, "Welkom.", "Instellingen")
	accounts, err := h.vault.ListAccounts(t.Context(), "waterrijk")
	if err != nil || len(accounts) != 1 || accounts[0].Email != "beheer@waterrijk.example" || accounts[0].Role != surveys.Administrator {
		t.Errorf("accounts: %+v, %v", accounts, err)
	}
	resp, body = h.visitor().get(path)
	hasStatus(t, resp, 404)
	has(t, body, "Deze link werkt niet meer")
	if again, err := admin.FirstLink(context.Background(), h.vault, "waterrijk", h.now); err != nil || again != "" {
		t.Errorf("a second start makes another link: %q, %v", again, err)
	}
}

func TestAForgottenPasswordIsReplacedByALinkThatWorksOnceAndNotForLong(t *testing.T) {
	h := open(t)
	boss, reader := h.visitor(), h.visitor()
	reader.signIn(surveys.Reader)
	boss.signIn(surveys.Administrator)
	resp, body := boss.post("/beheer/mensen/id-reader/link")
	hasStatus(t, resp, 200)
	if resp.Header.Get("Cache-Control") != "no-store" {
		t.Error("the page with the link may be kept")
	}
	path := regexp.MustCompile(`/beheer/eerste\?token=[A-Z0-9]+`).FindString(body)
	token := strings.TrimPrefix(path, admin.SetupPath(""))
	resp, _ = h.visitor().post("/beheer/eerste", "token", token, "password", "een ander lang wachtwoord")
	hasStatus(t, resp, 200)
	if resp, _ := reader.get("/beheer"); resp.Request.URL.Path != "/beheer/inloggen" {
		t.Error("a session begun with the old password lives on")
	}
	resp, _ = h.visitor().post("/beheer/eerste", "token", token, "password", "nog een lang wachtwoord")
	hasStatus(t, resp, 404)
	_, body = boss.post("/beheer/mensen/id-reader/link")
	path = regexp.MustCompile(`/beheer/eerste\?token=[A-Z0-9]+`).FindString(body)
	h.now = h.now.Add(49 * time.Hour)
	resp, _ = h.visitor().get(path)
	hasStatus(t, resp, 404)
}

func TestTheLastAdministratorStays(t *testing.T) {
	h := open(t)
	v := h.visitor()
	v.signIn(surveys.Administrator)
	resp, body := v.post("/beheer/mensen/id-administrator", "email", "administrator@waterrijk.example", "title", "Iets anders", "role", "reader", "language", "nl", "active", "yes")
	hasStatus(t, resp, 422)
	has(t, body, "de enige beheerder", `value="Iets anders"`)
}

func TestACouncilMemberIsOfACouncil(t *testing.T) {
	h := open(t)
	v := h.visitor()
	v.signIn(surveys.Administrator)
	member := []string{"email", "lid@waterrijk.example", "title", "Lid van de raad", "role", "council_member", "language", "nl"}
	resp, body := v.post("/beheer/mensen", append(member, "council", "van een ander")...)
	hasStatus(t, resp, 422)
	has(t, body, "Kies van welke raad", `value="Lid van de raad"`)
	resp, _ = v.post("/beheer/mensen", append(member, "council", "clientenraad")...)
	hasStatus(t, resp, 200)
	a, err := h.vault.FindAccountByEmail(t.Context(), "waterrijk", "lid@waterrijk.example")
	if err != nil || a.Council != "clientenraad" {
		t.Errorf("of council %q (%v)", a.Council, err)
	}
	resp, _ = v.post("/beheer/mensen/"+string(a.ID), append(member, "active", "yes", "council", surveys.AllCouncils)...)
	hasStatus(t, resp, 200)
	if a, err = h.vault.FindAccount(t.Context(), "waterrijk", a.ID); err != nil || a.Council != surveys.AllCouncils {
		t.Errorf("the secretary of all councils is of %q (%v)", a.Council, err)
	}
	t.Run("which nobody chooses for them", func(t *testing.T) {
		if err := h.vault.ChangeAccount(t.Context(), "waterrijk", a.ID, func(a *surveys.Account, _ []surveys.Account) error { a.Council = ""; return nil }); err != nil {
			t.Fatal(err)
		}
		_, body := v.get("/beheer/mensen/" + string(a.ID))
		has(t, body, `value="alle"`)
		if regexp.MustCompile(`name="council"[^>]*checked`).MatchString(body) {
			t.Error("a council is chosen already")
		}
	})
}

func TestAnAddressIsUsedOnce(t *testing.T) {
	h := open(t)
	v := h.visitor()
	v.signIn(surveys.Administrator)
	resp, body := v.post("/beheer/mensen", "email", "Reader@waterrijk.example", "title", "Dubbel", "role", "reader", "language", "nl")
	hasStatus(t, resp, 422)
	has(t, body, "gebruikt dit e-mailadres al", `value="Dubbel"`)
}

func TestLanguageOfStaffIsKeptWithTheAccount(t *testing.T) {
	h := open(t)
	v := h.visitor()
	v.signIn(surveys.Administrator)
	resp, body := v.post("/beheer/taal", "taal", "en", "naar", "/beheer/mensen")
	hasStatus(t, resp, 200)
	has(t, body, `<html lang="en"`, "Add somebody")
	again := h.visitor()
	again.signIn(surveys.Administrator)
	_, body = again.get("/beheer/mensen")
	has(t, body, `<html lang="en"`)
}

func TestANewPasswordAsksForTheOldOne(t *testing.T) {
	h := open(t)
	v := h.visitor()
	v.signIn(surveys.Reader)
	resp, body := v.post("/beheer/account", "current_password", "geraden", "password", "een heel nieuw wachtwoord")
	hasStatus(t, resp, 422)
	has(t, body, "niet uw wachtwoord van nu")
	resp, body = v.post("/beheer/account", "current_password", password, "password", "een heel nieuw wachtwoord")
	hasStatus(t, resp, 200)
	has(t, body, "Uw wachtwoord is gewijzigd.")
}

// upload sends the settings with a file as logo.
func (v *visitor) upload(name string, logo []byte, fields ...string) (*http.Response, string) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(fields); i += 2 {
		_ = w.WriteField(fields[i], fields[i+1])
	}
	part, _ := w.CreateFormFile("logo", name)
	_, _ = part.Write(logo)
	_ = w.Close()
	r, _ := http.NewRequest(http.MethodPost, v.h.url+"/beheer/instellingen", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return v.do(r)
}

func TestSettingsShowOnEveryPageAtOnce(t *testing.T) {
	h := open(t)
	v := h.visitor()
	v.signIn(surveys.Administrator)
	svg := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>alert(1)</script><path d="M0 0h9v9z" onclick="x()" fill="#0b566d"/></svg>`
	resp, body := v.upload("logo.svg", []byte(svg), "name", "Gemeente Anders", "phone", "088 111 11 11", "zone", "Europe/Amsterdam", "address", "https://stem.anders.example/")
	hasStatus(t, resp, 200)
	has(t, body, "De instellingen zijn bewaard.", "Gemeente Anders", `href="tel:&#43;31881111111"`, `<img src="/logo/`)
	org := h.organisation()
	if org.Address != "https://stem.anders.example" {
		t.Errorf("address %q", org.Address)
	}
	if logo := string(org.Logo); strings.Contains(logo, "script") || strings.Contains(logo, "onclick") || !strings.Contains(logo, `fill="#0b566d"`) {
		t.Errorf("logo: %s", logo)
	}
}

func TestSettingsThatCannotBeComeBackAsTyped(t *testing.T) {
	h := open(t)
	v := h.visitor()
	v.signIn(surveys.Administrator)
	resp, body := v.upload("logo.exe", []byte("MZ"), "name", "", "phone", "bel maar", "zone", "Mars/Olympus", "address", "stem.anders.example/x", "email", "geen")
	hasStatus(t, resp, 422)
	has(t, body, "naam van de gemeente", "telefoonnummer", "tijdzone", "https://", `value="bel maar"`, `value="stem.anders.example/x"`, "niet als logo gebruiken")
	if h.organisation().Name.NL != "Gemeente Waterrijk" {
		t.Error("something was stored")
	}
}

func TestTheCookieOfAHTTPSAddressIsBoundToItsHost(t *testing.T) {
	h := open(t)
	k, err := page.New(page.Options{Organisations: h.vault, Accounts: h.vault, Sessions: h.vault, HTTPS: true,
		Clock: func() time.Time { return h.now }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	r := k.Router()
	admin.Mount(k.Pages(r), k, admin.Deps{Store: h.vault, Surveys: h.surveys, Keys: [][32]byte{{1}}})
	form := url.Values{"gebruiker": {"reader@waterrijk.example"}, "wachtwoord": {password}}
	req := httptest.NewRequest(http.MethodPost, "/beheer/inloggen", strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	cookies := w.Result().Cookies()
	if len(cookies) != 1 || cookies[0].Name != "__Host-weerklank" || !cookies[0].Secure || !cookies[0].HttpOnly || cookies[0].Path != "/" || cookies[0].Domain != "" {
		t.Errorf("cookies: %v", cookies)
	}
	if w.Header().Get("Strict-Transport-Security") == "" {
		t.Error("HSTS is missing")
	}
}

func TestAPageOfStaffIsRefusedToAnotherSite(t *testing.T) {
	h := open(t)
	v := h.visitor()
	v.signIn(surveys.Administrator)
	r, _ := http.NewRequest(http.MethodPost, h.url+"/beheer/uitloggen", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	resp, body := v.do(r)
	hasStatus(t, resp, 403)
	has(t, body, "andere website")
	if resp, _ := v.get("/beheer"); resp.Request.URL.Path != "/beheer" {
		t.Error("another site signed somebody out")
	}
}

func TestEveryRouteHoldsToTheTableOfRoles(t *testing.T) {
	h := open(t)
	pagetest.RolesHold(t, h.kit, h.router, func(role surveys.Role) []*http.Cookie {
		v := h.visitor()
		v.signIn(role)
		u, _ := url.Parse(h.url)
		return v.client.Jar.Cookies(u)
	})
}

func TestAdminTemplatesHoldNoText(t *testing.T) { pagetest.NoText(t, os.DirFS(".")) }
