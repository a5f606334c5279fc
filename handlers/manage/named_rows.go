package manage

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure/export"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// exportNamed handles GET /beheer/uitvragen/:id/op-naam/regels: what each person
// answered, a row a person, as CSV for Excel. It is for the named readers of a survey
// on name: every other survey has no such file, for nobody. Each reading is kept before
// a row is written.
func (p *invitePages) exportNamed(c *gin.Context) error {
	s, err := p.findRead(c)
	if err != nil {
		return err
	}
	all, err := p.deps.Ledger.ListNamed(c.Request.Context(), s.Org, s.ID)
	if err != nil {
		return err
	}
	asked, err := p.askedBy(c, s)
	if err != nil {
		return err
	}
	for i := range all {
		if !all[i].Answered {
			continue
		}
		if err := p.recordReading(c, s, all[i].Invitee.ID); err != nil {
			return err
		}
	}
	c.Header("Content-Type", "text/csv; charset=utf-8")
	c.Header("Content-Disposition", `attachment; filename="`+slugged(s.Slug)+`-op-naam.excel.csv"`)
	c.Header("Cache-Control", "no-store")
	if _, err := io.WriteString(c.Writer, "\ufeff"); err != nil {
		return fmt.Errorf("write what people answered: %w", err)
	}
	out := csv.NewWriter(c.Writer)
	out.Comma, out.UseCRLF = ';', true
	lang := page.Language(c)
	head := []string{p.kit.Text(lang, "named.rows_name", nil), p.kit.Text(lang, "named.rows_email", nil), p.kit.Text(lang, "named.rows_answered", nil), p.kit.Text(lang, "named.rows_day", nil)}
	for _, q := range asked.questions {
		head = append(head, export.Harmless(q.label(lang)))
	}
	_ = out.Write(head) // the error stays until Flush
	for i := range all {
		row, err := p.namedRow(c, s, &all[i], asked, lang)
		if err != nil {
			return err
		}
		_ = out.Write(row)
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write what people answered: %w", err)
	}
	return nil
}

// asked are the questions of all versions that a survey may have asked, those of the
// newest first, and the versions.
type asked struct {
	versions  map[int]*questionnaire.Definition
	questions []askedQuestion
}

type askedQuestion struct {
	name string
	in   *questionnaire.Definition // the newest version that asks it
	text questionnaire.Texts
}

func (q *askedQuestion) label(lang page.Lang) string {
	if text := q.in.In(q.text, string(lang)); text != "" {
		return text
	}
	return q.name
}

func (p *invitePages) askedBy(c *gin.Context, s *surveys.Survey) (*asked, error) {
	a := &asked{versions: map[int]*questionnaire.Definition{}}
	known := map[string]bool{}
	for number := s.Version; number > 0; number-- {
		d, err := p.definitionOf(c, s.Questionnaire, number)
		if err != nil {
			return nil, err
		}
		a.versions[number] = d
		d.Walk(func(i *questionnaire.Item) {
			if i.Kind == questionnaire.Question && !known[i.Name] && i.Type != questionnaire.TypeNote {
				known[i.Name] = true
				a.questions = append(a.questions, askedQuestion{i.Name, d, i.Label})
			}
		})
	}
	return a, nil
}

// namedRow is one person, with empty answers when they gave none.
func (p *invitePages) namedRow(c *gin.Context, s *surveys.Survey, one *responses.NamedResponse, a *asked, lang page.Lang) ([]string, error) {
	row := make([]string, 4, 4+len(a.questions))
	row[0], row[1], row[2] = export.Harmless(one.Invitee.Name), export.Harmless(one.Invitee.Email), p.kit.Text(lang, "export.no", nil)
	if !one.Answered {
		return append(row, make([]string, len(a.questions))...), nil
	}
	r, err := p.deps.Named.FindResponse(c.Request.Context(), s.Org, s.ID, one.Response)
	if err != nil {
		return nil, err
	}
	row[2], row[3] = p.kit.Text(lang, "export.yes", nil), string(r.Day)
	d := a.versions[r.Version]
	if d == nil {
		return nil, fmt.Errorf("what somebody answered is of version %d, which survey %s never asked", r.Version, s.ID)
	}
	for _, q := range a.questions {
		said := r.Answers[q.name]
		if item := d.Item(q.name); said != "" && item != nil && d.ListNamed(item.List) != nil {
			var words []string
			for word := range strings.FieldsSeq(said) {
				words = append(words, spokenValue(d, q.name, word, lang))
			}
			said = strings.Join(words, ", ")
		}
		if other := r.Answers[q.name+"_other"]; other != "" {
			said += ": " + other
		}
		row = append(row, export.Harmless(said))
	}
	return row, nil
}
