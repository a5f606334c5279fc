package manage

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/interchange"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// importProblem is a row of the list of what is wrong with a file.
type importProblem struct {
	Where            []string // of a file: sheet, row and column; or group, question and column
	Column, Question string
	Error            bool
	What, Cure       string
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
		files = append(files, &questionnaire.File{Name: interchange.BareName(header.Filename), Text: string(text)})
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
