package manage

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"

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

// copy handles POST /beheer/vragenlijsten/:id/kopie.
func (p *questionnairePages) copy(c *gin.Context) error {
	q, d, err := p.current(c)
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

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// download handles GET /beheer/vragenlijsten/:id/xlsx: what stands there now, as an XLSForm;
// with the tables that go with it in a zip, which can be read in again.
func (p *questionnairePages) download(c *gin.Context) error {
	q, d, err := p.current(c)
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
	q, d, err := p.current(c)
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
