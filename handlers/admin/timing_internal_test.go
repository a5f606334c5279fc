package admin

import (
	"testing"

	"weerklank.nl/weerklank/surveys"
)

func TestEverySignInHashesOnceWhoeverItIsFor(t *testing.T) {
	hash, err := HashPassword("een goed lang wachtwoord")
	if err != nil {
		t.Fatal(err)
	}
	real := compare
	t.Cleanup(func() { compare = real })
	for name, account := range map[string]*surveys.Account{
		"nobody":                      nil,
		"somebody without a password": {Active: true},
		"somebody switched off":       {PasswordHash: hash},
		"somebody":                    {PasswordHash: hash, Active: true},
	} {
		t.Run(name, func(t *testing.T) {
			hashed, with := 0, ""
			compare = func(password, hash string) (bool, error) {
				hashed, with = hashed+1, hash
				return real(password, hash)
			}
			fits, err := passwordFits(account, "een goed lang wachtwoord")
			if err != nil || fits != (name == "somebody") {
				t.Errorf("it fits: %v, %v", fits, err)
			}
			if hashed != 1 {
				t.Fatalf("%d hashes, want 1", hashed)
			}
			if with[:30] != hash[:30] { // the same parameters, so the same work
				t.Errorf("it hashes with %s, want %s", with[:30], hash[:30])
			}
		})
	}
}
