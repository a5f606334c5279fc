package admin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
)

// auditPage shows what staff did.
type auditPage struct {
	page.Base
	Entries  []entryRow
	Form     auditForm
	Pages    page.Pagination
	Export   string // the address of the same choice as JSON Lines
	Filtered bool
}

// entryRow is an act, as the page shows it.
type entryRow struct {
	Day     surveys.Date
	Time    string
	Who     string
	What    string
	About   string // the address of what it was done to, or ""
	Survey  string // the name of the survey that it belongs to, or ""
	Changes []changeRow
}

// changeRow is a setting before and after.
type changeRow struct{ Setting, Before, After string }

// auditForm is what the list is narrowed by, as it was typed.
type auditForm struct {
	Who, What, Survey, From, Until string

	people, kinds, surveys []page.Option
}

// People and Kinds are what the form offers.
func (f auditForm) People() []page.Option { return f.people }

// Kinds are the kinds of act.
func (f auditForm) Kinds() []page.Option { return f.kinds }

// Surveys are those of the organisation.
func (f auditForm) Surveys() []page.Option { return f.surveys }

// perPage is how many acts stand on a page.
const perPage = 50

// KindKey is the text of a kind of act.
func KindKey(kind string) string { return "audit.act." + kind }

// filter reads the choice. A day that cannot be read is a problem and chooses nothing.
func (p *pages) filter(c *gin.Context) (auditForm, surveys.EntryFilter, surveys.Invalid) {
	form := auditForm{Who: c.Query("wie"), What: c.Query("wat"), Survey: c.Query("uitvraag"), From: c.Query("vanaf"), Until: c.Query("tot")}
	f := surveys.EntryFilter{Account: surveys.ID(form.Who), Kind: form.What, Survey: surveys.ID(form.Survey)}
	var wrong surveys.Invalid
	zone := page.Org(c).Location()
	day := func(field, typed string, days int) time.Time {
		if typed == "" {
			return time.Time{}
		}
		read, ok := p.kit.ParseDate(typed)
		if !ok {
			wrong.Add(field, "audit.no_day")
			return time.Time{}
		}
		return read.AddDays(days).Start(zone).UTC()
	}
	f.From = day("vanaf", form.From, 0)
	f.Until = day("tot", form.Until, 1) // up to and including
	return form, f, wrong
}

// showAudit handles GET /beheer/logboek.
func (p *pages) showAudit(c *gin.Context) error {
	org := page.Org(c)
	v := auditPage{Base: p.kit.StaffBase(c)}
	var f surveys.EntryFilter
	v.Form, f, v.Problems = p.filter(c)
	accounts, err := p.store.ListAccounts(c.Request.Context(), org.ID)
	if err != nil {
		return fmt.Errorf("list accounts: %w", err)
	}
	names := map[surveys.ID]string{}
	for i := range accounts {
		names[accounts[i].ID] = accounts[i].Title.In(v.Lang)
	}
	all, err := p.surveys.ListSurveys(c.Request.Context(), org.ID)
	if err != nil {
		return fmt.Errorf("list surveys: %w", err)
	}
	v.Form.surveys = []page.Option{{Key: "audit.every_survey"}}
	for i := range all {
		names[all[i].ID] = all[i].Title.In(v.Lang)
		v.Form.surveys = append(v.Form.surveys, page.Option{Value: string(all[i].ID), Text: all[i].Title.In(v.Lang)})
	}
	asked, err := p.surveys.ListQuestionnaires(c.Request.Context(), org.ID)
	if err != nil {
		return fmt.Errorf("list questionnaires: %w", err)
	}
	for i := range asked {
		names[asked[i].ID] = asked[i].Title.In(v.Lang)
	}
	everybody, everything := page.Option{Key: "audit.everybody"}, page.Option{Key: "audit.everything"}
	v.Form.people = append([]page.Option{everybody}, page.TextOptions(accounts, func(a surveys.Account) (string, string) { return string(a.ID), a.Title.In(v.Lang) })...)
	v.Form.kinds = []page.Option{everything}
	for _, kind := range p.kinds() {
		v.Form.kinds = append(v.Form.kinds, page.Option{Value: kind, Key: KindKey(kind)})
	}
	number, _ := strconv.Atoi(c.Query("pagina"))
	number = min(max(number, 1), mostPages)
	entries, err := p.store.ListEntries(c.Request.Context(), org.ID, f, (number-1)*perPage, perPage+1)
	if err != nil {
		return fmt.Errorf("list entries: %w", err)
	}
	v.Pages = page.Pagination{Path: "/beheer/logboek", Page: number, Last: number}
	if len(entries) > perPage {
		entries, v.Pages.Last = entries[:perPage], number+1
	}
	query := c.Request.URL.Query()
	query.Del("pagina")
	v.Export = "/beheer/logboek/regels"
	if len(query) > 0 {
		v.Filtered = true
		v.Pages.Path += "?" + query.Encode()
		v.Export += "?" + query.Encode()
	}
	known := map[string]bool{}
	for _, kind := range p.kinds() {
		known[kind] = true
	}
	for i := range entries {
		v.Entries = append(v.Entries, p.entryRow(&entries[i], v.Lang, org.Location(), names, known))
	}
	return p.audit.Render(c, http.StatusOK, v)
}

