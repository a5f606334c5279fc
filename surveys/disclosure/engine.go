package disclosure

import (
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
