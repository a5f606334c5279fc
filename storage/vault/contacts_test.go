package vault_test

import (
	"errors"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

// asked puts contacts in the vault, with keys 1, 2, …
func asked(t *testing.T, v *vault.Vault, survey surveys.ID, n int) (keys []responses.ContactKey) {
	t.Helper()
	for i := range n {
		c := &responses.SealedContact{Org: org, Survey: survey, Key: responses.ContactKey{byte(i + 1)}, Sealed: []byte("sealed")}
		must(t, v.AddContact(t.Context(), c))
		keys = append(keys, c.Key)
	}
	return keys
}

func kept(t *testing.T, v *vault.Vault, survey surveys.ID) int {
	t.Helper()
	list, err := v.ListContacts(t.Context(), org, survey)
	must(t, err)
	return len(list)
}

func TestANoticeGoesToWhoAskedAndTheAddressesGoAfterTheLast(t *testing.T) {
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		v := vault.New(d)
		keys := asked(t, v, "balie", 4)
		asked(t, v, "wijkteam", 2)
		queue := func(notice surveys.ID, last bool) {
			m := &responses.Mailing{Org: org, Survey: "balie", Notice: notice, Last: last, Flow: responses.Flow{Status: responses.Running}, Settled: responses.Counts{}}
			for range 2 { // cut short, it is done again
				must(t, v.QueueMailing(t.Context(), m, keys))
			}
		}
		counts := func(notice surveys.ID) (responses.Counts, responses.Status) {
			m, c, err := v.FindMailing(t.Context(), org, notice)
			must(t, err)
			return c, m.Status
		}
		claim := func(notice surveys.ID, holder string, now time.Time) []responses.Delivery {
			got, err := v.ClaimDeliveries(t.Context(), org, notice, holder, now, 10)
			must(t, err)
			return got
		}
		queue("news", false)
		got := claim("news", "one", june)
		if len(got) != 4 || string(got[0].Contact.Sealed) != "sealed" || len(claim("news", "one", june)) != 0 {
			t.Fatalf("claimed %d messages, want the four once", len(got))
		}
		attempts := []responses.DeliveryAttempt{
			{Contact: keys[0], State: responses.Delivered}, {Contact: keys[1], State: responses.Failed, Reason: "address"},
			{Contact: keys[2], State: responses.Queued, Reason: "busy", DueAt: june.Add(time.Hour)},
		}
		must(t, v.SettleDeliveries(t.Context(), org, "news", "one", attempts, func(m *responses.Mailing) { m.Note(1, 1) }))
		if c, _ := counts("news"); c[responses.Sending] != 1 || c[responses.Queued] != 1 {
			t.Errorf("it stands as %v", c)
		}
		must(t, v.AbandonedDeliveries(t.Context(), "two"))
		if c, _ := counts("news"); c[responses.Unsure] != 1 {
			t.Errorf("after the sender died it stands as %v", c)
		}
		must(t, v.EndMailing(t.Context(), org, "news"))
		if _, status := counts("news"); status != responses.Running {
			t.Error("it ended while one still waits")
		}
		if late := claim("news", "two", june.Add(2*time.Hour)); len(late) != 1 || late[0].Attempts != 2 {
			t.Fatalf("an hour later: %+v", late)
		}
		// Who waits asks for no more: nothing goes out, and nobody waits for it.
		must(t, v.RemoveContacts(t.Context(), org, "balie", keys[2:3]))
		must(t, v.RemoveContacts(t.Context(), org, "balie", keys[2:3]))
		must(t, v.SettleDeliveries(t.Context(), org, "news", "two", attempts[2:], func(*responses.Mailing) {}))
		must(t, v.EndMailing(t.Context(), org, "news"))
		if c, status := counts("news"); status != responses.Stopped || c.Total() != 3 || c[responses.Delivered] != 1 {
			t.Errorf("it ended as %s %v", status, c)
		}
		if kept(t, v, "balie") != 3 {
			t.Error("news in between threw addresses away")
		}
		queue("answer", true)
		must(t, v.ChangeMailing(t.Context(), org, "answer", func(m *responses.Mailing) error { return m.Pause(responses.WhyAsked) }))
		if len(claim("answer", "two", june)) != 0 {
			t.Error("messages go out while sending is paused")
		}
		must(t, v.ChangeMailing(t.Context(), org, "answer", func(m *responses.Mailing) error { return m.Resume() }))
		var done []responses.DeliveryAttempt
		for _, one := range claim("answer", "two", june) {
			done = append(done, responses.DeliveryAttempt{Contact: one.Contact.Key, State: responses.Delivered})
		}
		must(t, v.SettleDeliveries(t.Context(), org, "answer", "two", done, func(*responses.Mailing) {}))
		must(t, v.EndMailing(t.Context(), org, "answer"))
		var left int
		must(t, d.Reader().Get(t.Context(), &left, `SELECT COUNT(*) FROM deliveries`))
		if kept(t, v, "balie") != 0 || left != 0 || kept(t, v, "wijkteam") != 2 {
			t.Errorf("after the answer %d addresses and %d deliveries are left, and %d of another survey", kept(t, v, "balie"), left, kept(t, v, "wijkteam"))
		}
		if c, _ := counts("answer"); c[responses.Delivered] != 3 {
			t.Errorf("the numbers are gone too: %v", c)
		}
		must(t, v.EraseContacts(t.Context(), org, "wijkteam"))
		if kept(t, v, "wijkteam") != 0 {
			t.Error("what was thrown away is still there")
		}
		if _, _, err := v.FindMailing(t.Context(), "elders", "answer"); !errors.Is(err, surveys.ErrNotFound) {
			t.Errorf("another organisation finds it: %v", err)
		}
	})
}
