package manage

import (
	"context"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/decisions"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/notices"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/texts"
	"weerklank.nl/weerklank/surveys/training"
)

// LearnStore is what the pages for learning, deciding, telling and training use
// of the programme store. An empty survey lists those of the whole organisation.
type LearnStore interface {
	ListFindings(ctx context.Context, org surveys.OrgID, survey surveys.ID) ([]decisions.Finding, error)
	FindFinding(ctx context.Context, org surveys.OrgID, id surveys.ID) (*decisions.Finding, error)
	AddFinding(ctx context.Context, f *decisions.Finding) error
	RemoveFinding(ctx context.Context, org surveys.OrgID, id surveys.ID) error

	ListDecisions(ctx context.Context, org surveys.OrgID, survey surveys.ID) ([]decisions.Decision, error)
	FindDecision(ctx context.Context, org surveys.OrgID, id surveys.ID) (*decisions.Decision, error)
	AddDecision(ctx context.Context, d *decisions.Decision) error
	ChangeDecision(ctx context.Context, org surveys.OrgID, id surveys.ID, change func(*decisions.Decision) error) error
	RemoveDecision(ctx context.Context, org surveys.OrgID, id surveys.ID) error

	ListNotices(ctx context.Context, org surveys.OrgID, survey surveys.ID) ([]notices.Notice, error)
	FindNotice(ctx context.Context, org surveys.OrgID, id surveys.ID) (*notices.Notice, error)
	AddNotice(ctx context.Context, n *notices.Notice) error
	ChangeNotice(ctx context.Context, org surveys.OrgID, id surveys.ID, change func(*notices.Notice) error) error
	RemoveNotice(ctx context.Context, org surveys.OrgID, id surveys.ID) error
	// PublishNotice changes the notice and the survey whose promise it keeps or
	// moves, in one transaction.
	PublishNotice(ctx context.Context, org surveys.OrgID, id surveys.ID,
		publish func(*notices.Notice, *surveys.Survey) error) error

	// AddPublished stores a notice that goes out at once, and what that does to the
	// promise of its survey, in one transaction.
	AddPublished(ctx context.Context, n *notices.Notice, publish func(*notices.Notice, *surveys.Survey) error) error

	ListCompetences(ctx context.Context, org surveys.OrgID) ([]training.Competence, error)
	ListCourses(ctx context.Context, org surveys.OrgID) ([]training.Course, error)
	FindCourse(ctx context.Context, org surveys.OrgID, id string) (*training.Course, error)
	ListDesigns(ctx context.Context, org surveys.OrgID) ([]training.Design, error)
	FindDesign(ctx context.Context, org surveys.OrgID, id surveys.ID) (*training.Design, error)
	// FindDesignRevision is what a recorded decision ordered.
	FindDesignRevision(ctx context.Context, org surveys.OrgID, id surveys.ID, revision int) (*training.Design, error)
	ListDesignRevisions(ctx context.Context, org surveys.OrgID, id surveys.ID) ([]training.Design, error)
	AddDesign(ctx context.Context, d *training.Design) error
	ChangeDesign(ctx context.Context, org surveys.OrgID, id surveys.ID, change func(*training.Design) error) error
	ListEditions(ctx context.Context, org surveys.OrgID) ([]training.Edition, error)
}

// ReleaseStore is what the pages use of the aggregates store: the newest release
// of a survey, which holds every figure that may be seen. FindMemory is for the
// guard alone; AddRelease refuses with ErrChangedMeanwhile when another release
// of the same number came first.
type ReleaseStore interface {
	disclosure.Releases
	// ListHalted gives the surveys that a restore halted, also those resumed since;
	// ChangeHalted resumes one, or halts it again.
	ListHalted(ctx context.Context, org surveys.OrgID) ([]disclosure.Halted, error)
	ChangeHalted(ctx context.Context, org surveys.OrgID, survey surveys.ID, change func(*disclosure.Halted) error) error
	// ListStandings gives how many took part as of the newest release, by survey.
	ListStandings(ctx context.Context, org surveys.OrgID) (map[surveys.ID]disclosure.Standing, error)
	// Halted tells since which day, that of a restore, no release is made; "" when
	// releases go on.
	Halted(ctx context.Context, org surveys.OrgID, survey surveys.ID) (surveys.Date, error)
}

// TextStore is where open answers are read and reviewed: the responses, of which only
// the texts are taken, and what a reviewer made of them.
type TextStore interface {
	responses.Store
	ListReviews(ctx context.Context, org surveys.OrgID, survey surveys.ID, question string) ([]*texts.Review, error)
	ChangeReview(ctx context.Context, org surveys.OrgID, survey surveys.ID, question string, key responses.Key, change texts.Change) error
	// ChangeReviews changes all or none, and tells how many it changed.
	ChangeReviews(ctx context.Context, org surveys.OrgID, survey surveys.ID, question string, keys []responses.Key, change texts.Change) (int, error)
	FindThemes(ctx context.Context, org surveys.OrgID, survey surveys.ID, question string) (*texts.Themes, error)
	ChangeThemes(ctx context.Context, org surveys.OrgID, survey surveys.ID, question string, change func(*texts.Themes) error) error
	// Foresee gives what a publication made now would rest on; PublishThemes stores one.
	Foresee(ctx context.Context, org surveys.OrgID, survey surveys.ID, question string, look func(disclosure.Coding) error) error
	PublishThemes(ctx context.Context, org surveys.OrgID, survey surveys.ID, question string,
		publish func(disclosure.Coding) (*disclosure.Themed, *disclosure.ThemeMemory, error)) error
}
