package ledger_test

import (
	"errors"
	"testing"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// The link to a response on name opens it, and that of somebody who took part says that it
// was used: such a link goes nowhere but to the address on the list.
func TestALinkThatMayHaveBeenUsedNeverMovesToAnotherAddress(t *testing.T) {
	const old, other = "p@waterrijk.example", "ander@waterrijk.example"
	for _, c := range []struct {
		mode  surveys.Mode
		round int
		want  string
	}{{surveys.Invited, 1, other}, {surveys.Invited, 2, old}, {surveys.Named, 1, old}, {surveys.Named, 2, old}} {
		one := responses.Invitee{Email: old, State: responses.Failed}
		i := &responses.Invitations{Mode: c.mode, Status: responses.Running, Round: c.round}
		running := &surveys.Survey{Mode: c.mode, Opens: "2026-11-01", Closes: "2026-12-13", OpenedAt: today.Time()}
		must(t, one.SendAgain(i, running, other, today))
		if one.Email != c.want || one.State != responses.Queued {
			t.Errorf("%s, round %d: it goes to %s, %s", c.mode, c.round, one.Email, one.State)
		}
	}
}

func TestWhoLostTheirMailGetsItOnceMore(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := given(t, d, surveys.Invited, 6)
		running := &surveys.Survey{Opens: "2026-11-01", Closes: "2026-12-13", OpenedAt: today.Time()}
		again := func(k int, email string) error {
			return w.ChangeInvitee(t.Context(), org, survey, w.people[k].ID, func(i *responses.Invitations, one *responses.Invitee) error {
				return one.SendAgain(i, running, email, today)
			})
		}
		refuses := func(why string, err error, key string) {
			t.Helper()
			if wrong := (surveys.Invalid{}); !errors.As(err, &wrong) || wrong[0].Key != key {
				t.Errorf("%s: %v, want %s", why, err, key)
			}
		}
		refuses("before anything was sent", again(0, ""), "invite.nothing_sent")
		must(t, w.ChangeInvitations(t.Context(), org, survey, func(i *responses.Invitations) (bool, error) {
			i.Status, i.Round = responses.Running, 1
			return true, nil
		}))
		refuses("while it waits", again(0, ""), "invite.not_again")
		now := today.Time()
		_, err := w.Claim(t.Context(), org, survey, "sender", now, 6)
		must(t, err)
		refuses("while it is on its way", again(0, ""), "invite.not_again")
		became := []responses.InviteeState{responses.Delivered, responses.Failed, responses.Unsure, responses.Delivered, responses.Failed, responses.Delivered}
		attempts := make([]responses.Attempt, len(became))
		for k, state := range became {
			attempts[k] = responses.Attempt{Invitee: w.people[k].ID, State: state, Reason: map[bool]string{true: "address"}[state == responses.Failed]}
		}
		must(t, w.Settle(t.Context(), org, survey, "sender", attempts, func(*responses.Invitations) {}))
		must(t, w.StopMail(t.Context(), org, survey, w.people[3].ID))

		must(t, again(0, "elders@waterrijk.example"))
		must(t, again(1, " Goed@Waterrijk.example"))
		must(t, again(2, ""))
		refuses("who asked for no more mail", again(3, ""), "invite.not_again")
		refuses("an address that is none", again(4, "piet@"), "invite.list.bad_email")
		refuses("an address of somebody else on the list", again(4, w.people[5].Email), "invite.email_taken")
		running.Closes = "2026-11-24"
		refuses("after closing", again(5, ""), "invite.not_running")

		due, err := w.Claim(t.Context(), org, survey, "sender", now, 10)
		must(t, err)
		got := map[surveys.ID]string{}
		for _, one := range due {
			got[one.ID] = one.Email
		}
		// A message that arrived goes to the same address: its link is with its holder.
		want := map[surveys.ID]string{w.people[0].ID: w.people[0].Email, w.people[1].ID: "goed@waterrijk.example", w.people[2].ID: w.people[2].Email}
		if len(got) != len(want) {
			t.Errorf("%d messages go out, want %d", len(got), len(want))
		}
		for id, email := range want {
			if got[id] != email {
				t.Errorf("the message goes to %q, want %q", got[id], email)
			}
		}
	})
}

func TestAListOnNameStaysOnceSomebodyAnswered(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := given(t, d, surveys.Named, 6)
		w.invite(t, "ander", 5)
		_, err := w.writer.Submit(t.Context(), response("3", w.ballot(t, 0)), today)
		must(t, err)
		remove := func(id surveys.ID) error {
			return w.Remove(t.Context(), org, id, func(*responses.Invitations) error { return nil })
		}
		if wrong := (surveys.Invalid{}); !errors.As(remove(survey), &wrong) || wrong[0].Key != "invite.remove_answered" {
			t.Errorf("the list of who answered is taken back: %v", wrong)
		}
		must(t, remove("ander"))
		for id, left := range map[surveys.ID]int{survey: 6, "ander": 0} {
			if all, err := w.ListInvitees(t.Context(), org, id); err != nil || len(all) != left {
				t.Errorf("%d people are left on the list of %s, %v; want %d", len(all), id, err, left)
			}
		}
	})
}

func TestWhoIsTakenOffAListOnNameKeepsWhatTheyAnswered(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := given(t, d, surveys.Named, 6)
		_, err := w.writer.Submit(t.Context(), response("3", w.ballot(t, 0)), today)
		must(t, err)
		for k := range 2 {
			must(t, w.RemoveInvitee(t.Context(), org, survey, w.people[k].ID, w.ballot(t, k), func(*responses.Invitations, int) {}))
			found, err := w.FindBallot(t.Context(), org, []responses.BallotHash{w.ballot(t, k)})
			must(t, err)
			if answered := k == 0; found.HasResponse != answered || !found.Spent || !found.ByCard {
				t.Errorf("person %d: answered %v, spent %v, by card %v", k, found.HasResponse, found.Spent, found.ByCard)
			}
		}
	})
}
