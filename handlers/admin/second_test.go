package admin_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"weerklank.nl/weerklank/surveys"
)

var (
	shownSecret = regexp.MustCompile(`<p class="wk-panel">([A-Z2-7 ]+)</p>`)
	shownCode   = regexp.MustCompile(`<code>([A-Z2-9]{5}-[A-Z2-9]{5})</code>`)
)

// withSecondStep sets up a second step for the role, as a person would, and gives the
// secret of the app and the recovery codes.
func (h *house) withSecondStep(role surveys.Role) (secret string, codes []string) {
	h.t.Helper()
	v := h.visitor()
	v.signIn(role)
	_, body := v.get("/beheer/account/tweede-stap")
	found := shownSecret.FindStringSubmatch(body)
	if found == nil {
		h.t.Fatalf("no secret is shown:\n%s", body)
	}
	secret = strings.ReplaceAll(found[1], " ", "")
	resp, body := v.post("/beheer/account/tweede-stap", append(hidden(body), "code", h.code(secret), "current_password", password)...)
	hasStatus(h.t, resp, 200)
	for _, m := range shownCode.FindAllStringSubmatch(body, -1) {
		codes = append(codes, m[1])
	}
	if len(codes) != 10 || resp.Header.Get("Cache-Control") != "no-store" {
		h.t.Fatalf("recovery codes %v, %v", codes, resp.Header)
	}
	h.now = h.now.Add(30 * time.Second) // the code that was used is no longer of use
	return secret, codes
}

// code is what an app shows at the moment.
func (h *house) code(secret string) string {
	h.t.Helper()
	code, err := totp.GenerateCode(secret, h.now)
	if err != nil {
		h.t.Fatal(err)
	}
	return code
}

func TestASecondStepIsAskedAfterThePasswordAndOpensNothingBefore(t *testing.T) {
	h := open(t)
	secret, _ := h.withSecondStep(surveys.Reader)
	v := h.visitor()
	resp, body := v.signIn(surveys.Reader)
	hasStatus(t, resp, 200)
	has(t, body, "Tweede stap", `autocomplete="one-time-code"`)
	if resp, _ := v.get("/beheer"); resp.Request.URL.Path != "/beheer/inloggen" {
		t.Error("the password alone opened the overview")
	}
	resp, body = v.post("/beheer/inloggen/stap", "code", "000000")
	hasStatus(t, resp, 422)
	has(t, body, "klopt niet of is al gebruikt")
	code := h.code(secret)
	resp, _ = v.post("/beheer/inloggen/stap", "code", code[:3]+" "+code[3:])
	if resp.Request.URL.Path != "/beheer" {
		t.Errorf("arrives at %s", resp.Request.URL.Path)
	}
	t.Run("and a code works once", func(t *testing.T) {
		v := h.visitor()
		v.signIn(surveys.Reader)
		resp, _ := v.post("/beheer/inloggen/stap", "code", code)
		hasStatus(t, resp, 422)
	})
	t.Run("and not from another browser without the password", func(t *testing.T) {
		h.now = h.now.Add(time.Minute)
		resp, _ := h.visitor().post("/beheer/inloggen/stap", "code", h.code(secret))
		hasStatus(t, resp, 422)
		if resp.Request.URL.Path == "/beheer" {
			t.Error("a code alone signs in")
		}
	})
	t.Run("and not ten minutes later", func(t *testing.T) {
		v := h.visitor()
		v.signIn(surveys.Reader)
		h.now = h.now.Add(11 * time.Minute)
		resp, body := v.post("/beheer/inloggen/stap", "code", h.code(secret))
		hasStatus(t, resp, 422)
		has(t, body, "duurde te lang")
	})
}

