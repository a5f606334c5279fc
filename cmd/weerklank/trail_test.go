package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"weerklank.nl/weerklank/handlers/admin"
	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// changesSettings are the forms of staff that change a setting, with the things whose
// settings stand in the trail before and after.
var changesSettings = map[string][]string{
	"instellingen": {"organisation"}, "bewaren_termijnen": {"organisation"},
	"mensen": {"account"}, "mensen_id": {"account"}, "mensen_id_uitvraag": {"account"}, "mensen_id_tweede_stap": {"account"},
	"taal": {"account"}, "account_tweede_stap": {"account"}, "account_tweede_stap_weg": {"account"},
	"uitvragen_nieuw": {"survey"}, "uitvragen_id_bewerken": {"survey"}, "uitvragen_id_sluiten": {"survey"}, "uitvragen_id_verlengen": {"survey"},
	"uitvragen_id_tekst": {"survey"}, "uitvragen_id_belofte": {"survey"}, "uitvragen_id_bewaren": {"survey"}, "uitvragen_id_wissen": {"survey"},
	"uitvragen_id_ingangen_nieuw": {"collector"}, "uitvragen_id_ingangen_ingang": {"collector"},
	"uitvragen_id_uitnodigingen": {"invitations", "survey"}, "uitvragen_id_uitnodigingen_lijst": {"survey"}, "uitvragen_id_uitnodigingen_mensen": {"survey"},
	"uitvragen_id_later": {"survey"}, "terugkoppelingen_id_publiceren": {"survey"}, "terugkoppelingen_id_mail": {"mailing"},
	"stilgelegd": {"halted"}, "klok": {"clock"}, "vragenlijsten_id": {"questionnaire"}, "vragenlijsten_inlezen": {"questionnaire"}, "vragenlijsten_id_kopie": {"questionnaire"},
	"uitvragen_id_teksten_vraag_lezen_tekst": {"text_review"}, "uitvragen_id_teksten_vraag_goedkeuren": {"text_reviews"},
	"uitvragen_id_teksten_vraag_thema": {"text_reviews"}, "uitvragen_id_teksten_vraag_thema_terug": {"text_reviews"}, "uitvragen_id_teksten_vraag_themas": {"themes"}, "uitvragen_id_teksten_vraag_themas_thema": {"themes"},
}

// changesNone are the others, with what they do instead.
var changesNone = map[string]string{
	"inloggen": "somebody signs in", "inloggen_stap": "somebody signs in", "uitloggen": "somebody signs out", "account_uitloggen": "somebody signs out",
	"mensen_id_uitloggen": "somebody is signed out", "eerste": "a password, which is a secret", "account": "a password, which is a secret",
	"account_tweede_stap_codes": "recovery codes, which are secrets", "mensen_id_link": "a link, which is a secret", "vergeten": "nobody is known yet",
	"vragenlijsten_id_proberen": "nothing is kept", "vragenlijsten_id_vraag": "what is asked stands in the versions, which stay", "vragenlijsten_id_vraag_naam": "what is asked stands in the versions, which stay",
	"uitvragen_id_stand": "releases stay, with their day", "uitvragen_id_bevinding": "a finding stays as it was made", "besluiten_bevinding_id_weg": "a finding that nobody used goes",
	"besluiten_bevinding_id_besluit": "a decision that is recorded stays", "besluiten_id": "a decision that is recorded stays", "besluiten_id_opnieuw": "the earlier decision stays", "besluiten_id_weg": "a concept goes",
	"besluiten_id_opleiding": "designs keep their versions", "besluiten_id_opleiding_eerder": "designs keep their versions",
	"uitvragen_id_terugkoppeling": "a concept", "terugkoppelingen_id_tekst": "a concept; what is published stays", "terugkoppelingen_id_weg": "a concept goes",
	"uitvragen_id_teksten_vraag_publiceren": "publications stay, with their day",
	"uitvragen_id_teksten_vraag_zoeken":     "nothing is kept", "uitvragen_id_geschreven": "nothing is kept", "raad_id_geschreven": "nothing is kept", "uitvragen_id_uitnodigingen_zoeken": "nothing is kept",
}

