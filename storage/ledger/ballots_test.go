package ledger_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

func TestABallotUsedFromFiftyConnectionsAtOnceIsSpentOnce(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := given(t, d, surveys.Invited, 5)
		ballot := w.ballot(t, 0)
		var wg sync.WaitGroup
		var accepted, spent atomic.Int64
		for range 50 {
			wg.Go(func() {
				switch outcome, err := w.writer.Submit(t.Context(), response("3", ballot), today); {
				case outcome == responses.Accepted:
					accepted.Add(1)
				case errors.Is(err, responses.ErrBallotSpent):
					spent.Add(1)
				default:
					t.Errorf("Submit() = %v, %v", outcome, err)
				}
			})
		}
		wg.Wait()
		if n := len(w.stored(t)); accepted.Load() != 1 || spent.Load() != 49 || n != 1 {
			t.Errorf("%d accepted, %d refused, %d stored; want 1, 49 and 1", accepted.Load(), spent.Load(), n)
		}
	})
}

func TestTheSamePageSentTwiceIsNoSecondUseOfItsBallot(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := given(t, d, surveys.Invited, 5)
		first := response("3", w.ballot(t, 0))
		var wg sync.WaitGroup
		var accepted, already atomic.Int64
		for range 20 {
			again := first
			wg.Go(func() {
				switch outcome, err := w.writer.Submit(t.Context(), again, today); {
				case err != nil:
					t.Error(err)
				case outcome == responses.Accepted:
					accepted.Add(1)
				case outcome == responses.Already:
					already.Add(1)
				}
			})
		}
		wg.Wait()
		if accepted.Load() != 1 || already.Load() != 19 {
			t.Errorf("%d accepted, %d already; want 1 and 19", accepted.Load(), already.Load())
		}
	})
}

func TestWhoHasNoBallotOfThisSurveyIsNotLetIn(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := given(t, d, surveys.Invited, 5)
		w.invite(t, "ander", 5)
		elsewhere, err := w.ListInvitees(t.Context(), org, "ander")
		must(t, err)
		_, other, err := w.keys.Ballot(w.keys.Generation(), org, "ander", responses.ForInvitee(elsewhere[0].ID))
		must(t, err)
		for name, ballot := range map[string]responses.BallotHash{
			"without a ballot":                   {},
			"with a ballot of another survey":    other,
			"with a ballot that we did not make": {1, 2, 3},
		} {
			if _, err := w.writer.Submit(t.Context(), response("3", ballot), today); !errors.Is(err, responses.ErrNoBallot) && !errors.Is(err, responses.ErrBallotSpent) {
				t.Errorf("%s: Submit() = %v, want a refusal", name, err)
			}
		}
		if n := len(w.stored(t)); n != 0 {
			t.Errorf("%d responses are stored", n)
		}
	})
}

func TestAClosedSurveySpendsNoBallot(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := given(t, d, surveys.Invited, 5)
		if _, err := w.writer.Submit(t.Context(), response("3", w.ballot(t, 0)), "2026-12-14"); !errors.Is(err, responses.ErrClosed) {
			t.Errorf("Submit() = %v, want ErrClosed", err)
		}
		found, err := w.FindBallot(t.Context(), org, []responses.BallotHash{w.ballot(t, 0)})
		must(t, err)
		if found.Spent || found.Values["afdeling"] != "zorg" || found.Survey != survey {
			t.Errorf("found %+v, want an unspent ballot of the survey with its values", found)
		}
	})
}

// less has the groups count who was taken off.
func less(least int) func(*responses.Invitations, int) {
	return func(i *responses.Invitations, group int) { i.Leave(group, least) }
}

func TestAPersonWhoIsTakenOffTheListCannotUseTheirBallot(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := given(t, d, surveys.Invited, 6)
		must(t, w.RemoveInvitee(t.Context(), org, survey, w.people[0].ID, w.ballot(t, 0), less(5)))
		if _, err := w.writer.Submit(t.Context(), response("3", w.ballot(t, 0)), today); !errors.Is(err, responses.ErrBallotSpent) {
			t.Errorf("Submit() = %v, want a refusal", err)
		}
		if all, err := w.ListInvitees(t.Context(), org, survey); err != nil || len(all) != 5 {
			t.Errorf("%d people are left on the list, %v; want 5", len(all), err)
		}
		if err := w.RemoveInvitee(t.Context(), org, survey, w.people[0].ID, w.ballot(t, 0), less(5)); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("taking them off twice = %v, want ErrNotFound", err)
		}
		if i, err := w.FindInvitations(t.Context(), org, survey); err != nil || i.Size() != 5 {
			t.Errorf("%d people are counted as invited, %v; want 5", i.Size(), err)
		}
	})
}

