package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/surveys"
)

// recipientOf makes an identity with the program, and gives the recipient that it prints.
func recipientOf(t *testing.T, file string) string {
	t.Helper()
	status, said := runs(t, "keys", "backup-identity", file)
	recipient := regexp.MustCompile(`(?m)^age1[a-z0-9]+$`).FindString(said)
	if status != 0 || recipient == "" || strings.Contains(said, "AGE-SECRET-KEY-1") {
		t.Fatalf("status %d: %s", status, said)
	}
	return recipient
}

// saysInBoth runs a command that has to be refused, in both languages.
func saysInBoth(t *testing.T, nl, en string, args ...string) {
	t.Helper()
	for lang, want := range map[string]string{"nl_NL.UTF-8": nl, "en_GB.UTF-8": en} {
		t.Setenv("LANG", lang)
		var said bytes.Buffer
		if status := run(t.Context(), args, &said, &said); status != 1 || !strings.Contains(said.String(), want) {
			t.Errorf("%v in %s: status %d, %q, want %q", args[:1], lang, status, &said, want)
		}
		if strings.Contains(said.String(), "AGE-SECRET-KEY-1") {
			t.Errorf("%v in %s repeats the secret: %s", args[:1], lang, &said)
		}
	}
}

func TestASealedBackupComesBackWithTheKeyOfEitherOfficialAndWithNoOther(t *testing.T) {
	address := dbtest.SQLite(t)
	givenKeeper(t, dbtest.Open(t, address))
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	one, other := recipientOf(t, in("one")), recipientOf(t, in("other"))
	recipientOf(t, in("stranger"))
	t.Setenv("WEERKLANK_BACKUP_RECIPIENT", one+","+other)
	if status, said := runs(t, "backup", "--database", address, in("sealed")); status != 0 || !strings.Contains(said, "verzegeld") || !strings.Contains(said, "ontvangers: 2") {
		t.Fatalf("status %d: %s", status, said)
	}
	fine(t, os.Unsetenv("WEERKLANK_BACKUP_RECIPIENT"))
	if status, said := runs(t, "backup", "--database", address, in("plain")); status != 0 || !strings.Contains(said, "niet verzegeld. Wie het heeft, leest alles") {
		t.Fatalf("status %d: %s", status, said)
	}
	whole, err := os.ReadFile(in("sealed"))
	fine(t, err)
	whole[len(whole)/2] ^= 1
	fine(t, os.WriteFile(in("damaged"), whole, 0o600))
	fine(t, os.WriteFile(in("note"), []byte("milk"), 0o600))

	to := "sqlite://" + in("refused.db")
	restore := func(file, identity string) []string {
		args := []string{"restore", "--database", to, in(file)}
		if identity != "" {
			args = append(args, "--identity", in(identity))
		}
		return args
	}
	saysInBoth(t, "gaat niet open met", "does not open with", restore("sealed", "stranger")...)
	saysInBoth(t, "Noem met --identity", "Name the file with the key", restore("sealed", "")...)
	saysInBoth(t, "is beschadigd of", "damaged or not whole", restore("damaged", "one")...)
	saysInBoth(t, "Laat dan --identity weg", "Then leave out --identity", restore("plain", "one")...)
	saysInBoth(t, "staat geen sleutel voor back-ups", "holds no key for backups", restore("sealed", "note")...)
	saysInBoth(t, "is er niet", "not there", restore("sealed", "nowhere")...)
	saysInBoth(t, "bestaat al", "exists already", "keys", "backup-identity", in("one"))
	secret, err := os.ReadFile(in("one"))
	fine(t, err)
	saysInBoth(t, "Ontvanger 2 is niet te gebruiken", "Recipient 2 cannot be used", "backup", "--database", address,
		"--recipient", one, "--recipient", regexp.MustCompile(`AGE-SECRET-KEY-1\w+`).FindString(string(secret)), in("none"))
	if _, err := os.Stat(in("none")); err == nil {
		t.Error("a backup was made for whoever the mistake would have been")
	}

	var came [][]string
	for _, c := range [][2]string{{"plain", ""}, {"sealed", "one"}, {"sealed", "other"}} {
		to = "sqlite://" + in(strings.Join(c[:], "-")+".db")
		if status, said := runs(t, restore(c[0], c[1])...); status != 0 {
			t.Fatal(said)
		}
		came = append(came, rowsOf(t, to))
	}
	if len(came[0]) < 500 || !slices.Equal(came[0], came[1]) || !slices.Equal(came[0], came[2]) {
		t.Errorf("of the plain one come %d rows, of the sealed one %d and %d, or others", len(came[0]), len(came[1]), len(came[2]))
	}
}

func TestTheDoctorTellsSealedBackupsFromDamagedAndFromReadableOnes(t *testing.T) {
	address := dbtest.SQLite(t)
	k := givenKeeper(t, dbtest.Open(t, address)) // one of its surveys is by invitation
	k.night(t, "2026-11-28")
	dir, folder := t.TempDir(), t.TempDir()
	recipient := recipientOf(t, filepath.Join(dir, "identity"))
	backs := func(name string, on time.Time, args ...string) {
		file := filepath.Join(folder, name)
		if status, said := runs(t, append([]string{"backup", "--database", address, file}, args...)...); status != 0 {
			t.Fatal(said)
		}
		fine(t, os.Chtimes(file, on, on))
	}
	examine := func() string {
		_, said := runs(t, "doctor", "--database", address, "--backups", folder)
		return said
	}
	unsafe := "fout     De nieuwste back-up " + filepath.Join(folder, "plain") + " is niet verzegeld"
	backs("plain", day("2026-11-27"))
	if said := examine(); !strings.Contains(said, unsafe) {
		t.Errorf("of a newest one that is readable it says\n%s", said)
	}
	backs("sealed", day("2026-11-28"), "--recipient", recipient)
	if said := examine(); strings.Contains(said, unsafe) || !strings.Contains(said, "in orde  Deze back-ups zijn verzegeld en hier niet te openen: sealed.") {
		t.Errorf("of a newest one that is sealed it says\n%s", said)
	}
	whole, err := os.ReadFile(filepath.Join(folder, "sealed"))
	fine(t, err)
	short := filepath.Join(folder, "short")
	fine(t, os.WriteFile(short, whole[:len(whole)-1], 0o600))
	if said := examine(); !strings.Contains(said, "fout     De back-up "+short+" is niet heel") || !strings.Contains(said, "niet te openen: sealed.") {
		t.Errorf("of a sealed one that was cut short it says\n%s", said)
	}
	fine(t, os.Remove(short))
	k.eraseNow(t, "balie", "2026-11-28")
	k.now = day("2026-11-28")
	fine(t, k.clock.Tick(t.Context()))
	if said := examine(); !strings.Contains(said, "De verzegelde back-up "+filepath.Join(folder, "sealed")+" is van 2026-11-28, als") {
		t.Errorf("of a sealed one from before something was deleted it says\n%s", said)
	}
	fine(t, os.Chtimes(filepath.Join(folder, "plain"), day("2026-12-01"), day("2026-12-01")))
	if said := examine(); !strings.Contains(said, unsafe) {
		t.Errorf("of a readable one after a sealed one it says\n%s", said)
	}
	fine(t, k.programme.ChangeSurvey(t.Context(), keeperOrg, "wijk", func(s *surveys.Survey) error { s.Mode = surveys.Open; return nil }))
	if said := examine(); strings.Contains(said, unsafe) {
		t.Errorf("of a readable one, where nobody was invited, it says\n%s", said)
	}
}
