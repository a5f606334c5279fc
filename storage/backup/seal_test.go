package backup_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"
	"pgregory.net/rapid"

	"weerklank.nl/weerklank/storage/backup"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/dbtest"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
)

// official is somebody who can open backups.
type official struct {
	recipient, file string
	id              backup.Identity
	age             age.Identity
}

func anOfficial(t *testing.T) official {
	t.Helper()
	o := official{file: filepath.Join(t.TempDir(), "identity")}
	var err error
	o.recipient, err = backup.MakeIdentity(o.file, moment)
	must(t, err)
	o.id, err = backup.LoadIdentity(o.file)
	must(t, err)
	text, err := os.ReadFile(o.file)
	must(t, err)
	all, err := age.ParseIdentities(bytes.NewReader(text)) // as the tool age reads the file
	must(t, err)
	o.age = all[0]
	return o
}

func recipients(t interface {
	Helper()
	Fatal(args ...any)
}, of ...official) backup.Recipients {
	t.Helper()
	var to backup.Recipients
	for _, o := range of {
		if err := to.Add(o.recipient); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

func givenOrganisation(t *testing.T, d *db.DB) {
	t.Helper()
	must(t, vault.New(d).AddOrganisation(t.Context(), &surveys.Organisation{ID: org, Name: surveys.Text{NL: "Waterrijk"}, Zone: "Europe/Amsterdam"}))
}

// sealedFor is a backup in a sealed file.
func sealedFor(t *testing.T, d *db.DB, of ...official) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sealed")
	_, err := backup.ToFile(t.Context(), d, path, recipients(t, of...), today)
	must(t, err)
	file, err := os.ReadFile(path)
	must(t, err)
	return file
}

// small is a step of two members of filling.
const small = 1 << 17

// sealedBy are bytes, sealed by the small step.
func sealedBy(t *testing.T, content []byte, of ...official) []byte {
	t.Helper()
	var b bytes.Buffer
	to := recipients(t, of...)
	w, err := to.SealBy(&b, small)
	must(t, err)
	_, err = w.Write(content)
	must(t, errors.Join(err, w.Close()))
	return b.Bytes()
}

// TestWhatIsSealedComesBackByteForByte seals bytes of any length, of one part of age and of two, and lets a recipient open
// them as the tool age does.
func TestWhatIsSealedComesBackByteForByte(t *testing.T) {
	all := []official{anOfficial(t), anOfficial(t), anOfficial(t)}
	zip, err := gzip.NewWriterLevel(nil, gzip.NoCompression)
	must(t, err)
	rapid.Check(t, func(t *rapid.T) {
		content := make([]byte, rapid.OneOf(rapid.IntRange(0, 1<<12), rapid.IntRange(1<<16-100, 1<<16+100)).Draw(t, "bytes"))
		_, _ = rand.NewChaCha8([32]byte{byte(rapid.Int().Draw(t, "seed"))}).Read(content)
		var plain, sealed bytes.Buffer
		zip.Reset(&plain)
		_, err := zip.Write(content)
		if err := errors.Join(err, zip.Close()); err != nil {
			t.Fatal(err)
		}
		n := rapid.IntRange(1, len(all)).Draw(t, "recipients")
		to := recipients(t, all[:n]...)
		w, err := to.SealBy(&sealed, 1<<12)
		if err == nil {
			_, err = io.Copy(w, bytes.NewReader(plain.Bytes()))
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		i := rapid.IntRange(0, len(all)-1).Draw(t, "opened by")
		r, err := age.Decrypt(&sealed, all[i].age)
		if i >= n {
			if !errors.Is(err, age.ErrIncorrectIdentity) {
				t.Fatalf("who is no recipient: %v", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		opened, err := io.ReadAll(r)
		if err != nil || !bytes.HasPrefix(opened, plain.Bytes()) {
			t.Fatalf("%v: what comes back are other bytes", err)
		}
		if len(opened)%(1<<12) != 0 {
			t.Fatalf("its length of %d is no whole step", len(opened))
		}
		unzipped, err := gzip.NewReader(bytes.NewReader(opened))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(unzipped); err != nil || !bytes.Equal(got, content) {
			t.Fatalf("%v: the filling unpacks to something", err)
		}
	})
}

// TestASealedBackupThatWasTouchedIsRefused turns a bit anywhere, or cuts the file off anywhere.
func TestASealedBackupThatWasTouchedIsRefused(t *testing.T) {
	source := dbtest.Open(t, dbtest.SQLite(t))
	givenOrganisation(t, source)
	o := anOfficial(t)
	whole := sealedBy(t, written(t, source), o)
	dbtest.EachDatabase(t, func(t *testing.T, d *db.DB) {
		head := bytes.Index(whole, []byte("\n--- ")) + 64
		rapid.Check(t, func(t *rapid.T) {
			at := rapid.OneOf(rapid.IntRange(0, head), rapid.IntRange(head, len(whole)-1)).Draw(t, "at")
			touched := whole[:at]
			if rapid.Bool().Draw(t, "turned") {
				touched = bytes.Clone(whole)
				touched[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
			}
			_, err := backup.Restore(t.Context(), d, bytes.NewReader(touched), o.id, today)
			refused := errors.Is(err, backup.ErrDamaged) || at < head && (errors.Is(err, backup.ErrIdentity) || errors.Is(err, backup.ErrNotABackup))
			if !refused {
				t.Fatalf("touched at %d of %d: Restore() = %v, want a refusal", at, len(whole), err)
			}
		})
		isEmpty(t, d, "after all of them")
		_, err := backup.Restore(t.Context(), d, bytes.NewReader(whole), o.id, today)
		must(t, err) // it was the touch that was refused
	})
}

func TestABackupOpensWithItsOwnIdentityOnly(t *testing.T) {
	source, to := dbtest.Open(t, dbtest.SQLite(t)), dbtest.Open(t, dbtest.SQLite(t))
	givenOrganisation(t, source)
	one, other, stranger := anOfficial(t), anOfficial(t), anOfficial(t)
	plain, sealed := written(t, source), sealedFor(t, source, one, other)
	r, err := age.Decrypt(bytes.NewReader(sealed), other.age)
	must(t, err)
	opened, err := io.ReadAll(r)
	must(t, err)
	if !bytes.HasPrefix(opened, plain) || !slices.Equal(lines(t, opened), lines(t, plain)) || len(opened) != backup.Step {
		t.Error("it is not byte for byte the plain one with a filling that unpacks to nothing")
	}
	for name, c := range map[string]struct {
		file []byte
		by   backup.Identity
		want error
	}{
		"with another identity":              {sealed, stranger.id, backup.ErrIdentity},
		"without one":                        {sealed, backup.Identity{}, backup.ErrSealed},
		"but a plain one with none":          {plain, one.id, backup.ErrNotSealed},
		"and something else with none":       {[]byte("PK\x03\x04"), one.id, backup.ErrNotABackup},
		"and only if it is a backup":         {sealedBy(t, []byte("shopping: milk"), one), one.id, backup.ErrNotABackup},
		"and only if it is one of ours":      {sealedBy(t, zipped(t, "milk\n"), one), one.id, backup.ErrNotABackup},
		"and only if what is in it is whole": {sealedBy(t, plain[:len(plain)/2], one), one.id, backup.ErrDamaged},
	} {
		if _, err := backup.Restore(t.Context(), to, bytes.NewReader(c.file), c.by, today); !errors.Is(err, c.want) {
			t.Errorf("%s: Restore() = %v, want %v", name, err, c.want)
		}
	}
	isEmpty(t, to, "refused")
	var text bytes.Buffer // as age --armor writes it
	w := armor.NewWriter(&text)
	_, err = w.Write(sealedBy(t, plain, other))
	must(t, errors.Join(err, w.Close()))
	_, err = backup.Restore(t.Context(), to, bytes.NewReader(text.Bytes()), other.id, today)
	must(t, err)
}

// TestTheFillingEndsOnAStepAndUnpacksToNothing goes through every length near a whole step, and
// near what one member can fill.
func TestTheFillingEndsOnAStepAndUnpacksToNothing(t *testing.T) {
	var lengths []int64
	for near := range int64(40) { // more than a member without zeros has
		lengths = append(lengths, near, small-near, small-1<<16-near)
	}
	for _, length := range lengths {
		var b bytes.Buffer
		must(t, backup.FillUp(&b, length, small))
		if (length+int64(b.Len()))%small != 0 {
			t.Errorf("%d bytes are filled up by %d", length, b.Len())
		}
		if b.Len() == 0 {
			continue
		}
		z, err := gzip.NewReader(&b)
		must(t, err)
		if left, err := io.Copy(io.Discard, z); err != nil || left != 0 {
			t.Errorf("%v: the filling of %d bytes unpacks to %d", err, length, left)
		}
	}
}

// TestABackupIsSealedAsItIsWritten: neither sealing nor opening holds more than a little of it.
func TestABackupIsSealedAsItIsWritten(t *testing.T) {
	o := anOfficial(t)
	const little, size = 1 << 18, 4 << 20
	content := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{}).Read(content)
	to := recipients(t, o)
	var sealed bytes.Buffer
	w, err := to.Seal(&sealed)
	must(t, err)
	for sent := 0; sent < size; sent += 1 << 10 {
		_, err := w.Write(content[sent : sent+1<<10])
		must(t, err)
		if sealed.Len() < sent-little {
			t.Fatalf("of %d bytes %d were written", sent, sealed.Len())
		}
	}
	must(t, w.Close())
	asked := &counted{r: &sealed}
	r, err := age.Decrypt(asked, o.age)
	must(t, err)
	for got := 0; got < size; got += 1 << 10 {
		_, err := io.ReadFull(r, content[:1<<10])
		must(t, err)
		if asked.n > got+little {
			t.Fatalf("for %d bytes %d were read", got, asked.n)
		}
	}
}

type counted struct {
	r io.Reader
	n int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

func TestAnIdentity(t *testing.T) {
	o := anOfficial(t)
	t.Run("is for its owner alone", func(t *testing.T) {
		info, err := os.Stat(o.file)
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("its mode is %v", info.Mode())
		}
	})
	t.Run("is never written over", func(t *testing.T) {
		before, err := os.ReadFile(o.file)
		must(t, err)
		if _, err := backup.MakeIdentity(o.file, moment); !errors.Is(err, fs.ErrExist) {
			t.Errorf("MakeIdentity() = %v, want ErrExist", err)
		}
		if after, err := os.ReadFile(o.file); err != nil || !bytes.Equal(before, after) {
			t.Error("the file changed")
		}
	})
	t.Run("does not print its secret", func(t *testing.T) {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			if said := fmt.Sprintf(verb, o.id); said != "identity" {
				t.Errorf("%s prints %q", verb, said)
			}
		}
	})
	t.Run("is no recipient, and a refusal does not repeat it", func(t *testing.T) {
		secret := o.age.(*age.X25519Identity).String()
		last := "q"
		if strings.HasSuffix(o.recipient, last) {
			last = "p"
		}
		for _, text := range []string{secret, "", "age1", o.recipient[:len(o.recipient)-1] + last, "ssh-ed25519 AAAA"} {
			var to backup.Recipients
			if err := to.Add(text); !errors.Is(err, backup.ErrRecipient) || text != "" && strings.Contains(err.Error(), text) {
				t.Errorf("Add(%q) = %v, want ErrRecipient", text, err)
			}
		}
	})
	t.Run("is not read from what is none, and a refusal does not repeat it", func(t *testing.T) {
		secret := o.age.(*age.X25519Identity).String()
		for name, content := range map[string]string{"empty": "", "keys": `{"weerklank_keys":1}`, "cut": secret[:40], "recipient": o.recipient} {
			path := filepath.Join(t.TempDir(), name)
			must(t, os.WriteFile(path, []byte(content), 0o600))
			if _, err := backup.LoadIdentity(path); !errors.Is(err, backup.ErrNotIdentity) || strings.Contains(err.Error(), "SECRET") {
				t.Errorf("%s: LoadIdentity() = %v, want ErrNotIdentity", name, err)
			}
		}
	})
}