// secretOrMoving are the columns of settings that the trail shows under another name, or
// not at all.
var secretOrMoving = map[string][]string{
	"surveys":        {"organisation_id", "survey_id", "revision", "mixed_closed", "keeping"}, // keeping: basis, basis_text, periods, hold, erase
	"accounts":       {"organisation_id", "account_id", "revision", "password_hash", "inactive_on"},
	"organisations":  {"organisation_id", "revision", "host", "logo", "logo_type", "logo_hash", "keeping", "audit_from"}, // logo: its hash; host: of the address
	"collectors":     {"organisation_id", "survey_id", "collector_id", "revision"},
	"questionnaires": {"organisation_id", "questionnaire_id", "revision"},
	"invitations":    {"organisation_id", "survey_id", "mode", "generation", "breakdowns", "groups", "lot", "watched", "refused", "why", "revision"}, // the survey's, or what the mail server said
	"mailings":       {"organisation_id", "survey_id", "notice_id", "last", "why", "watched", "refused", "settled", "revision"},
}

func TestTheTrailShowsEverySettingThatIsStored(t *testing.T) {
	has := columnsOf(t, dbtest.Open(t, dbtest.SQLite(t)))
	for table, thing := range map[string]interface{ Shown() any }{"surveys": &surveys.Survey{}, "accounts": &surveys.Account{}, "organisations": &surveys.Organisation{},
		"collectors": &surveys.Collector{}, "questionnaires": &surveys.Questionnaire{}, "invitations": &responses.Invitations{}, "mailings": &responses.Mailing{}} {
		raw, err := json.Marshal(thing.Shown())
		if err != nil {
			t.Fatal(err)
		}
		var shown map[string]any
		if err := json.Unmarshal(raw, &shown); err != nil {
			t.Fatal(err)
		}
		for _, column := range has[table] {
			_, stands := shown[column]
			if not := slices.Contains(secretOrMoving[table], column); stands == not && (table != "organisations" || column != "logo") {
				t.Errorf("column %s of %s: shown in the trail is %v, and named as not shown is %v", column, table, stands, not)
			}
		}
		for _, column := range secretOrMoving[table] {
			if !slices.Contains(has[table], column) {
				t.Errorf("%s has no column %s any more", table, column)
			}
		}
	}
}

