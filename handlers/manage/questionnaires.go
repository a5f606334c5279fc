package manage

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// questionnairesPage lists the organisation's questionnaires and our templates,
// with the form to import one.
type questionnairesPage struct {
	page.Base
	Own       []questionnaireRow
	Templates []questionnaireRow
	Import    []importProblem // what is wrong with the file that was sent, or worth knowing; empty otherwise
	File      string          // its name
	Imported  surveys.ID      // the draft that came of it; "" when nothing was stored
}

type questionnaireRow struct {
	ID        surveys.ID
	Title     surveys.Text
	FormID    string
	Questions int
	Minutes   int
	Published int
	Draft     bool
}

// importProblem is a row of the list of what is wrong with a file.
type importProblem struct {
	Where            []string // of a file: sheet, row and column; or group, question and column
	Column, Question string
	Error            bool
	What, Cure       string
}

type questionnairePages struct {
	kit    *page.Kit
	deps   Deps
	list   *page.Template[questionnairesPage]
	edit   *page.Template[questionnairePage]
	edited *page.Template[questionPage]
	proofs proofCache
}

func mountQuestionnaires(staff *page.StaffGroup, k *page.Kit, d Deps) {
	p := &questionnairePages{kit: k, deps: d,
		list:   page.View[questionnairesPage](k, files, "questionnaires.html"),
		edit:   page.View[questionnairePage](k, files, "questionnaire.html", "questionnaire_side.html", "questionnaire_proof.html"),
		edited: page.View[questionPage](k, files, "questionnaire_question.html", "questionnaire_side.html", "questionnaire_proof.html"),
	}
	const may = surveys.ManageSurveys
	staff.GET("/beheer/vragenlijsten", may, p.all)
	staff.POST("/beheer/vragenlijsten/inlezen", may, p.read, page.AllowBody(page.MostUpload))
	staff.POST("/beheer/vragenlijsten/:id/kopie", may, p.copy)
	staff.GET("/beheer/vragenlijsten/:id/xlsx", may, p.download)
	staff.GET("/beheer/vragenlijsten/:id/proberen", may, p.try)
	staff.POST("/beheer/vragenlijsten/:id/proberen", may, p.try)
	staff.GET("/beheer/vragenlijsten/:id", may, p.show)
	staff.POST("/beheer/vragenlijsten/:id", may, p.change)
	staff.POST("/beheer/vragenlijsten/:id/vraag", may, p.addQuestion)
	staff.GET("/beheer/vragenlijsten/:id/vraag/:naam", may, p.showQuestion)
	staff.POST("/beheer/vragenlijsten/:id/vraag/:naam", may, p.changeQuestion)
}

// definition reads a stored definition.
func definition(data []byte) (*questionnaire.Definition, error) {
	d := new(questionnaire.Definition)
	if err := json.Unmarshal(data, d); err != nil {
		return nil, fmt.Errorf("read stored definition: %w", err)
	}
	return d, nil
}

// newest is what stands in the questionnaire now: its draft, else its newest version.
func (p *questionnairePages) newest(c *gin.Context, q *surveys.Questionnaire) (*questionnaire.Definition, error) {
	if q.Draft != nil {
		return definition(q.Draft)
	}
	v, err := p.deps.Ask.FindVersion(c.Request.Context(), q.Org, q.ID, q.Published)
	if err != nil {
		return nil, err
	}
	return definition(v.Definition)
}