func TestARecoveryCodeWorksOnceAndNewOnesReplaceTheOld(t *testing.T) {
	h := open(t)
	secret, codes := h.withSecondStep(surveys.Reader)
	enter := func(code string) (*visitor, *http.Response) {
		h.now = h.now.Add(time.Minute)
		v := h.visitor()
		v.signIn(surveys.Reader)
		resp, _ := v.post("/beheer/inloggen/stap", "code", code)
		return v, resp
	}
	v, resp := enter(strings.ToLower(codes[0]))
	hasStatus(t, resp, 200)
	if _, resp := enter(codes[0]); resp.StatusCode != http.StatusUnprocessableEntity {
		t.Error("the same recovery code worked twice")
	}
	h.now = h.now.Add(time.Minute)
	resp, body := v.post("/beheer/account/tweede-stap/codes", "current_password", password, "code", h.code(secret))
	hasStatus(t, resp, 200)
	if _, resp := enter(codes[1]); resp.StatusCode != http.StatusUnprocessableEntity {
		t.Error("an old recovery code still works")
	}
	if _, resp := enter(shownCode.FindStringSubmatch(body)[1]); resp.Request.URL.Path != "/beheer" {
		t.Error("a new recovery code does not work")
	}
}

func TestASecondStepIsSetUpAndTurnedOffOnlyByWhoKnowsThePassword(t *testing.T) {
	h := open(t)
	v := h.visitor()
	v.signIn(surveys.Reader)
	_, body := v.get("/beheer/account/tweede-stap")
	secret := strings.ReplaceAll(shownSecret.FindStringSubmatch(body)[1], " ", "")
	resp, again := v.post("/beheer/account/tweede-stap", append(hidden(body), "code", h.code(secret), "current_password", "niet mijn wachtwoord")...)
	hasStatus(t, resp, 422)
	has(t, again, "niet uw wachtwoord van nu", shownSecret.FindStringSubmatch(body)[1]) // the same secret: the app has it already
	if a, err := h.vault.FindAccount(t.Context(), "waterrijk", "id-reader"); err != nil || a.Second.On() {
		t.Error("it was set up all the same")
	}
	h.now = h.now.Add(time.Minute)
	secret, _ = h.withSecondStep(surveys.ProgrammeManager)
	a, err := h.vault.FindAccount(t.Context(), "waterrijk", "id-programme_manager")
	if err != nil || strings.Contains(string(a.Second.Secret), secret) {
		t.Error("the secret is stored as it is")
	}
}

