package respond_test

import (
	"net/http"
	"path"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/page/pagetest"
	"weerklank.nl/weerklank/handlers/respond"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/questionnaire"
)

func TestATrialIsWalkedToItsEndAndStoresNothing(t *testing.T) {
	w := givenTown(t, dbtest.Open(t, dbtest.SQLite(t)))
	form, problems := questionnaire.Compile(definition(t, balie))
	if form == nil {
		t.Fatal(problems)
	}
	try := respond.Trial(w.kit, respond.Deps{Programme: w.programme, Owners: pagetest.Accounts{}, Answers: w.answers, Keys: w.keys})
	handle := w.kit.Handle(func(c *gin.Context) error { return try(c, form, surveys.Text{NL: "Balie", EN: "Counter"}) })
	pages := w.kit.Pages(w.router.(*gin.Engine))
	pages.GET("/proef/balie", handle)
	pages.POST("/proef/balie", handle)

	a := w.get("/proef/balie")
	if a.code != http.StatusOK || !strings.Contains(a.heading(), "Balie") || !strings.Contains(a.heading(), "Proef") {
		t.Fatalf("first page: %d %s", a.code, a.heading())
	}
	if action := a.Find("form").First().AttrOr("action", ""); path.Clean(action) != "/proef/balie" {
		t.Errorf("its forms post to %s", action)
	}
	a = w.post("/proef/balie", a.form())
	for range 20 {
		if a.receipt() != "" {
			break
		}
		button := "volgende"
		if a.Find(`button[value="versturen"]`).Length() > 0 {
			button = "versturen"
		}
		form := a.form()
		form.Set("ga", button)
		if a.Find(`input[name="kanaal"]`).Length() > 0 {
			form.Set("kanaal", "online")
		}
		a = w.post("/proef/balie", form)
	}
	if a.receipt() == "" {
		t.Fatalf("the trial ends at %s", a.heading())
	}
	stored := 0
	must(t, w.db.Reader().Get(t.Context(), &stored, `SELECT COUNT(*) FROM responses`))
	if stored != 0 {
		t.Errorf("%d responses were stored", stored)
	}
}
