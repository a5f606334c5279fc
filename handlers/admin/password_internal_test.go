package admin

import (
	"testing"
	"unicode/utf8"
)

func TestThePasswordsThatLeaksShowedMostOftenAreRefused(t *testing.T) {
	long := 0
	for password := range leaked() {
		if utf8.RuneCountInString(password) >= shortestPassword {
			long++
			if !isCommon(password) {
				t.Errorf("%s is taken", password)
			}
		}
	}
	if long < 3000 {
		t.Errorf("the list has %d passwords that are long enough, want 3000 (ASVS 6.2.4)", long)
	}
	for _, password := range []string{"iloveyou", "Trustno1", "1q2w3e4r5t", "Dragon2026!", "Football99"} {
		if !isCommon(password) {
			t.Errorf("%s is taken", password)
		}
	}
	for _, password := range []string{"fiets-molen-tulp", "waterrijk-oefent", "een heel ander wachtwoord", "correct horse battery staple"} {
		if isCommon(password) {
			t.Errorf("%s is refused", password)
		}
	}
}
