package demo

import (
	"context"
	"fmt"
	"slices"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/personal"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/texts"
)

// storyReview is a question of which somebody read the answers, all but a few.
type storyReview struct {
	Survey      string       `json:"survey"`
	Question    string       `json:"question"`
	Unread      int          `json:"unread"`
	PublishedOn surveys.Date `json:"published_on"` // of the themes, for which all were sorted; "" while they are not
}

// addReviews reads what people wrote as a reviewer does: texts without a name in them
// are approved, without what says who somebody is, and sorted into the themes that the
// model of the answers names.
func (f *filler) addReviews(ctx context.Context) error {
	themes := map[string][]string{} // by text
	for _, o := range f.model.OpenAnswers {
		themes[o.Text] = o.Themes
	}
	for _, told := range f.story.Reviews {
		s := f.surveys[told.Survey]
		all, err := texts.Read(ctx, f.Answers, f.org, s.ID, []string{told.Question})
		if err != nil {
			return err
		}
		var keys, unread []responses.Key
		for _, t := range all[told.Question] {
			switch {
			case len(unread) < told.Unread && !named(t.Body):
				unread = append(unread, t.Key)
			default:
				keys = append(keys, t.Key)
			}
		}
		if told.PublishedOn == "" {
			unread = nil // nobody sorted those either
		}
		if err := f.reviewed(ctx, s.ID, told.Question, keys, unread, themes); err != nil {
			return fmt.Errorf("texts of %s: %w", told.Survey, err)
		}
		if told.PublishedOn == "" {
			continue
		}
		err = f.Answers.PublishThemes(ctx, f.org, s.ID, told.Question, func(c disclosure.Coding) (*disclosure.Themed, *disclosure.ThemeMemory, error) {
			return disclosure.PublishThemes(s, f.releases[told.Survey], c, told.PublishedOn)
		})
		if err != nil {
			return fmt.Errorf("themes of %s: %w", told.Survey, err)
		}
	}
	return nil
}

// reviewed decides about texts and sorts them; those of unread are sorted only.
func (f *filler) reviewed(ctx context.Context, survey surveys.ID, question string, keys, unread []responses.Key, themes map[string][]string) error {
	err := f.Answers.ChangeThemes(ctx, f.org, survey, question, func(list *texts.Themes) error {
		for _, theme := range f.story.Themes {
			if err := list.Add(theme.Name, theme.Code, theme.Description); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	sort := func(body string, list *texts.Themes, r *texts.Review) (bool, error) {
		return true, r.Code(list, themes[body], len(themes[body]) == 0)
	}
	if _, err := f.Answers.ChangeReviews(ctx, f.org, survey, question, unread, sort); err != nil {
		return err
	}
	_, err = f.Answers.ChangeReviews(ctx, f.org, survey, question, keys, func(body string, list *texts.Themes, r *texts.Review) (bool, error) {
		decide := func() error { return r.Approve(body, texts.Found(body)) }
		if named(body) {
			decide = func() error { return r.Withhold("about_other") }
		}
		if err := decide(); err != nil {
			return false, err
		}
		return sort(body, list, r)
	})
	return err
}

// named tells whether a text has the name of somebody in it.
func named(body string) bool {
	return slices.ContainsFunc(texts.Found(body), func(m texts.Mask) bool { return m.Kind == personal.Name })
}
