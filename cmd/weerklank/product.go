package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"weerklank.nl/weerklank/cmd/weerklank/internal/templates"
	"weerklank.nl/weerklank/handlers/admin"
	"weerklank.nl/weerklank/handlers/jobs"
	"weerklank.nl/weerklank/handlers/manage"
	"weerklank.nl/weerklank/handlers/metrics"
	"weerklank.nl/weerklank/handlers/page"
	"weerklank.nl/weerklank/handlers/public"
	"weerklank.nl/weerklank/handlers/respond"
	"weerklank.nl/weerklank/storage/aggregates"
	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/keyfile"
	"weerklank.nl/weerklank/storage/ledger"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/disclosure"
	"weerklank.nl/weerklank/surveys/notices/channel/smtp"
	"weerklank.nl/weerklank/surveys/responses"
)

// product is everything, wired: the stores, the grouped writer, the pages, the clock.
type product struct {
	database   *db.DB
	vault      *vault.Vault
	programme  *programme.Programme
	answers    *answers.Answers
	ledger     *ledger.Ledger
	aggregates *aggregates.Aggregates
	counts     *disclosure.Engine
	writer     *answers.Writer
	keys       *responses.Keys
	clock      *jobs.Clock
	inviting   *jobs.Inviting // nil when nothing is mailed
	kit        *page.Kit
	router     *gin.Engine
	listener   net.Listener
	meter      *metrics.Meter // nil without --metrics
	metered    net.Listener
	url        string
	now        func() time.Time
	mail       *smtp.Sender // nil when nothing is mailed
	vaultKeys  [][32]byte
	synced     func() bool // whether a time server keeps the clock; nil: it is believed whatever it says
	log        *slog.Logger
}

// newProduct wires the pages to an open, migrated database, takes the listening
// address and starts the grouped writer. Serve it; that closes it.
func newProduct(ctx context.Context, database *db.DB, keys *keyfile.Ring, s serving, now func() time.Time, log *slog.Logger) (*product, error) {
	sender, err := s.sender()
	if err != nil {
		return nil, err
	}
	listener, err := listen(ctx, s.Listen, "--listen")
	if err != nil {
		return nil, err
	}
	if listener, err = s.wrapped(listener, log); err != nil {
		return nil, err
	}
	p := &product{
		database: database, now: now, log: log, listener: listener, mail: sender, vaultKeys: keys.Vault(), synced: s.synced,
		url:   publicURL(s.URL, listener.Addr(), s.on()),
		vault: vault.New(database), programme: programme.New(database), aggregates: aggregates.New(database, keys.Memory()),
	}
	p.ledger = ledger.New(database)
	p.answers = answers.New(database, p.programme).WithBallots(p.ledger, ledger.Ballots, vault.Contacts).WithThemes(p.aggregates)
	p.counts = disclosure.NewEngine(p.answers, 0)
	if p.writer, err = answers.NewWriter(ctx, p.answers); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	if err = p.measure(ctx, s.Metrics); err == nil {
		p.keys, err = keys.Responses()
	}
	if err == nil {
		p.inviting = p.invitationMailing()
		err = p.mount(s)
	}
	if err != nil {
		return nil, errors.Join(err, p.stopListening(), p.writer.Close(ctx))
	}
	p.clock = jobs.New(jobs.Deps{
		Programme: p.programme, Vault: p.vault, Answers: p.answers, Counts: p.counts, Releases: p.aggregates,
		Turns: database, Holder: string(page.NewID()), Now: now, Log: log, Ran: p.ran(), Accounts: p.accountMailing(), Erasing: p.erasing(), Watch: p.watch(), Alarm: p.alarm(),
	})
	return p, nil
}

// invitationMailing is what sends invitations and reminders, or nil without a mail server.
func (p *product) invitationMailing() *jobs.Inviting {
	if p.mail == nil {
		return nil
	}
	i := &jobs.Inviting{
		Ledger: p.ledger, Programme: p.programme, Notices: p.programme, Contacts: p.vault, Vault: p.vault, Turns: p.database, Mailer: p.mail, Keys: p.keys,
		Text:   func(lang surveys.Lang, key string, args map[string]any) string { return p.kit.Text(lang, key, args) },
		Holder: string(page.NewID()), Now: p.now, Log: p.log, Watch: p.watch(),
	}
	return i.Start()
}

// alarm is what tells of unusual days, by mail where there is a mail server.
func (p *product) alarm() *jobs.Alarm {
	a := &jobs.Alarm{Days: p.programme, Trail: p.vault, Accounts: p.vault}
	if p.mail != nil {
		a.Mail = p.vault
	}
	return a
}

// watch is what looks whether the clock can be believed, or nil.
func (p *product) watch() *jobs.Watch {
	if p.synced == nil {
		return nil
	}
	return &jobs.Watch{Store: p.database, Synced: p.synced}
}

func (p *product) wakeInviting() {
	if p.inviting != nil {
		p.inviting.Wake()
	}
}