// trailHoldsSettings looks that every staff form stands in one of the two lists above,
// and sends those that change the settings of surveys, ways in, people and the
// organisation: what was there before and after stands in the trail, on its page in
// words and in the file.
func (r *running) trailHoldsSettings(t *testing.T) {
	for _, route := range r.kit.StaffRoutes() {
		if kind := page.KindOf(route.Path); route.Method == http.MethodPost {
			if _, none := changesNone[kind]; none == (changesSettings[kind] != nil) {
				t.Errorf("%s: does it change a setting? It has to stand in one of the two lists", kind)
			}
		}
	}
	org := r.filled.Org
	idOf := func(slug string) surveys.ID {
		s, err := r.programme.FindSurveyBySlug(t.Context(), org, slug)
		if err != nil {
			t.Fatal(err)
		}
		return s.ID
	}
	survey := "/beheer/uitvragen/" + string(idOf("balie-najaar-2026"))
	person, err := r.vault.FindAccountByEmail(t.Context(), org, r.emailOf(t, surveys.Reader))
	if err != nil {
		t.Fatal(err)
	}
	clients := map[surveys.Role]*http.Client{surveys.Administrator: r.staff(t, surveys.Administrator), surveys.ProgrammeManager: r.staff(t, surveys.ProgrammeManager)}
	for _, c := range clients {
		c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	const manager, administrator = surveys.ProgrammeManager, surveys.Administrator
	sent := map[string]bool{}
	for _, one := range []struct {
		role       surveys.Role
		page, form string // the page, and what the form's address ends in
		typed      url.Values
		thing      string
		setting    string
		before     string // in words, as the page of the trail has it in Dutch
		after      string
	}{
		{administrator, "/beheer/instellingen", "/beheer/instellingen", url.Values{"phone": {"0123-454545"}}, "organisation", "Telefoonnummer", "088 000 00 00", "0123-454545"},
		{administrator, "/beheer/bewaren/termijnen", "/beheer/bewaren/termijnen", url.Values{"period_answers": {"30"}}, "organisation", "Termijnen in maanden", "", "Antwoorden en ontvangstcodes: 30"},
		{administrator, "/beheer/mensen", "/beheer/mensen", url.Values{"email": {"nieuw@waterrijk.example"}, "title": {"Medewerker"}, "role": {"reader"}, "language": {"nl"}}, "account", "E-mailadres", "", "(staat niet in het logboek)"},
		{administrator, "/beheer/mensen/" + string(person.ID), "/beheer/mensen/" + string(person.ID), url.Values{"role": {"text_reviewer"}}, "account", "Rol", "Lezer", "Tekstlezer"},
		{administrator, "/beheer/mensen/" + string(person.ID), "/uitvraag", url.Values{"grant_role": {"reader"}, "survey": {string(idOf("balie-najaar-2026"))}}, "account", "Rollen bij een uitvraag", "", "Lezer"},
		{manager, "/beheer/uitvragen/nieuw", "/beheer/uitvragen/nieuw", url.Values{}, "survey", "Hoe mensen meedoen", "", "Open"},
		{manager, survey + "/ingangen/nieuw", "/ingangen/nieuw", url.Values{"name": {"Loket Zuid"}, "kind": {"kiosk"}, "code": {"loket-zuid"}}, "collector", "Soort ingang", "", "Scherm aan de balie"},
		{manager, survey, "/verlengen", url.Values{"closes": {"21-12-2026"}}, "survey", "Laatste dag", "", "21-12-2026"},
		{manager, survey + "/belofte", "/belofte", url.Values{"promise": {"1-3-2027"}, "reason": {"Het college vergadert later"}}, "survey", "Verzette belofte", "", "Het college vergadert later"},
		{manager, survey + "/sluiten", "/sluiten", url.Values{}, "survey", "Gesloten", "Nee", "Ja"},
	} {
		doc := read(t, clients[one.role], r.url+one.page)
		form := doc.Find(`form[method="post"]`).FilterFunction(func(_ int, f *goquery.Selection) bool {
			return strings.HasSuffix(f.AttrOr("action", one.page), one.form)
		}).Last()
		if form.Length() == 0 {
			t.Errorf("%s has no form to %s", one.page, one.form)
			continue
		}
		address := form.AttrOr("action", one.page)
		fields := filled(form)
		maps.Copy(fields, one.typed)
		form.Find("select[name] option").Each(func(_ int, o *goquery.Selection) { // of a list that asks to choose: the last
			if name := o.Parent().AttrOr("name", ""); fields.Get(name) == "" {
				fields.Set(name, o.AttrOr("value", ""))
			}
		})
		form.Find(`input[type="radio"][name]`).Each(func(_ int, o *goquery.Selection) {
			if name := o.AttrOr("name", ""); !fields.Has(name) {
				fields.Set(name, o.AttrOr("value", ""))
			}
		})
		r.moment.Add(int64(time.Second))
		resp := sendFields(t, clients[one.role], r.url+address, form, fields)
		said, _ := goquery.NewDocumentFromReader(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != http.StatusSeeOther && resp.StatusCode != http.StatusOK {
			t.Errorf("POST %s: %s: %s", address, resp.Status, strings.Join(strings.Fields(said.Find(".utrecht-alert, .utrecht-form-field-error-message").Text()), " "))
			continue
		}
		list, err := r.vault.ListEntries(t.Context(), org, surveys.EntryFilter{}, 0, 1)
		if err != nil || len(list) == 0 {
			t.Fatal(list, err)
		}
		entry := list[0]
		sent[entry.Kind] = true
		if !slices.Contains(changesSettings[entry.Kind], one.thing) || len(entry.Changes[one.thing]) == 0 {
			t.Errorf("%s: the trail has %v of %s", entry.Kind, entry.Changes, one.thing)
		}
		trail := read(t, clients[administrator], r.url+"/beheer/logboek?wat="+entry.Kind)
		found := ""
		trail.Find("tbody tr").First().Find("td p").Each(func(_ int, p *goquery.Selection) {
			if p.Find("b").Text() == one.setting {
				found = strings.Join(strings.Fields(p.Text()), " ")
			}
		})
		if !strings.Contains(found, one.before) || !strings.Contains(found, one.after) {
			t.Errorf("%s: of %q the page of the trail says %q, want %q and %q", entry.Kind, one.setting, found, one.before, one.after)
		}
	}
	lines := read(t, clients[administrator], r.url+"/beheer/logboek/regels").Text()
	for kind := range sent {
		if !strings.Contains(lines, `"act":"`+kind+`"`) {
			t.Errorf("the file has no %s", kind)
		}
	}
	if !strings.Contains(lines, `"closed_at":{"before":false,"after":true}`) || strings.Contains(lines, "argon2id") {
		t.Error("the file lacks a setting before and after, or has a hash")
	}
	for kind := range admin.Unrecorded {
		if changesSettings[kind] != nil {
			t.Errorf("%s changes a setting and is not written down", kind)
		}
	}
}
