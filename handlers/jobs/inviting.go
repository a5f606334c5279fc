package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/notices/channel"
	"weerklank.nl/weerklank/surveys/questionnaire"
	"weerklank.nl/weerklank/surveys/responses"
)

// Ledger is what sending uses of the participation ledger.
type Ledger interface {
	SendingInvitations(ctx context.Context) ([]responses.Invitations, error)
	FindInvitations(ctx context.Context, org surveys.OrgID, survey surveys.ID) (*responses.Invitations, error)
	Claim(ctx context.Context, org surveys.OrgID, survey surveys.ID, holder string, now time.Time, most int) ([]responses.Invitee, error)
	Settle(ctx context.Context, org surveys.OrgID, survey surveys.ID, holder string, attempts []responses.Attempt, note func(*responses.Invitations)) error
	Abandoned(ctx context.Context, holder string) (int64, error)
	StopSending(ctx context.Context, org surveys.OrgID, survey surveys.ID) error
	ChangeInvitations(ctx context.Context, org surveys.OrgID, survey surveys.ID, change func(*responses.Invitations) (queue bool, err error)) error
}

// Inviting sends invitations, reminders, and published notices to those who asked for
// them. One instance at a time does, by a lease. It knows who is written to and never who
// took part; nothing that it stores or logs holds a ballot or the address of a contact,
// which are made and opened in memory for each message and forgotten.
type Inviting struct {
	Ledger    Ledger
	Programme Programme
	Notices   Notices
	Contacts  Contacts
	Vault     Vault
	Turns     Turns
	Mailer    Mailer
	Keys      *responses.Keys
	Text      func(lang surveys.Lang, key string, args map[string]any) string
	Holder    string
	Now       func() time.Time
	Log       *slog.Logger
	Watch     *Watch // nil: the clock is believed whatever it says

	wake   chan struct{}
	leads  bool
	leased time.Time // when the lease was last renewed
}

// Times and bounds of sending.
const (
	inviting    = "inviting"       // the lease
	invites     = 90 * time.Second // how long a sender that died is waited for
	renews      = 15 * time.Second
	looksEvery  = 5 * time.Second
	claimAtOnce = 5 // messages that may be unsure after a crash
	afterFault  = time.Minute
)

// Start makes it ready to be woken. It is called once, before Run.
func (i *Inviting) Start() *Inviting {
	i.wake = make(chan struct{}, 1)
	return i
}

// Wake tells that there may be something to send now.
func (i *Inviting) Wake() {
	select {
	case i.wake <- struct{}{}:
	default:
	}
}

// Run sends what is due until ctx ends.
func (i *Inviting) Run(ctx context.Context) {
	ticker := time.NewTicker(looksEvery)
	defer ticker.Stop()
	for {
		if err := i.Send(ctx); err != nil && ctx.Err() == nil {
			i.Log.Error("invitations", "error", err)
		}
		select {
		case <-ctx.Done():
			if i.leads {
				_ = i.Turns.Release(context.WithoutCancel(ctx), inviting, i.Holder)
			}
			return
		case <-ticker.C:
		case <-i.wake:
		}
	}
}

// errNotLeading says that another instance sends now.
var errNotLeading = errors.New("another instance sends invitations")

// lead renews the lease. When it was not ours before, whatever others had begun to send
// is unsure from now on. A clock that jumped leads to nothing: what is queued waits.
func (i *Inviting) lead(ctx context.Context) error {
	now := i.Now()
	if i.leads && now.Sub(i.leased) < renews && !now.Before(i.leased) {
		return nil
	}
	jumped, err := i.Watch.jumped(ctx, now)
	if err != nil {
		return err
	}
	if jumped {
		i.leads = false
		return errNotLeading
	}
	mine, err := i.Turns.Lease(ctx, inviting, i.Holder, now, now.Add(invites))
	if err != nil {
		return err
	}
	if !mine {
		i.leads = false
		return errNotLeading
	}
	if !i.leads {
		if _, err := i.Ledger.Abandoned(ctx, i.Holder); err != nil {
			return err
		}
		if err := i.Contacts.AbandonedDeliveries(ctx, i.Holder); err != nil {
			return err
		}
	}
	i.leads, i.leased = true, now
	return nil
}

// Send sends everything that is due now, when this instance is the one that sends.
func (i *Inviting) Send(ctx context.Context) error {
	err := i.lead(ctx)
	if errors.Is(err, errNotLeading) {
		return nil
	}
	if err != nil {
		return err
	}
	err = errors.Join(i.announce(ctx), i.sendDue(ctx))
	if errors.Is(err, errNotLeading) {
		return nil
	}
	return err
}

// sendDue sends what is due of all invitations and all notices.
func (i *Inviting) sendDue(ctx context.Context) error {
	due, err := i.Ledger.SendingInvitations(ctx)
	if err != nil {
		return err
	}
	told, err := i.Contacts.SendingMailings(ctx)
	if err != nil || len(due)+len(told) == 0 {
		return err
	}
	orgs, err := i.Vault.ListOrganisations(ctx)
	if err != nil {
		return err
	}
	var faults []error
	for o := range orgs {
		for n := range due {
			if orgs[o].ID == due[n].Org && ctx.Err() == nil {
				faults = append(faults, i.invite(ctx, &due[n], &orgs[o]))
			}
		}
		for n := range told {
			if orgs[o].ID == told[n].Org && ctx.Err() == nil {
				faults = append(faults, i.tell(ctx, &told[n], &orgs[o]))
			}
		}
	}
	return errors.Join(faults...)
}

