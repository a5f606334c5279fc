package admin_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/handlers/admin"
	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
)

// written is the store of sessions, with what was last written to it.
type written struct {
	*vault.Vault
	times   int
	hash    string
	data    []byte
	expires time.Time
}

func (w *written) SaveSession(ctx context.Context, tokenHash string, data []byte, expires time.Time) error {
	w.times++
	w.hash, w.data, w.expires = tokenHash, data, expires
	return w.Vault.SaveSession(ctx, tokenHash, data, expires)
}

func TestAPageThatIsReadStoresTheSessionOnlyOnceInSomeMinutes(t *testing.T) {
	h := open(t)
	store := &written{Vault: h.vault}
	kit, err := page.New(page.Options{Organisations: h.vault, Accounts: h.vault, Sessions: store, Clock: func() time.Time { return h.now }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	router := kit.Router()
	pages := kit.Pages(router)
	admin.Mount(pages, kit, admin.Deps{Store: h.vault, Surveys: h.surveys, Keys: [][32]byte{{1}}})
	kit.Staff(pages).GET("/beheer", surveys.ReadOverview, func(c *gin.Context) error {
		c.String(http.StatusOK, "overzicht")
		return nil
	})
	server := httptest.NewServer(router)
	t.Cleanup(server.Close)
	h.kit, h.router, h.url = kit, router, server.URL

	v := h.visitor()
	v.signIn(surveys.ProgrammeManager)
	look := func() {
		t.Helper()
		resp, body := v.get("/beheer")
		hasStatus(t, resp, http.StatusOK)
		has(t, body, "overzicht")
	}
	signedIn := store.times
	for range 3 {
		look()
	}
	if store.times != signedIn {
		t.Errorf("three pages stored the session %d times", store.times-signedIn)
	}
	if left := time.Until(store.expires); left > 2*time.Hour || left < 115*time.Minute {
		t.Errorf("a session that nobody uses ends after %v", left)
	}

	deadline, values, err := scs.GobCodec{}.Decode(store.data)
	if err != nil {
		t.Fatal(err)
	}
	values["used"] = time.Now().Add(-6 * time.Minute).Unix()
	old, err := scs.GobCodec{}.Encode(deadline, values)
	if err != nil {
		t.Fatal(err)
	}
	soon := time.Now().Add(time.Hour)
	if err := h.vault.SaveSession(t.Context(), store.hash, old, soon); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		look()
	}
	if store.times != signedIn+1 || !store.expires.After(soon) {
		t.Errorf("one that was last stored six minutes ago was stored %d times, until %v", store.times-signedIn, store.expires)
	}
}