func TestTheSecretOfOneAccountIsOfNoUseToAnother(t *testing.T) {
	h := open(t)
	secret, _ := h.withSecondStep(surveys.Reader)
	reader, err := h.vault.FindAccount(t.Context(), "waterrijk", "id-reader")
	if err != nil {
		t.Fatal(err)
	}
	if err := h.vault.ChangeAccount(t.Context(), "waterrijk", "id-administrator", func(a *surveys.Account, _ []surveys.Account) error {
		a.Second = reader.Second // as somebody with the database would do
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	v := h.visitor()
	v.signIn(surveys.Administrator)
	resp, body := v.post("/beheer/inloggen/stap", "code", h.code(secret))
	hasStatus(t, resp, 503)
	has(t, body, "niet te lezen")
}

func TestAnAdministratorTurnsASecondStepOffForWhoLostTheirPhone(t *testing.T) {
	h := open(t)
	h.withSecondStep(surveys.Reader)
	v := h.visitor()
	v.signIn(surveys.Administrator)
	_, body := v.get("/beheer/mensen/id-reader")
	has(t, body, "Tweede stap uitzetten")
	resp, body := v.post("/beheer/mensen/id-reader/tweede-stap")
	hasStatus(t, resp, 200)
	has(t, body, "tweede stap is uitgezet")
	if resp, _ := h.visitor().signIn(surveys.Reader); resp.Request.URL.Path != "/beheer" {
		t.Error("a second step is still asked")
	}
}

func TestWhereASecondStepIsRequiredNothingElseOpensFirst(t *testing.T) {
	h := open(t)
	if err := h.vault.ChangeOrganisation(t.Context(), "waterrijk", func(o *surveys.Organisation) error { o.SecondStep = true; return nil }); err != nil {
		t.Fatal(err)
	}
	h.kit.OrganisationChanged()
	v := h.visitor()
	resp, body := v.signIn(surveys.Reader)
	if resp.Request.URL.Path != "/beheer/account/tweede-stap" {
		t.Errorf("arrives at %s", resp.Request.URL.Path)
	}
	has(t, body, "vraagt iedere medewerker")
	h.now = h.now.Add(time.Minute)
	if resp, _ := h.visitor().signIn(surveys.CouncilMember); resp.Request.URL.Path != "/beheer/raad" {
		t.Errorf("a council member arrives at %s", resp.Request.URL.Path)
	}
}

func TestSigningOutEverywhereElseLeavesThisPlace(t *testing.T) {
	h := open(t)
	here, there := h.visitor(), h.visitor()
	here.signIn(surveys.Reader)
	there.signIn(surveys.Reader)
	_, body := here.get("/beheer/account")
	has(t, body, "Overal uitloggen, behalve hier", "(dit apparaat)")
	resp, _ := here.post("/beheer/account/uitloggen")
	hasStatus(t, resp, 200)
	if resp, _ := there.get("/beheer"); resp.Request.URL.Path != "/beheer/inloggen" {
		t.Error("the other place is still signed in")
	}
	if resp, _ := here.get("/beheer"); resp.Request.URL.Path != "/beheer" {
		t.Error("this place was signed out too")
	}
	t.Run("and an administrator signs somebody out everywhere", func(t *testing.T) {
		boss := h.visitor()
		boss.signIn(surveys.Administrator)
		boss.post("/beheer/mensen/id-reader/uitloggen")
		if resp, _ := here.get("/beheer"); resp.Request.URL.Path != "/beheer/inloggen" {
			t.Error("the person is still signed in")
		}
	})
	t.Run("and a place of somebody else cannot be named", func(t *testing.T) {
		h.now = h.now.Add(time.Minute)
		a, b := h.visitor(), h.visitor()
		a.signIn(surveys.Reader)
		b.signIn(surveys.ProgrammeManager)
		list, err := h.vault.ListSignIns(t.Context(), "waterrijk", "id-programme_manager", time.Now())
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		a.post("/beheer/account/uitloggen", "plek", string(list[0].ID))
		if resp, _ := b.get("/beheer"); resp.Request.URL.Path != "/beheer" {
			t.Error("somebody signed a colleague out")
		}
	})
}

func TestWhoForgotTheirPasswordGetsTheSameAnswerAsAStranger(t *testing.T) {
	h := open(t)
	_, body := h.visitor().get("/beheer/vergeten")
	has(t, body, "Vraag de beheerder") // without a mail server
	h = openWith(t, true)
	_, known := h.visitor().post("/beheer/vergeten", "gebruiker", "reader@waterrijk.example")
	_, unknown := h.visitor().post("/beheer/vergeten", "gebruiker", "niemand@waterrijk.example")
	has(t, known, "Kijk in uw mail")
	if known != unknown {
		t.Error("the answers tell which address exists")
	}
	due, err := h.vault.DueMails(t.Context(), h.now, 10)
	if err != nil || len(due) != 2 { // the same work for both
		t.Fatalf("due are %+v, %v", due, err)
	}
	resp, body := h.visitor().post("/beheer/vergeten", "gebruiker", "geen adres\r\nBcc: x@y.example")
	hasStatus(t, resp, 422)
	has(t, body, "volledig e-mailadres")
	t.Run("and cannot have a mailbox filled", func(t *testing.T) {
		var resp *http.Response
		for range 7 {
			resp, _ = h.visitor().post("/beheer/vergeten", "gebruiker", "reader@waterrijk.example")
		}
		hasStatus(t, resp, 429)
	})
}

func TestPasswordsThatManyPeopleHaveAreRefused(t *testing.T) {
	h := open(t)
	v := h.visitor()
	v.signIn(surveys.Reader)
	for _, common := range []string{"welkom01", "Wachtwoord123!", "P@ssw0rd2026", "qwertyuiop", "12345678", "aaaaaaaaaa", "abcabcabc", "Zomer2026!", "gemeentewaterrijk", "reader2026"} {
		h.now = h.now.Add(time.Minute)
		resp, body := v.post("/beheer/account", "current_password", password, "password", common)
		if resp.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "gebruiken veel mensen") {
			t.Errorf("%s: status %d", common, resp.StatusCode)
		}
	}
	h.now = h.now.Add(time.Minute)
	long := strings.Repeat("een zin van een paar woorden ", 5) // 145 characters
	resp, _ := v.post("/beheer/account", "current_password", password, "password", long)
	hasStatus(t, resp, 200)
	h.now = h.now.Add(time.Minute)
	resp, _ = h.visitor().post("/beheer/inloggen", "gebruiker", "reader@waterrijk.example", "wachtwoord", strings.ReplaceAll(long, "e", "ｅ")) // as another keyboard writes it
	if resp.Request.URL.Path != "/beheer" {
		t.Error("the same password in another form of Unicode is another password")
	}
}

func TestARoleForOneSurveyIsGivenAndTakenAway(t *testing.T) {
	h := open(t)
	v := h.visitor()
	v.signIn(surveys.Administrator)
	resp, body := v.post("/beheer/mensen/id-guest/uitvraag", "survey", "balie", "grant_role", "text_reviewer")
	hasStatus(t, resp, 200)
	has(t, body, "rol bij de uitvraag is bewaard", "Hoe was uw contact?: <b>Tekstlezer")
	a, err := h.vault.FindAccount(t.Context(), "waterrijk", "id-guest")
	if err != nil || !a.MayIn(surveys.ReadTexts, "balie") || a.MayIn(surveys.ReadTexts, "andere") || a.May(surveys.ReadTexts) {
		t.Errorf("the account is %+v, %v", a, err)
	}
	for name, fields := range map[string][]string{
		"of an administrator":     {"survey", "balie", "grant_role", "administrator"},
		"for no survey":           {"survey", "", "grant_role", "reader"},
		"for a survey of nowhere": {"survey", "nergens", "grant_role", "reader"},
	} {
		resp, _ := v.post("/beheer/mensen/id-guest/uitvraag", fields...)
		if resp.StatusCode != http.StatusUnprocessableEntity && resp.StatusCode != http.StatusNotFound {
			t.Errorf("a role %s: status %d", name, resp.StatusCode)
		}
	}
	v.post("/beheer/mensen/id-guest/uitvraag", "survey", "balie", "grant_role", "")
	if a, err := h.vault.FindAccount(t.Context(), "waterrijk", "id-guest"); err != nil || len(a.Grants) != 0 {
		t.Errorf("the account is %+v, %v", a, err)
	}
}

func TestTheLogShowsWhatStaffDidAndNoSecret(t *testing.T) {
	h := open(t)
	v := h.visitor()
	v.signIn(surveys.Administrator)
	v.post("/beheer/mensen/id-reader", "email", "reader@waterrijk.example", "title", "Andere functie", "role", "text_reviewer", "language", "nl", "active", "yes")
	resp, body := v.get("/beheer/logboek")
	hasStatus(t, resp, 200)
	has(t, body, "Gegevens van iemand gewijzigd", "Ingelogd", "Functie administrator", "Tekstlezer", "Rol")
	resp, body = v.get("/beheer/logboek?wat=inloggen&wie=id-administrator&vanaf=1-1-2020")
	hasStatus(t, resp, 200)
	if strings.Contains(body, "<th scope=\"row\"><a href=\"/beheer/mensen/id-reader\">") {
		t.Error("the choice was not followed")
	}
	_, body = v.get("/beheer/logboek?vanaf=morgen")
	has(t, body, "Vul een dag in", `value="morgen"`)
	resp, body = v.get("/beheer/logboek/regels")
	if resp.Header.Get("Content-Type") != "application/jsonl" || strings.Count(body, "\n") != 2 {
		t.Errorf("the export is %s", body)
	}
	for _, secret := range []string{"argon2id", password, "current_password"} {
		if strings.Contains(body, secret) {
			t.Errorf("%s stands in the log", secret)
		}
	}
	resp, _ = h.visitor().get("/beheer/logboek")
	if u, _ := url.Parse(resp.Request.URL.String()); u.Path != "/beheer/inloggen" {
		t.Error("a stranger reads the log")
	}
}
