package bench

import (
	"fmt"
	"net/url"
	"strconv"
	"time"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

// Questions is the number of five-point questions of the survey, on one page.
const Questions = 20

// Definition is a questionnaire of one page with twenty five-point questions.
func Definition() *questionnaire.Definition {
	list := &questionnaire.List{Name: "vijf"}
	for i, label := range []string{"Helemaal niet mee eens", "Niet mee eens", "Niet eens, niet oneens", "Mee eens", "Helemaal mee eens"} {
		score := float64(i + 1)
		list.Choices = append(list.Choices, &questionnaire.Choice{Name: strconv.Itoa(i + 1), Label: questionnaire.Texts{"": label}, Score: &score})
	}
	group := &questionnaire.Item{Kind: questionnaire.Group, Name: "alles", Appearance: "field-list", Label: questionnaire.Texts{"": "Wat vindt u van deze zinnen?"}}
	for i := range Questions {
		group.Items = append(group.Items, &questionnaire.Item{
			Kind: questionnaire.Question, Name: question(i), Type: questionnaire.TypeSelectOne, List: list.Name, Appearance: "likert", Required: "yes",
			Label: questionnaire.Texts{"": fmt.Sprintf("De medewerker hielp mij zoals ik het nodig had (%d)", i+1)},
		})
	}
	return &questionnaire.Definition{FormID: "bench", Title: questionnaire.Texts{"": "Meting"}, Items: []*questionnaire.Item{group}, Lists: []*questionnaire.List{list}}
}

func question(i int) string { return "vraag_" + strconv.Itoa(i+1) }

// Survey is the survey number n of a measurement, open from yesterday on.
func Survey(org surveys.OrgID, questionnaire surveys.ID, n int, now time.Time) *surveys.Survey {
	name, today := "meting-"+strconv.Itoa(n), surveys.DateOf(now)
	text := func(s string) surveys.Text { return surveys.Text{NL: s, EN: s} }
	return &surveys.Survey{
		ID: surveys.ID(name), Org: org, Slug: name, Title: text("Meting"), Questionnaire: questionnaire, Version: 1, Mode: surveys.Open,
		Purpose: text("Meten hoe snel het gaat."), CanChange: text("de snelheid"), CannotChange: text("de rest"),
		Opens: today.AddDays(-1), Closes: today.AddDays(30), Promise: surveys.Promise{On: today.AddDays(60)}, SmallestGroup: surveys.LeastGroup,
		OpenedAt: now.Add(-24 * time.Hour),
	}
}

// VisitTo is a visit to the survey with this slug at the address of a server: the
// question page, opened without the start page, and all answers sent from there.
func VisitTo(address, slug string) Visit {
	form := url.Values{"ga": {"versturen"}}
	for i := range Questions {
		form.Set(question(i), strconv.Itoa(i%5+1))
	}
	return Visit{Page: address + "/s/" + slug + "?ga=beginnen", Send: address + "/s/" + slug, Form: form}
}
