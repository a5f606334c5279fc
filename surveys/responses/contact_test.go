package responses_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"weerklank.nl/weerklank/surveys"
	"weerklank.nl/weerklank/surveys/responses"
)

func contactKeys(t rapid.TB, ids ...uint32) *responses.Keys {
	t.Helper()
	var all []responses.Generation
	for _, id := range ids {
		all = append(all, responses.Generation{ID: id, Contact: [32]byte{7, byte(id)}})
	}
	k, err := responses.NewKeys(all)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestAContactOpensWithItsKeyFileAndForItsSurveyOnly(t *testing.T) {
	before, after, others := contactKeys(t, 1), contactKeys(t, 1, 2), contactKeys(t, 3)
	rapid.Check(t, func(t *rapid.T) {
		c := responses.Contact{Email: rapid.StringMatching(`[a-z]{1,60}@[a-z]{1,60}\.nl`).Draw(t, "email"), Lang: surveys.Dutch}
		sealed := responses.SealedContact{Org: "waterrijk", Survey: "balie"}
		var err error
		if sealed.Sealed, err = before.SealContact(c, sealed.Org, sealed.Survey, rand.Reader); err != nil {
			t.Fatal(err)
		}
		if got, err := after.OpenContact(&sealed); err != nil || got.Email != c.Email || got.Lang != c.Lang {
			t.Fatalf("after the key was replaced it opens as %q, %v", got.Email, err)
		}
		if n := len(sealed.Sealed); n != 512+48 {
			t.Errorf("it is %d bytes long: the length tells something of the address", n)
		}
		if strings.Contains(string(sealed.Sealed), c.Email) {
			t.Error("the address stands in it")
		}
		elsewhere := sealed
		elsewhere.Survey = "wijkteam"
		changed := sealed
		changed.Sealed = append([]byte(nil), sealed.Sealed...)
		changed.Sealed[rapid.IntRange(0, len(changed.Sealed)-1).Draw(t, "at")] ^= 1
		for name, err := range map[string]error{
			"another survey": second(before.OpenContact(&elsewhere)), "another key file": second(others.OpenContact(&sealed)),
			"a change": second(before.OpenContact(&changed)),
		} {
			if !errors.Is(err, responses.ErrContactSealed) {
				t.Errorf("with %s it opens: %v", name, err)
			}
		}
		if text := fmt.Sprintf("%v %+v %s %#v", c, c, c, c); strings.Contains(text, "@") {
			t.Errorf("it prints as %s", text)
		}
	})
}

func second(_ responses.Contact, err error) error { return err }

func TestAnAddressIsReadAsPeopleTypeIt(t *testing.T) {
	for typed, want := range map[string]string{
		" Naam@Voorbeeld.NL ": "naam@voorbeeld.nl", "a.b+c@x.example": "a.b+c@x.example",
	} {
		if c, err := responses.NewContact(typed, surveys.Dutch); err != nil || c.Email != want {
			t.Errorf("%q is read as %q, %v", typed, c.Email, err)
		}
	}
	for typed, key := range map[string]string{
		"": "contact.no_email", "  ": "contact.no_email", "naam": "contact.bad_email", "naam@voorbeeld": "contact.bad_email", "a b@x.nl": "contact.bad_email",
		"a@x.nl, b@x.nl": "contact.bad_email", "a@x.nl\r\nBcc: b@x.nl": "contact.bad_email", "naam@vóór.nl": "contact.bad_email",
		strings.Repeat("a", 250) + "@x.nl": "contact.bad_email",
	} {
		_, err := responses.NewContact(typed, surveys.Dutch)
		var wrong surveys.Invalid
		if !errors.As(err, &wrong) || wrong[0].Key != key || wrong[0].Field != "email" {
			t.Errorf("%q: %v, want %s", typed, err, key)
		}
	}
}

func TestAStopTokenNamesAContactOrAPersonOnAList(t *testing.T) {
	key := responses.ContactKey{1, 2, 3}
	if got, ok := responses.ContactOf(key.ID()); !ok || got != key {
		t.Errorf("%s is read as %v, %t", key.ID(), got, ok)
	}
	for _, id := range []surveys.ID{"an-s-balie", "contact-", "contact-zz", "contact-0102"} {
		if _, ok := responses.ContactOf(id); ok {
			t.Errorf("%q names a contact", id)
		}
	}
}
