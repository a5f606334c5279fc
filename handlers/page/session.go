package page

import (
	"context"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/surveys"
)

// Sessions of staff. Public and respondents' pages have none and set no cookie.
const (
	sessionLife = 12 * time.Hour // a working day; then one signs in again
	sessionIdle = 2 * time.Hour
	// How old the last use that is stored may be. Storing each use would make every
	// page wait for the disk, and on SQLite behind those who submit.
	sessionFresh = 5 * time.Minute
)

const (
	sessionAccount = "account"
	sessionSignIn  = "sign_in"
	sessionHalf    = "half" // whose password was right, and who still owes the second step
	sessionHalfAt  = "half_at"
	sessionStamp   = "stamp"
	sessionFlash   = "flash"
	sessionLang    = "lang"
	sessionUsed    = "used" // the moment of the last use that was stored
)

// sessionNewName is set in a request that makes the session somebody's.
const sessionNewName = "page.session.new"

// flash is a message that waits for the next page, as a key so that it is worded
// in the language of that page.
type flash struct {
	Key  string
	Args map[string]any
}

func init() {
	gob.Register(flash{})
	gob.Register(surveys.Date(""))
}

// Sessions keeps what staff sessions hold, under the hash of the cookie's token.
type Sessions interface {
	// FindSession is what was saved and has not expired by now; found is false
	// where there is nothing.
	FindSession(ctx context.Context, tokenHash string, now time.Time) (data []byte, found bool, err error)
	// SaveSession stores or replaces it until the moment at which it expires.
	SaveSession(ctx context.Context, tokenHash string, data []byte, expires time.Time) error
	// DeleteSession forgets it; that it is not there is no error.
	DeleteSession(ctx context.Context, tokenHash string) error

	// AddSignIn stores where somebody signed in. A session whose sign-in has ended is
	// over, whoever holds its cookie.
	AddSignIn(ctx context.Context, s *surveys.SignIn) error
	SignInLasts(ctx context.Context, org surveys.OrgID, account, id surveys.ID, now time.Time) (bool, error)
	EndSignIn(ctx context.Context, org surveys.OrgID, account, id surveys.ID) error
}

func newSessions(store Sessions, https bool) *scs.SessionManager {
	sm := scs.New()
	sm.Store = sessionStore{store}
	sm.HashTokenInStore = true
	sm.Lifetime = sessionLife
	// No IdleTimeout: with one, scs stores a session at each use. See sessionFresh.
	sm.Cookie.Name = "weerklank"
	sm.Cookie.HttpOnly = true
	sm.Cookie.Path = "/"
	sm.Cookie.Persist = false
	sm.Cookie.SameSite = http.SameSiteLaxMode
	if https {
		sm.Cookie.Name = "__Host-weerklank"
		sm.Cookie.Secure = true
	}
	return sm
}

// sessionStore lets scs use Sessions. It tells the time by the real clock, as scs
// does, and not by that of the kit: a session is no part of the story.
type sessionStore struct{ Sessions }

func (s sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	return s.FindSession(ctx, token, time.Now().UTC())
}

func (s sessionStore) CommitCtx(ctx context.Context, token string, data []byte, expires time.Time) error {
	if idle := time.Now().Add(sessionIdle); idle.Before(expires) {
		expires = idle
	}
	return s.SaveSession(surveys.WithoutAct(ctx), token, data, expires.UTC())
}

func (s sessionStore) DeleteCtx(ctx context.Context, token string) error {
	return s.DeleteSession(surveys.WithoutAct(ctx), token)
}

// Find, Commit and Delete are what scs calls where it has no context; it has one here.

func (s sessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

func (s sessionStore) Commit(token string, data []byte, expires time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expires)
}

