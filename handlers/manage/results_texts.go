package manage

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// textsPage shows what people wrote to whoever reads it first, and to nobody else:
// in the order of random keys, so that it says nothing of who came when.
type textsPage struct {
	page.Base
	Crumbs    []page.Crumb
	Title     surveys.Text
	Questions []writtenText
	Closed    bool
}

type writtenText struct {
	Name    string
	Title   string
	Answers []string
}

// readTexts handles GET /beheer/uitvragen/:id/teksten. Texts come in view when the
// survey is closed, so that nobody sees them arrive one by one.
func (p *resultsPages) readTexts(c *gin.Context) error {
	s, err := p.survey(c)
	if err != nil {
		return err
	}
	v := textsPage{Base: p.kit.StaffBase(c), Title: s.Title}
	v.Closed = s.Phase(v.Today) == surveys.Closed
	v.Crumbs = []page.Crumb{{Text: p.kit.Text(v.Lang, "menu.surveys", nil), Href: "/beheer/uitvragen"},
		{Text: s.Title.In(v.Lang), Href: "/beheer/uitvragen/" + string(s.ID) + "/resultaten"}, {Text: p.kit.Text(v.Lang, "results.texts.crumb", nil)}}
	if v.Closed {
		if v.Questions, err = p.written(c, s); err != nil {
			return err
		}
	}
	return p.texts.Render(c, http.StatusOK, v)
}

func (p *resultsPages) written(c *gin.Context, s *surveys.Survey) ([]writtenText, error) {
	forms, err := p.forms(c, s)
	if err != nil || len(forms) == 0 {
		return nil, err
	}
	form := forms[len(forms)-1]
	var all []writtenText
	at := map[string]int{}
	for _, f := range form.Fields {
		if f.Type == questionnaire.TypeText {
			at[f.Name] = len(all)
			all = append(all, writtenText{Name: f.Name, Title: form.Definition.In(f.Label, string(page.Language(c)))})
		}
	}
	err = p.Responses.EachResponse(c.Request.Context(), s.Org, s.ID, func(r *responses.Response) error {
		for name, i := range at {
			if text := r.Answers[name]; text != "" {
				all[i].Answers = append(all[i].Answers, text)
			}
		}
		return nil
	})
	return all, err
}

// refusedRelease is what is said when the guard makes no release; "" for other errors.
func refusedRelease(err error) string {
	switch {
	case errors.Is(err, disclosure.ErrFinal):
		return "results.final"
	case errors.Is(err, disclosure.ErrNoMemory):
		return "results.no_memory"
	}
	return ""
}