// accountMailing is what sends invitations and links to staff, or nil without a mail
// server.
func (p *product) accountMailing() *jobs.AccountMailing {
	if p.mail == nil {
		return nil
	}
	return &jobs.AccountMailing{
		Mails: p.vault, Mailer: p.mail, Text: p.kit.Text, URL: p.url,
		Link: func(ctx context.Context, org surveys.OrgID, account surveys.ID, now time.Time) (string, error) {
			return admin.NewSetupLink(ctx, p.vault, org, account, now)
		},
	}
}

// listen takes an address; flag is how another is chosen.
func listen(ctx context.Context, address, flag string) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, told{key: "cli.cannot_listen", args: map[string]any{"Address": address, "Why": err.Error(), "Flag": flag}}
	}
	return listener, nil
}

// measure takes the address at which the metrics are read, if there is one.
func (p *product) measure(ctx context.Context, address string) (err error) {
	if address == "" {
		return nil
	}
	p.meter = metrics.New(p.writer.Waiting)
	p.metered, err = listen(ctx, address, "--metrics")
	return err
}

// ran is who hears of the works of the clock, or nil.
func (p *product) ran() func(work string, err error) {
	if p.meter == nil {
		return nil
	}
	return func(work string, err error) { p.meter.Job(work, p.now(), err) }
}

// answered is who hears of the requests, or nil.
func (p *product) answered() func(route string, status int) {
	if p.meter == nil {
		return nil
	}
	return p.meter.Request
}

func (p *product) stopListening() error {
	err := p.listener.Close()
	if p.metered != nil {
		err = errors.Join(err, p.metered.Close())
	}
	return err
}

// mount mounts every audience.
func (p *product) mount(s serving) error {
	kit, err := page.New(page.Options{
		Organisations: p.vault, Accounts: p.vault, Sessions: p.vault, Clock: p.now,
		HTTPS: strings.HasPrefix(p.url, "https://"), Proxies: s.TrustProxy, Log: p.log, Answered: p.answered(),
	})
	if err != nil {
		return err
	}
	router := kit.Router()
	public.Health(router, p.ready)
	pages := kit.Pages(router)
	public.Mount(pages, kit, p.programme)
	respondents := respond.Deps{
		Programme: p.programme, Owners: p.vault, Answers: p.answers, Submitter: p.writer, Ballots: p.ledger, Named: p.answers, Keys: p.keys, Log: p.log, Flood: s.Flood,
	}
	if p.mail != nil {
		respondents.Contacts = p.vault
	}
	try := respond.Mount(pages, kit, respondents)
	kit.OfSurvey(p.surveyOf)
	admin.Mount(pages, kit, admin.Deps{Store: p.vault, Surveys: p.programme, Keys: p.vaultKeys, Mails: p.mail != nil})
	manage.Mount(pages, kit, manage.Deps{
		Ask: p.programme, Accounts: p.vault, Learn: p.programme, Releases: p.aggregates, Texts: p.answers, Counts: p.counts, NewID: page.NewID,
		Try: try, Ledger: p.ledger, Ballots: p.keys, Mails: p.mail != nil, Wake: p.wakeInviting, Named: p.answers, Readings: p.vault, Mailings: p.vault,
		Clock: p.database, Synced: p.synced,
	})
	p.kit, p.router = kit, router
	return nil
}

// ready tells whether people can be helped: the database answers and is migrated.
func (p *product) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	migrated, err := p.database.Migrated(ctx)
	if err == nil && !migrated {
		err = errors.New("the database is not migrated")
	}
	return err
}

// serve serves, with the clock running, until ctx ends; then everything that was
// taken on is stored and answered.
func (p *product) serve(ctx context.Context, t *terminal) error {
	t.say("cli.serving", map[string]any{"Address": p.url})
	ticking, stop := context.WithCancel(ctx)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		p.clock.Run(ticking)
	}()
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		if p.inviting != nil {
			p.inviting.Run(ticking)
		}
	}()
	if p.meter != nil {
		go func() {
			if err := p.meter.Serve(ticking, p.metered); err != nil {
				p.log.Error("metrics", "error", err) // people are helped all the same
			}
		}()
	}
	err := listenAndServe(ctx, p.listener, p.router, p.log)
	stop()
	<-stopped
	<-sent
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	return errors.Join(err, p.writer.Close(drain))
}

// welcome makes the organisation at the first start, and prints the link for the
// first administrator as long as nobody can administer it.
func (p *product) welcome(ctx context.Context, t *terminal) error {
	org, err := firstOrganisation(ctx, p.vault, t, p.url)
	if err != nil {
		return err
	}
	if err := templates.Add(ctx, p.programme, org.ID); err != nil {
		return err
	}
	path, err := admin.FirstLink(ctx, p.vault, org.ID, p.now())
	if err != nil || path == "" {
		return err
	}
	t.say("cli.first_link", map[string]any{"Link": p.url + path})
	return nil
}
