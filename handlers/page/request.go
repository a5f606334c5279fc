package page

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/surveys"
)

// Organisations finds the organisation that a host name stands for. With one
// organisation every host name reaches it; from two on an unknown one is
// surveys.ErrNotFound. An empty database is surveys.ErrNotFound too.
type Organisations interface {
	OrganisationByHost(ctx context.Context, host string) (*surveys.Organisation, error)
}

// Accounts finds the member of staff whom a session belongs to, or
// surveys.ErrNotFound.
type Accounts interface {
	FindAccount(ctx context.Context, org surveys.OrgID, id surveys.ID) (*surveys.Account, error)
}

// known is what is read once per request and then passed on.
type known struct {
	org   *surveys.Organisation
	now   time.Time
	lang  Lang
	staff *surveys.Account // with the role that it has on this page

	account *surveys.Account // as it is stored
}

const knownKey = "page.known"

func of(c *gin.Context) *known {
	if v, ok := c.Get(knownKey); ok {
		return v.(*known)
	}
	return &known{lang: surveys.Dutch}
}

// Org is the organisation whose host name was asked. It is shared with other
// requests: read it, never change it.
func Org(c *gin.Context) *surveys.Organisation { return of(c).org }

// Now is the moment of the request, in the organisation's zone. It stays the same
// during the request.
func Now(c *gin.Context) time.Time { return of(c).now }

// Today is the day of the request, in the organisation's zone.
func Today(c *gin.Context) surveys.Date { return surveys.DateOf(of(c).now) }

// Language is the language of the answer: the one asked for by "taal" in the
// address or the form, else the one that a member of staff chose, else Dutch. No
// cookie is set for it: on public pages the links carry it on.
func Language(c *gin.Context) Lang { return of(c).lang }

// Staff is who signed in, or nil. It is known on staff routes only.
func Staff(c *gin.Context) *surveys.Account { return of(c).staff }

// before learns what every page needs to know of a request.
func (k *Kit) before(c *gin.Context) {
	now := k.clock()
	know := &known{now: now.UTC(), lang: surveys.Dutch}
	c.Set(knownKey, know)
	if c.Request.URL.RawQuery != "" && Lang(c.Query("taal")) == surveys.English {
		know.lang = surveys.English
	}
	org, err := k.orgs.byHost(c.Request.Context(), c.Request.Host)
	if err != nil {
		k.Fail(c, err)
		return
	}
	know.org = org
	know.now = now.In(org.Location())
	if !readable(c.Request.URL) {
		k.Fail(c, errNoPage)
	}
}

// readable tells whether an address is text. PostgreSQL takes no NUL and no bytes
// that are not UTF-8, and no address of ours has them.
func readable(u *url.URL) bool {
	if !plainText(u.Path) {
		return false
	}
	for name, values := range u.Query() {
		if !plainText(name) || slices.ContainsFunc(values, func(v string) bool { return !plainText(v) }) {
			return false
		}
	}
	return true
}

func plainText(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// SetLanguage changes the language of this request, for a page whose form says so.
func SetLanguage(c *gin.Context, lang Lang) {
	if lang == surveys.English || lang == surveys.Dutch {
		of(c).lang = lang
	}
}

// keptFor is how long an organisation is remembered: changed settings show within
// it on every instance, and a busy survey does not ask the database at each page.
const keptFor = 2 * time.Second

// mostHosts bounds what is remembered, because anybody can send any host name.
const mostHosts = 64

type organisations struct {
	find  Organisations
	clock func() time.Time
	mu    sync.Mutex
	kept  map[string]keptOrg
}

type keptOrg struct {
	org      *surveys.Organisation
	until    time.Time
	renewing bool // somebody is asking for it anew; the others use it meanwhile
}

func newOrganisations(find Organisations, clock func() time.Time) *organisations {
	return &organisations{find: find, clock: clock, kept: map[string]keptOrg{}}
}

func (o *organisations) byHost(ctx context.Context, host string) (*surveys.Organisation, error) {
	now := o.clock()
	if org := o.remembered(host, now); org != nil {
		return org, nil
	}
	org, err := o.find.OrganisationByHost(ctx, host)
	o.mu.Lock()
	defer o.mu.Unlock()
	last, known := o.kept[host]
	switch {
	case err == nil:
	case known && !errors.Is(err, surveys.ErrNotFound):
		org = last.org // the database is gone: a page that says so names the organisation all the same
	default:
		delete(o.kept, host)
		return nil, fmt.Errorf("find organisation of the host: %w", err)
	}
	if len(o.kept) >= mostHosts {
		clear(o.kept)
	}
	o.kept[host] = keptOrg{org: org, until: now.Add(keptFor)}
	return org, nil
}

// remembered is the organisation, or nil for who has to ask for it.
func (o *organisations) remembered(host string, now time.Time) *surveys.Organisation {
	o.mu.Lock()
	defer o.mu.Unlock()
	kept, ok := o.kept[host]
	switch {
	case !ok:
		return nil
	case now.Before(kept.until), kept.renewing && now.Before(kept.until.Add(keptFor)):
		return kept.org
	}
	kept.renewing = true
	o.kept[host] = kept
	return nil
}

func (o *organisations) forget() {
	o.mu.Lock()
	clear(o.kept)
	o.mu.Unlock()
}

// OrganisationChanged forgets what was remembered, so that changed settings show at once.
func (k *Kit) OrganisationChanged() { k.orgs.forget() }

// NewID is a fresh random key: chance, like the clock, belongs to the handlers.
func NewID() surveys.ID { return surveys.ID(strings.ToLower(rand.Text())) }