// round is a list of messages that go out one after the other.
type round interface {
	// claim takes a few that are due, durably, for this instance.
	claim(ctx context.Context, most int) ([]responses.Invitee, error)
	// goesOn is looked at for each message: may it still go out?
	goesOn(ctx context.Context, now time.Time) (bool, error)
	// message is what one of those that were claimed gets.
	message(to *responses.Invitee) (channel.Message, error)
	// settle records what became of what was claimed, and tells whether the next may follow.
	settle(ctx context.Context, attempts []responses.Attempt, sent, refused int, why string) (goOn bool, err error)
	// stop ends a round that may not go on.
	stop(ctx context.Context) error
}

// letter is what all messages of a round have in common.
type letter struct {
	list     *responses.Invitations
	survey   *surveys.Survey
	org      *surveys.Organisation
	informal bool
}

// invite sends what is due of the invitations of a survey.
func (i *Inviting) invite(ctx context.Context, list *responses.Invitations, org *surveys.Organisation) error {
	s, informal, err := i.surveyOf(ctx, list.Org, list.Survey)
	if err != nil {
		return err
	}
	return i.sendAll(ctx, &invitationRound{i, &letter{list, s, org, informal}})
}

// surveyOf finds a survey, and whether it speaks to officials about themselves.
func (i *Inviting) surveyOf(ctx context.Context, org surveys.OrgID, id surveys.ID) (s *surveys.Survey, informal bool, err error) {
	s, err = i.Programme.FindSurvey(ctx, org, id)
	if err != nil {
		return nil, false, err
	}
	v, err := i.Programme.FindVersion(ctx, s.Org, s.Questionnaire, s.Version)
	if err != nil {
		return nil, false, err
	}
	var d questionnaire.Definition
	if err := json.Unmarshal(v.Definition, &d); err != nil {
		return nil, false, fmt.Errorf("read version %d of questionnaire %s: %w", s.Version, s.Questionnaire, err)
	}
	return s, d.AboutThemselves(), nil
}

func (i *Inviting) sendAll(ctx context.Context, r round) error {
	for ctx.Err() == nil {
		if err := i.lead(ctx); err != nil {
			return err
		}
		people, err := r.claim(ctx, claimAtOnce)
		if err != nil || len(people) == 0 {
			return err
		}
		goOn, err := i.sendSome(ctx, r, people)
		if err != nil || !goOn {
			return err
		}
	}
	return nil
}

// sendSome sends claimed messages, one after the other, and records what became of them.
// It tells whether the next ones may follow.
func (i *Inviting) sendSome(ctx context.Context, r round, people []responses.Invitee) (goOn bool, err error) {
	attempts := make([]responses.Attempt, 0, len(people))
	sent, refused := 0, 0
	why := ""
	goOn = true
	for n := range people {
		if !goOn {
			attempts = append(attempts, responses.Attempt{Invitee: people[n].ID, State: responses.Queued})
			continue
		}
		// Looked at again for each message: the survey may have closed since it was queued.
		now := i.Now()
		if err := i.lead(ctx); err != nil { // looks at the clock before it is believed that the survey closed
			goOn = false
			attempts = append(attempts, responses.Attempt{Invitee: people[n].ID, State: responses.Queued})
			continue
		}
		may, err := r.goesOn(ctx, now)
		if err != nil || !may {
			goOn = false
			attempts = append(attempts, responses.Attempt{Invitee: people[n].ID, State: responses.Queued})
			if err == nil {
				why = "closed"
			}
			continue
		}
		message, err := r.message(&people[n])
		if errors.Is(err, responses.ErrKeyGone) {
			goOn, why = false, responses.WhyKeys
			attempts = append(attempts, responses.Attempt{Invitee: people[n].ID, State: responses.Queued})
			continue
		}
		if err != nil {
			return false, err
		}
		out := i.Mailer.Send(ctx, message)
		switch out.State {
		case channel.Sent:
			sent++
			attempts = append(attempts, responses.Attempt{Invitee: people[n].ID, State: responses.Delivered})
		case channel.Refused:
			refused++
			attempts = append(attempts, responses.Attempt{Invitee: people[n].ID, State: responses.Failed, Reason: string(out.Reason)})
		case channel.Unknown:
			attempts = append(attempts, responses.Attempt{Invitee: people[n].ID, State: responses.Unsure, Reason: string(out.Reason)})
		default:
			goOn = !out.Everybody
			if out.Everybody { // the server's trouble is nobody's failed try
				attempts = append(attempts, responses.Attempt{Invitee: people[n].ID, State: responses.Queued, DueAt: now.Add(max(out.After, afterFault)).UTC()})
				continue
			}
			attempts = append(attempts, responses.Retry(people[n].ID, people[n].Attempts, string(out.Reason), out.After, now.UTC()))
		}
	}
	// Recorded also when we are told to stop: what went out went out.
	settled := context.WithoutCancel(ctx)
	may, err := r.settle(settled, attempts, sent, refused, why)
	if err == nil && why == "closed" {
		err = r.stop(settled)
	}
	return goOn && may, err
}
