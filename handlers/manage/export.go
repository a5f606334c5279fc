package manage

import (
	"fmt"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/disclosure/export"
)

// exportPages give the newest release of a survey as a file.
type exportPages struct {
	*learner
	offer *page.Template[exportPage]
}

func mountExports(staff *page.StaffGroup, l *learner) {
	p := &exportPages{l, page.View[exportPage](l.kit, files, "export.html")}
	staff.GET("/beheer/uitvragen/:id/export", surveys.ReadResults, p.show)
	staff.GET("/beheer/uitvragen/:id/export/:vorm", surveys.ReadResults, p.download)
}

// exportPage offers the files.
type exportPage struct {
	page.Base
	Crumbs    []page.Crumb
	ID        surveys.ID
	Title     surveys.Text
	AsOf      surveys.Date // "" without a release
	Forms     []exportForm
	Anonymous bool
	Reader    bool // a named reader of a survey on name
}

type exportForm struct{ Name, Key, About string }

// exportForms are the kinds of file, in the order in which they are offered.
var exportForms = []exportForm{{"excel", "export.excel", "export.excel_text"}, {"xlsx", "export.xlsx", "export.xlsx_text"}, {"csv", "export.csv", "export.csv_text"}, {"json", "export.json", "export.json_text"}}

// show handles GET /beheer/uitvragen/:id/export.
func (p *exportPages) show(c *gin.Context) error {
	s, err := p.survey(c)
	if err != nil {
		return err
	}
	r, err := p.release(c, s.ID)
	if err != nil {
		return err
	}
	v := exportPage{Base: p.kit.StaffBase(c), ID: s.ID, Title: s.Title, Forms: exportForms, Anonymous: s.Mode != surveys.Named, Reader: reads(s, page.Staff(c))}
	if r != nil {
		v.AsOf = r.AsOf
	}
	v.Crumbs = p.crumbsOf(v.Lang, s, "/resultaten", page.Crumb{Text: p.kit.Text(v.Lang, "export.crumb", nil)})
	return p.offer.Render(c, http.StatusOK, v)
}

// download handles GET /beheer/uitvragen/:id/export/VORM: the file as it is written.
func (p *exportPages) download(c *gin.Context) error {
	s, err := p.survey(c)
	if err != nil {
		return err
	}
	r, err := p.release(c, s.ID)
	if err != nil {
		return err
	}
	if r == nil {
		return fmt.Errorf("export a survey without a release: %w", surveys.ErrNotFound)
	}
	w, err := p.wording(c)
	if err != nil {
		return err
	}
	file := w.file(page.Org(c), s, r)
	var write func(io.Writer) error
	ending, kind := "csv", "text/csv; charset=utf-8"
	switch c.Param("vorm") {
	case "csv":
		write = func(out io.Writer) error { return file.CSV(out, false) }
	case "excel":
		ending = "excel.csv"
		write = func(out io.Writer) error { return file.CSV(out, true) }
	case "xlsx":
		ending, kind, write = "xlsx", xlsxType, file.XLSX
	case "json":
		ending, kind, write = "json", "application/json", file.JSON
	default:
		return fmt.Errorf("export in an unknown form: %w", surveys.ErrNotFound)
	}
	c.Header("Content-Type", kind)
	c.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-stand-%d.%s"`, slugged(s.Slug), r.Number, ending))
	c.Header("Cache-Control", "no-store")
	return write(c.Writer)
}

// file is a release with the words for it, as exports need it.
func (w wording) file(org *surveys.Organisation, s *surveys.Survey, r *disclosure.Release) *export.File {
	return &export.File{
		Organisation: org.Name, Slug: s.Slug, Title: s.Title, Release: r,
		Words: export.Words{Lang: w.lang, Text: w.text, Title: w.title, Answer: w.answer, Value: w.value},
	}
}