// TestWhoLeftBetweenTheListAndTheSendingGetsNoMail: they are taken off while their message
// waits, or is on its way just then.
func TestWhoLeftBetweenTheListAndTheSendingGetsNoMail(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := given(t, d, surveys.Invited, 6)
		must(t, w.ChangeInvitations(t.Context(), org, survey, func(i *responses.Invitations) (bool, error) {
			i.Status, i.Round = responses.Running, 1
			return true, nil
		}))
		now := today.Time()
		first, err := w.Claim(t.Context(), org, survey, "sender", now, 1)
		must(t, err)
		onTheWay := first[0].ID
		var waits surveys.ID
		for k := range w.people {
			_, hash, err := w.keys.Ballot(w.keys.Generation(), org, survey, responses.ForInvitee(w.people[k].ID))
			must(t, err)
			if w.people[k].ID == onTheWay || waits == "" {
				if w.people[k].ID != onTheWay {
					waits = w.people[k].ID
				}
				must(t, w.RemoveInvitee(t.Context(), org, survey, w.people[k].ID, hash, less(5)))
			}
		}
		must(t, w.Settle(t.Context(), org, survey, "sender", []responses.Attempt{{Invitee: onTheWay, State: responses.Delivered}}, func(*responses.Invitations) {}))
		next, err := w.Claim(t.Context(), org, survey, "sender", now, 10)
		must(t, err)
		for _, one := range next {
			if one.ID == waits || one.ID == onTheWay {
				t.Error("who was taken off the list gets a message all the same")
			}
		}
		if all, err := w.ListInvitees(t.Context(), org, survey); err != nil || len(all) != 4 || len(next) != 4 {
			t.Errorf("%d people are on the list and %d get a message (%v); want 4 and 4", len(all), len(next), err)
		}
	})
}

func TestANamedResponseIsCorrectedAndWithdrawnByItsPerson(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := given(t, d, surveys.Named, 5)
		ballot := w.ballot(t, 2)
		_, err := w.writer.Submit(t.Context(), response("2", ballot), today)
		must(t, err)
		found, err := w.FindBallot(t.Context(), org, []responses.BallotHash{ballot})
		must(t, err)
		if found.Invitee != w.people[2].ID || !found.HasResponse {
			t.Fatalf("found %+v, want the person with their response", found)
		}
		read, err := w.answers.FindResponse(t.Context(), org, survey, found.Response)
		must(t, err)
		if read.Answers["werk"] != "2" {
			t.Errorf("the person reads %v", read.Answers)
		}
		if outcome, err := w.writer.Submit(t.Context(), response("4", ballot), today); outcome != responses.Accepted || err != nil {
			t.Fatalf("correcting = %v, %v", outcome, err)
		}
		if all := w.stored(t); len(all) != 1 || all[0].Answers["werk"] != "4" {
			t.Errorf("stored are %+v, want the correction alone", all)
		}
		must(t, w.answers.WithdrawNamed(t.Context(), org, survey, ballot))
		if err := w.answers.WithdrawNamed(t.Context(), org, survey, ballot); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("withdrawing twice = %v, want ErrNotFound", err)
		}
		if n := len(w.stored(t)); n != 0 {
			t.Errorf("%d responses are left", n)
		}
		if outcome, err := w.writer.Submit(t.Context(), response("5", ballot), today); outcome != responses.Accepted || err != nil {
			t.Errorf("answering anew after withdrawing = %v, %v", outcome, err)
		}
	})
}

func TestAnonymousLedgerCannotHoldWhoTookPart(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		w := given(t, d, surveys.Invited, 5)
		err := d.Ingest(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE ballots SET invitee_id = ?`, w.people[0].ID)
			return err
		})
		if err == nil {
			t.Error("the table took a person beside a ballot of the invited mode")
		}
	})
}