// mostPages bounds how far back one pages; the choice by day goes further.
const mostPages = 10_000

// kinds are the kinds of act that there are: those of every staff form.
func (p *pages) kinds() []string {
	kinds := append(slices.Clone(Readings), Noticed, Emptied)
	for _, route := range p.kit.StaffRoutes() {
		if route.Method == http.MethodPost && !Unrecorded[page.KindOf(route.Path)] {
			kinds = append(kinds, page.KindOf(route.Path))
		}
	}
	return kinds
}

// Readings are the pages that are written down although they change nothing: what
// somebody answered on name was read.
var Readings = []string{"uitvragen_id_op_naam", "uitvragen_id_op_naam_mens"}

// Noticed is the kind of what nobody of staff does and stands in the trail all the same:
// unusually many submissions came by a way in.
const Noticed = "ongewoon_veel"

// Emptied is the kind of what the clock does to an account of which the period is over.
const Emptied = "account_geleegd"

// Unrecorded are the forms that change nothing that is kept, so that no transaction
// writes them down: each with a reason that a test compares with what happens.
var Unrecorded = map[string]bool{
	"vergeten":                  true, // who asks is not known yet; the mail that follows is sent by the clock
	"vragenlijsten_id_proberen": true, // a try, of which nothing is stored

	// What somebody looks for, of which nothing is stored: it may be a name.
	"uitvragen_id_teksten_vraag_zoeken": true, "uitvragen_id_geschreven": true, "raad_id_geschreven": true, "uitvragen_id_uitnodigingen_zoeken": true,
}

func (p *pages) entryRow(e *surveys.Entry, lang surveys.Lang, zone *time.Location, names map[surveys.ID]string, known map[string]bool) entryRow {
	at := e.At.In(zone)
	row := entryRow{Day: surveys.DateOf(at), Time: at.Format("15:04:05"), Who: names[e.Account], What: e.Kind, About: aboutOf(e), Survey: names[e.Survey],
		Changes: teller{p.kit, lang, names}.changesOf(e)}
	if known[e.Kind] {
		row.What = p.kit.Text(lang, KindKey(e.Kind), nil)
	}
	if e.Account == "" {
		row.Who = p.kit.Text(lang, "audit.program", nil)
	} else if row.Who == "" {
		row.Who = string(e.Account)
	}
	return row
}

// aboutOf is where what was done can be seen, as far as the page is an administrator's.
func aboutOf(e *surveys.Entry) string {
	if e.Subject != "" && (e.Kind == Emptied || e.Kind == "mensen_id" || len(e.Kind) > 10 && e.Kind[:10] == "mensen_id_") {
		return "/beheer/mensen/" + url.PathEscape(string(e.Subject))
	}
	return ""
}

// line is an act as a line of the export.
type line struct {
	At      time.Time                            `json:"at"`
	ID      surveys.ID                           `json:"id"`
	Part    int                                  `json:"part"`
	Account surveys.ID                           `json:"account"`
	Act     string                               `json:"act"`
	Subject surveys.ID                           `json:"subject,omitempty"`
	Survey  surveys.ID                           `json:"survey,omitempty"`
	Changes map[string]map[string]surveys.Change `json:"changes,omitempty"`
}

// exportAudit handles GET /beheer/logboek/regels: the same choice as JSON Lines,
// written as it is read.
func (p *pages) exportAudit(c *gin.Context) error {
	_, f, wrong := p.filter(c)
	if err := wrong.Err(); err != nil {
		return err
	}
	c.Header("Content-Type", "application/jsonl")
	c.Header("Content-Disposition", `attachment; filename="logboek.jsonl"`)
	c.Header("Cache-Control", "no-store")
	lines := json.NewEncoder(c.Writer)
	return p.store.EachEntry(c.Request.Context(), page.Org(c).ID, f, func(e surveys.Entry) error {
		return lines.Encode(line{e.At, e.ID, e.Part, e.Account, e.Kind, e.Subject, e.Survey, e.Changes})
	})
}
