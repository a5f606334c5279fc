package results_test

import (
	"context"
	"encoding/binary"
	"slices"
	"testing"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
	"weerklank.nl/weerklank/surveys/responses/responsestest"
	"weerklank.nl/weerklank/surveys/results"
)

// readWhole is a town that notes which surveys were read from the store as a whole.
type readWhole struct {
	town
	read []surveys.ID
}

func (w *readWhole) EachStored(ctx context.Context, org surveys.OrgID, s surveys.ID, each func([]responses.Stored) error) error {
	w.read = append(w.read, s)
	return w.town.EachStored(ctx, org, s, each)
}

func TestTheSurveyThatWasNotCountedForLongestGoesFromMemory(t *testing.T) {
	store := &readWhole{town: town{}}
	for n, id := range []surveys.ID{"een", "twee", "drie"} {
		store.town[id] = responsestest.New()
		var list []responses.Response
		for i := range 50 {
			r := responses.Response{Answers: questionnaire.Answers{"area": "north"}}
			binary.BigEndian.PutUint64(r.Key[:], uint64(1000*n+i+1)) //nolint:gosec // a few
			list = append(list, r)
		}
		store.town[id].Put(list...)
	}
	forms := []*questionnaire.Form{everyKind()}
	count := func(e *results.Engine, id surveys.ID) {
		t.Helper()
		table, err := e.Table(t.Context(), &surveys.Survey{ID: id, Breakdowns: []string{"area"}}, forms, "")
		if err != nil || table.Len() != 50 {
			t.Fatalf("%s: %v", id, err)
		}
	}
	alone := results.NewEngine(store, 1<<30)
	count(alone, "een")
	store.read = nil
	engine := results.NewEngine(store, 2*alone.Bytes()) // two of them fit
	for _, id := range []surveys.ID{"een", "twee", "een", "drie", "een", "twee"} {
		count(engine, id)
	}
	if want := []surveys.ID{"een", "twee", "drie", "twee"}; !slices.Equal(store.read, want) {
		t.Errorf("read as a whole were %v, want %v", store.read, want)
	}
}