// earlier are all published versions, the oldest first.
func (p *questionnairePages) earlier(c *gin.Context, q *surveys.Questionnaire) ([]*questionnaire.Definition, error) {
	var list []*questionnaire.Definition
	for n := 1; n <= q.Published; n++ {
		v, err := p.deps.Ask.FindVersion(c.Request.Context(), q.Org, q.ID, n)
		if err != nil {
			return nil, err
		}
		d, err := definition(v.Definition)
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
}

// all handles GET /beheer/vragenlijsten.
func (p *questionnairePages) all(c *gin.Context) error {
	return p.showList(c, http.StatusOK, questionnairesPage{Base: p.kit.StaffBase(c)})
}

func (p *questionnairePages) showList(c *gin.Context, status int, v questionnairesPage) error {
	list, err := p.deps.Ask.ListQuestionnaires(c.Request.Context(), page.Org(c).ID)
	if err != nil {
		return err
	}
	for n := range list {
		q := &list[n]
		d, err := p.newest(c, q)
		if err != nil {
			return err
		}
		row := questionnaireRow{ID: q.ID, Title: q.Title, FormID: q.FormID, Published: q.Published, Draft: q.Draft != nil}
		row.Questions, row.Minutes = size(d)
		if q.Template {
			v.Templates = append(v.Templates, row)
		} else {
			v.Own = append(v.Own, row)
		}
	}
	for _, rows := range [][]questionnaireRow{v.Own, v.Templates} {
		slices.SortFunc(rows, func(a, b questionnaireRow) int {
			return cmp.Or(cmp.Compare(a.Title.NL, b.Title.NL), cmp.Compare(a.ID, b.ID))
		})
	}
	return p.list.Render(c, status, v)
}

// size is how many questions people may come across, and in how many minutes; no
// minutes for a form that cannot be compiled yet.
func size(d *questionnaire.Definition) (questions, minutes int) {
	d.Walk(func(i *questionnaire.Item) {
		if isAsked(i) {
			questions++
		}
	})
	if form, _ := questionnaire.Compile(d); form != nil {
		minutes = form.Minutes()
	}
	return questions, minutes
}

// isAsked tells whether an item is a question that people answer.
func isAsked(i *questionnaire.Item) bool {
	switch i.Type {
	case questionnaire.TypeNote, questionnaire.TypeCalculate, questionnaire.TypeHidden:
		return false
	}
	return i.Kind == questionnaire.Question
}

// read handles POST /beheer/vragenlijsten/inlezen: an XLSForm, a survey of
// LimeSurvey or our JSON becomes a draft, with a list of what was not taken over;
// or nothing is stored and everything that is wrong with it is listed.
func (p *questionnairePages) read(c *gin.Context) error {
	v := questionnairesPage{Base: p.kit.StaffBase(c)}
	header, err := c.FormFile("bestand")
	if err != nil || header.Size == 0 {
		v.Problems.Add("bestand", "questionnaire.no_file")
		return p.showList(c, http.StatusUnprocessableEntity, v)
	}
	file, err := header.Open()
	if err != nil {
		return fmt.Errorf("open uploaded questionnaire: %w", err)
	}
	defer func() { _ = file.Close() }() // only read
	attached, wrong, err := attachments(c)
	if err != nil {
		return err
	}
	if wrong != "" {
		v.Problems.AddWith("bijlagen", "questionnaire.bad_attachment", map[string]any{"Name": wrong})
		return p.showList(c, http.StatusUnprocessableEntity, v)
	}
	d, format, problems := interchange.Check(header.Filename, file, header.Size, attached...)
	v.File = header.Filename
	if d == nil {
		v.Import = p.inFile(v.Lang, format, problems)
		v.Problems.AddWith("bestand", "questionnaire.file_wrong", map[string]any{"Count": len(v.Import)})
		return p.showList(c, http.StatusUnprocessableEntity, v)
	}
	id, err := p.addDraft(c, d, "")
	if err != nil {
		return err
	}
	if len(problems) == 0 {
		return p.kit.SeeOther(c, "/beheer/vragenlijsten/"+string(id), "questionnaire.imported")
	}
	// What was not taken over is nowhere else to be found, so the answer is the list
	// itself and no redirect.
	v.Import, v.Imported = p.inFile(v.Lang, format, problems), id
	return p.showList(c, http.StatusOK, v)
}

func hasError(problems []questionnaire.Problem) bool {
	return slices.ContainsFunc(problems, func(p questionnaire.Problem) bool { return p.Severity == questionnaire.Error })
}

// attachments are the tables that were sent along with a questionnaire. wrong names
// one that is no table (.csv, as UTF-8); "" when all are.
func attachments(c *gin.Context) (files []*questionnaire.File, wrong string, err error) {
	if c.Request.MultipartForm == nil {
		return nil, "", nil
	}
	for _, header := range c.Request.MultipartForm.File["bijlagen"] {
		if header.Size == 0 {
			continue
		}
		if !strings.EqualFold(path.Ext(header.Filename), ".csv") {
			return nil, header.Filename, nil
		}
		f, err := header.Open()
		if err != nil {
			return nil, "", fmt.Errorf("open attached table: %w", err)
		}
		text, err := io.ReadAll(f)
		_ = f.Close() // only read
		if err != nil {
			return nil, "", fmt.Errorf("read attached table: %w", err)
		}
		if !utf8.Valid(text) {
			return nil, header.Filename, nil
		}
		files = append(files, &questionnaire.File{Name: path.Base(header.Filename), Text: string(text)})
	}
	return files, "", nil
}

// inFile are problems in the user's language, errors
// first, each with its place in it.
func (p *questionnairePages) inFile(lang page.Lang, format interchange.Format, problems []questionnaire.Problem) []importProblem {
	var out []importProblem
	for _, each := range problems {
		said := p.worded(lang, []questionnaire.Problem{each})[0]
		said.Where = p.where(lang, format, each)
		out = append(out, said)
	}
	slices.SortStableFunc(out, errorsFirst)
	return out
}

// worded are problems in the user's language, errors first.
func (p *questionnairePages) worded(lang page.Lang, problems []questionnaire.Problem) []importProblem {
	out := make([]importProblem, len(problems))
	for n, each := range problems {
		args := each.Args
		if args == nil {
			args = map[string]any{}
		}
		out[n] = importProblem{
			Column: each.Column, Question: each.Question,
			Error: each.Severity == questionnaire.Error,
			What:  p.kit.Text(lang, each.Key+".what", args), Cure: p.kit.Text(lang, each.Key+".cure", args),
		}
	}
	slices.SortStableFunc(out, errorsFirst)
	return out
}

func errorsFirst(a, b importProblem) int {
	switch {
	case a.Error == b.Error:
		return 0
	case a.Error:
		return -1
	default:
		return 1
	}
}

// where says in which cell of a workbook a problem is; or at which question, of a
// file that has no cells.
func (p *questionnairePages) where(lang page.Lang, format interchange.Format, at questionnaire.Problem) []string {
	var parts []string
	add := func(key, name, text string) {
		if text != "" && text != "0" {
			parts = append(parts, p.kit.Text(lang, key, map[string]any{name: text}))
		}
	}
	if format == interchange.XLSForm {
		add("questionnaires.sheet", "Sheet", at.Sheet)
		add("questionnaires.row", "Row", strconv.Itoa(at.Row))
	} else {
		if format == interchange.LimeSurvey {
			add("questionnaires.group", "Group", at.Sheet)
		}
		add("questionnaires.question", "Question", at.Question)
	}
	add("questionnaires.column", "Column", at.Column)
	return parts
}

// addDraft stores a definition as the draft of a new questionnaire, under a form
// id that is still free, and with a title of its own when one is given.
func (p *questionnairePages) addDraft(c *gin.Context, d *questionnaire.Definition, suffixKey string) (surveys.ID, error) {
	org := page.Org(c).ID
	list, err := p.deps.Ask.ListQuestionnaires(c.Request.Context(), org)
	if err != nil {
		return "", err
	}
	taken := map[string]bool{}
	for _, q := range list {
		taken[q.FormID] = true
	}
	d.FormID = freeSlug(d.FormID, "vragenlijst", taken)
	title := titleOf(d)
	if suffixKey != "" {
		for _, lang := range page.Languages {
			text := p.kit.Text(lang, suffixKey, map[string]any{"Title": title.In(lang)})
			d.Put(&d.Title, string(lang), text)
		}
		title = titleOf(d)
	}
	data, err := json.Marshal(d)
	if err != nil {
		return "", fmt.Errorf("write definition: %w", err)
	}
	q := &surveys.Questionnaire{ID: p.deps.NewID(), Org: org, FormID: d.FormID, Title: title, Draft: data}
	return q.ID, p.deps.Ask.AddQuestionnaire(c.Request.Context(), q)
}

// titleOf is the title of a form in the languages of the interface.
func titleOf(d *questionnaire.Definition) surveys.Text {
	t := surveys.Text{NL: d.Own(d.Title, "nl"), EN: d.Own(d.Title, "en")}
	if t.Empty() {
		t.NL = d.In(d.Title, "nl")
	}
	if t.Empty() {
		t.NL = d.FormID
	}
	return t
}

// copy handles POST /beheer/vragenlijsten/:id/kopie.
func (p *questionnairePages) copy(c *gin.Context) error {
	q, err := p.find(c)
	if err != nil {
		return err
	}
	d, err := p.newest(c, q)
	if err != nil {
		return err
	}
	key := "questionnaire.copy_of"
	if q.Template {
		key = ""
	}
	id, err := p.addDraft(c, d, key)
	if err != nil {
		return err
	}
	return p.kit.SeeOther(c, "/beheer/vragenlijsten/"+string(id), "questionnaire.copied")
}

func (p *questionnairePages) find(c *gin.Context) (*surveys.Questionnaire, error) {
	return p.deps.Ask.FindQuestionnaire(c.Request.Context(), page.Org(c).ID, surveys.ID(c.Param("id")))
}

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// download handles GET /beheer/vragenlijsten/:id/xlsx: what stands there now, as an XLSForm;
// with the tables that go with it in a zip, which can be read in again.
func (p *questionnairePages) download(c *gin.Context) error {
	q, err := p.find(c)
	if err != nil {
		return err
	}
	d, err := p.newest(c, q)
	if err != nil {
		return err
	}
	var out buffer
	if len(d.Files) > 0 { // tables go along, or what comes from them would be lost
		if err := interchange.WriteBundle(&out, slugged(q.FormID), d); err != nil {
			return fmt.Errorf("write questionnaire with its tables: %w", err)
		}
		c.Header("Content-Disposition", `attachment; filename="`+slugged(q.FormID)+`.zip"`)
		c.Data(http.StatusOK, "application/zip", out.Bytes())
		return nil
	}
	if err := interchange.WriteXLSForm(&out, d); err != nil {
		return fmt.Errorf("write questionnaire as XLSForm: %w", err)
	}
	c.Header("Content-Disposition", `attachment; filename="`+slugged(q.FormID)+`.xlsx"`)
	c.Data(http.StatusOK, xlsxType, out.Bytes())
	return nil
}

// try handles GET and POST /beheer/vragenlijsten/:id/proberen.
func (p *questionnairePages) try(c *gin.Context) error {
	q, err := p.find(c)
	if err != nil {
		return err
	}
	d, err := p.newest(c, q)
	if err != nil {
		return err
	}
	form, _ := questionnaire.Compile(d)
	if form == nil {
		return p.kit.SeeOther(c, "/beheer/vragenlijsten/"+string(q.ID), "questionnaire.not_tryable")
	}
	return p.deps.Try(c, form, q.Title)
}

// publishedOn is the moment for a version's record.
func publishedOn(c *gin.Context) time.Time { return page.Now(c).UTC() }