func (s sessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// session loads the session of a staff request, and stores it before the answer
// begins when it changed or when its last stored use is some minutes ago.
func (k *Kit) session(c *gin.Context) {
	if k.sessions == nil {
		return
	}
	token := ""
	if cookie, err := c.Request.Cookie(k.sessions.Cookie.Name); err == nil {
		token = cookie.Value
	}
	ctx, err := k.sessions.Load(c.Request.Context(), token)
	if err != nil {
		k.Fail(c, fmt.Errorf("load session: %w", err))
		return
	}
	c.Request = c.Request.WithContext(ctx)
	c.Header("Vary", "Cookie")
	w := &sessionWriter{ResponseWriter: c.Writer, kit: k, c: c}
	c.Writer = w
	if used, _ := k.sessions.Get(ctx, sessionUsed).(int64); k.sessions.Token(ctx) != "" && time.Since(time.Unix(used, 0)) > sessionFresh {
		k.sessions.Put(ctx, sessionUsed, time.Now().Unix())
	}
	know := of(c)
	if lang := k.sessions.GetString(ctx, sessionLang); lang != "" && c.Query("taal") == "" {
		know.lang = Lang(lang)
	}
	if id := k.sessions.GetString(ctx, sessionAccount); id != "" && know.org != nil {
		account, err := k.accounts.FindAccount(ctx, know.org.ID, surveys.ID(id))
		switch {
		case err == nil && account.Active && k.sessions.GetString(ctx, sessionStamp) == stampOf(account):
			lasts, err := k.signIns.SignInLasts(ctx, know.org.ID, account.ID, SignedIn(k, c), time.Now().UTC())
			if err != nil {
				k.Fail(c, fmt.Errorf("find the sign-in: %w", err))
				return
			}
			if lasts {
				know.staff, know.account = account, account
			}
		case err == nil || StatusOf(err) == http.StatusNotFound:
			// switched off, removed, or another password since: as if never signed in
		default:
			k.Fail(c, fmt.Errorf("find who signed in: %w", err))
			return
		}
	}
	c.Next()
	w.commit()
}

// sessionWriter stores the session just before the first byte of the answer, so
// that nobody is told to be signed in who is not.
type sessionWriter struct {
	gin.ResponseWriter
	kit  *Kit
	c    *gin.Context
	done bool
	gone bool // another answer was given in place of the one that is written
}

func (w *sessionWriter) commit() {
	if w.done {
		return
	}
	w.done = true
	sm, ctx := w.kit.sessions, w.c.Request.Context()
	switch sm.Status(ctx) {
	case scs.Modified:
		sm.Put(ctx, sessionUsed, time.Now().Unix())
		token, expiry, err := sm.Commit(ctx)
		if err != nil {
			w.unstored(fmt.Errorf("store session: %w", err))
			return
		}
		sm.WriteSessionCookie(ctx, w.ResponseWriter, token, expiry)
	case scs.Destroyed:
		sm.WriteSessionCookie(ctx, w.ResponseWriter, "", time.Time{})
	}
}

// unstored answers that it failed, where somebody would go on as who they are not.
// What else a session holds (that it was used, a message, the language) is not worth
// losing a page that is there, or doing twice what was done.
func (w *sessionWriter) unstored(err error) {
	if !w.c.GetBool(sessionNewName) || w.Status() >= http.StatusBadRequest {
		if !Left(w.c, err) {
			w.kit.log.Warn("session not stored", "route", w.c.FullPath(), "err", err.Error())
		}
		return
	}
	w.Header().Del("Location")
	w.Header().Del("Content-Encoding")
	of(w.c).staff, of(w.c).account = nil, nil
	w.c.Writer = w.ResponseWriter
	w.kit.Fail(w.c, err)
	w.gone = true
}

func (w *sessionWriter) Write(b []byte) (int, error) {
	if w.commit(); w.gone {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

func (w *sessionWriter) WriteString(s string) (int, error) {
	if w.commit(); w.gone {
		return len(s), nil
	}
	return w.ResponseWriter.WriteString(s)
}

func (w *sessionWriter) WriteHeaderNow() {
	if w.commit(); !w.gone {
		w.ResponseWriter.WriteHeaderNow()
	}
}

// renew gives the session a new name, because it becomes somebody's. From here on the
// answer waits for it to be stored.
func (k *Kit) renew(c *gin.Context) error {
	c.Set(sessionNewName, true)
	if err := k.sessions.RenewToken(c.Request.Context()); err != nil {
		return fmt.Errorf("renew session: %w", err)
	}
	return nil
}

// SignIn makes this session the account's. The session gets a new name first, so
// that one planted before cannot be used afterwards. The server keeps that it is
// signed in, so that it can be ended from elsewhere.
func (k *Kit) SignIn(c *gin.Context, account *surveys.Account) error {
	ctx := c.Request.Context()
	if old := SignedIn(k, c); old != "" { // the same browser signs in once more
		if err := k.signIns.EndSignIn(surveys.WithoutAct(ctx), account.Org, account.ID, old); err != nil {
			return err
		}
	}
	if err := k.renew(c); err != nil {
		return err
	}
	now := time.Now().UTC() // as the sessions themselves: see sessionStore
	place := &surveys.SignIn{ID: NewID(), Org: account.Org, Account: account.ID, Device: deviceOf(c.Request.UserAgent()), At: now, ExpiresAt: now.Add(sessionLife)}
	if err := k.signIns.AddSignIn(actBy(ctx, account), place); err != nil {
		return err
	}
	k.sessions.Remove(ctx, sessionHalf)
	k.sessions.Remove(ctx, sessionHalfAt)
	k.sessions.Put(ctx, sessionAccount, string(account.ID))
	k.sessions.Put(ctx, sessionSignIn, string(place.ID))
	k.sessions.Put(ctx, sessionStamp, stampOf(account))
	k.sessions.Put(ctx, sessionLang, string(account.Language))
	know := of(c)
	know.staff, know.account = account, account
	return nil
}

// halfLife is how long somebody has for the second step.
const halfLife = 10 * time.Minute

// HalfSignIn keeps that the password of the account was right, until the second step
// is taken: nothing opens with it.
func (k *Kit) HalfSignIn(c *gin.Context, account *surveys.Account) error {
	ctx := c.Request.Context()
	if err := k.renew(c); err != nil {
		return err
	}
	k.sessions.Put(ctx, sessionHalf, string(account.ID)+" "+stampOf(account))
	k.sessions.Put(ctx, sessionHalfAt, Now(c).Unix())
	return nil
}

// HalfSignedIn is whose password was right a moment ago, or "".
func (k *Kit) HalfSignedIn(c *gin.Context) surveys.ID {
	ctx := c.Request.Context()
	id, _, _ := strings.Cut(k.sessions.GetString(ctx, sessionHalf), " ")
	at, _ := k.sessions.Get(ctx, sessionHalfAt).(int64)
	if id == "" || Now(c).Sub(time.Unix(at, 0)) > halfLife {
		return ""
	}
	return surveys.ID(id)
}

// HalfStands tells whether the account still has the password that was right.
func (k *Kit) HalfStands(c *gin.Context, account *surveys.Account) bool {
	return k.sessions.GetString(c.Request.Context(), sessionHalf) == string(account.ID)+" "+stampOf(account)
}

// SignedIn is the key of the sign-in that this session belongs to, or "".
func SignedIn(k *Kit, c *gin.Context) surveys.ID {
	return surveys.ID(k.sessions.GetString(c.Request.Context(), sessionSignIn))
}

// stampOf changes with the password, so that a new one ends every session that was
// begun with the old one.
func stampOf(account *surveys.Account) string {
	sum := sha256.Sum256([]byte(account.PasswordHash))
	return hex.EncodeToString(sum[:8])
}

// SignOut ends the session for good.
func (k *Kit) SignOut(c *gin.Context) error {
	if know := of(c); know.staff != nil {
		if err := k.signIns.EndSignIn(actBy(c.Request.Context(), know.staff), know.staff.Org, know.staff.ID, SignedIn(k, c)); err != nil {
			return err
		}
		know.staff, know.account = nil, nil
	}
	if err := k.sessions.Destroy(c.Request.Context()); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// KeepLanguage remembers the language that a member of staff chose, until they sign out.
func (k *Kit) KeepLanguage(c *gin.Context, lang Lang) {
	k.sessions.Put(c.Request.Context(), sessionLang, string(lang))
}

// SeeOther answers a POST that succeeded: 303 to a path of ours, where the text of
// flashKey is said once, filled in with args (a name and a value in turn: whole
// numbers, days and strings). Without a flashKey nothing is said. For staff pages;
// a respondent's page answers a POST with the next page itself.
func (k *Kit) SeeOther(c *gin.Context, path, flashKey string, args ...any) error {
	if flashKey != "" && k.sessions != nil {
		m, err := pairs(args)
		if err != nil {
			return fmt.Errorf("flash %s: %w", flashKey, err)
		}
		k.sessions.Put(c.Request.Context(), sessionFlash, flash{flashKey, m})
	}
	c.Redirect(http.StatusSeeOther, path)
	return nil
}

// takeFlash is the message that waits, once.
func (k *Kit) takeFlash(c *gin.Context) template.HTML {
	if k.sessions == nil || c.Request.Method != http.MethodGet {
		return ""
	}
	f, ok := k.sessions.Pop(c.Request.Context(), sessionFlash).(flash)
	if !ok {
		return ""
	}
	return k.catalogue.html(Language(c), f.Key, f.Args)
}
