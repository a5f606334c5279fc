// Package manage holds the pages of programme managers: questionnaires, surveys
// and their ways in, results, decisions, courses and notices. It lets the domain
// decide and shows what came of it.
package manage

import (
	"context"

	"weerklank.nl/weerklank/surveys"
)

// AskStore is what the pages for asking use: questionnaires, surveys and the ways in.
type AskStore interface {
	ListQuestionnaires(ctx context.Context, org surveys.OrgID) ([]surveys.Questionnaire, error)
	FindQuestionnaire(ctx context.Context, org surveys.OrgID, id surveys.ID) (*surveys.Questionnaire, error)
	AddQuestionnaire(ctx context.Context, q *surveys.Questionnaire) error
	ChangeQuestionnaire(ctx context.Context, org surveys.OrgID, id surveys.ID, change func(*surveys.Questionnaire) error) error

	// PublishVersion changes the questionnaire and adds the version that publish
	// makes, in one transaction.
	PublishVersion(ctx context.Context, org surveys.OrgID, questionnaire surveys.ID,
		publish func(*surveys.Questionnaire) (*surveys.Version, error)) error
	FindVersion(ctx context.Context, org surveys.OrgID, questionnaire surveys.ID, number int) (*surveys.Version, error)

	ListSurveys(ctx context.Context, org surveys.OrgID) ([]surveys.Survey, error)
	FindSurvey(ctx context.Context, org surveys.OrgID, id surveys.ID) (*surveys.Survey, error)
	FindSurveyBySlug(ctx context.Context, org surveys.OrgID, slug string) (*surveys.Survey, error)
	AddSurvey(ctx context.Context, s *surveys.Survey) error
	ChangeSurvey(ctx context.Context, org surveys.OrgID, id surveys.ID, change func(*surveys.Survey) error) error

	ListCollectors(ctx context.Context, org surveys.OrgID, survey surveys.ID) ([]surveys.Collector, error)
	ListUnusual(ctx context.Context, org surveys.OrgID, survey surveys.ID, from, today surveys.Date) ([]surveys.Unusual, error)
	FindCollector(ctx context.Context, org surveys.OrgID, id surveys.ID) (*surveys.Collector, error)
	AddCollector(ctx context.Context, c *surveys.Collector) error
	ChangeCollector(ctx context.Context, org surveys.OrgID, id surveys.ID, change func(*surveys.Collector) error) error
	RemoveCollector(ctx context.Context, org surveys.OrgID, id surveys.ID) error
}

// AccountStore is what the pages use of the people who can sign in: who may own a survey.
type AccountStore interface {
	ListAccounts(ctx context.Context, org surveys.OrgID) ([]surveys.Account, error)
}
