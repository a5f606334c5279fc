package disclosure

import (
	"context"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/results"
)

// Engine keeps the answers of surveys in memory, to count them for releases. What
// it holds is raw, and nothing of it comes out but through the guard. It is safe for
// concurrent use.
type Engine struct {
	engine *results.Engine
}

// NewEngine makes an engine on the store of responses. It keeps at most so many
// bytes of answers, 0 for the usual bound; what was not used for longest goes first.
func NewEngine(store responses.Store, most int64) *Engine {
	if most == 0 {
		most = results.DefaultBytes
	}
	return &Engine{results.NewEngine(store, most)}
}

// Damaged names the responses of a survey of which the stored answers cannot be
// read, by the beginning of their random keys, for the log and for who mends them.
// They are in no figure.
func (e *Engine) Damaged(ctx context.Context, s *surveys.Survey, forms []*questionnaire.Form) ([]string, error) {
	t, err := e.engine.Table(ctx, s, forms, "")
	if err != nil {
		return nil, err
	}
	return t.Damaged(), nil
}

// Forget lets go of the answers of a survey that were deleted.
func (e *Engine) Forget(s *surveys.Survey) { e.engine.Forget(s.Org, s.ID) }
