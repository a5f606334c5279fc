// Package public holds the pages for everybody: what a municipality asks now, what
// it promised, what it did with what people said, what is stored and how to report
// a barrier. It reads; nothing here changes anything.
package public

import (
	"context"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
	"weerklank.nl/weerklank/surveys/notices"
	"weerklank.nl/weerklank/surveys/training"
)

// Store is what the pages read. An empty survey lists those of the whole
// organisation; the order does not matter.
type Store interface {
	ListSurveys(ctx context.Context, org surveys.OrgID) ([]surveys.Survey, error)
	ListDecisions(ctx context.Context, org surveys.OrgID, survey surveys.ID) ([]decisions.Decision, error)
	ListNotices(ctx context.Context, org surveys.OrgID, survey surveys.ID) ([]notices.Notice, error)
	FindVersion(ctx context.Context, org surveys.OrgID, questionnaire surveys.ID, number int) (*surveys.Version, error)
	FindDesignRevision(ctx context.Context, org surveys.OrgID, id surveys.ID, revision int) (*training.Design, error)
}
