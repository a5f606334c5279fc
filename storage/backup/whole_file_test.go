package backup_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"weerklank.nl/weerklank/storage/backup"
	"weerklank.nl/weerklank/storage/dbtest"
)

func TestABackupThatWasCutShortIsFoundWithoutItsKey(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t))
	dir := t.TempDir()
	recipient, err := backup.MakeIdentity(filepath.Join(dir, "identity"), time.Date(2026, time.November, 26, 12, 0, 0, 0, time.UTC))
	must(t, err)
	var to backup.Recipients
	must(t, to.Add(recipient))
	for name, recipients := range map[string]backup.Recipients{"readable": {}, "sealed": to} {
		path := filepath.Join(dir, name)
		_, err := backup.ToFile(t.Context(), d, path, recipients, "2026-11-26")
		must(t, err)
		if err := backup.Whole(path); err != nil {
			t.Errorf("of a whole one that is %s: %v", name, err)
		}
		all, err := os.ReadFile(path)
		must(t, err)
		cut := []int{len(all) - 1, len(all) - 17, len(all) / 2}
		if name == "sealed" { // of a readable one the first bytes alone are taken for no backup
			cut = append(cut, 1<<20, 300, 100, 40)
		}
		for _, left := range cut {
			must(t, os.WriteFile(path, all[:left], 0o600))
			if err := backup.Whole(path); !errors.Is(err, backup.ErrDamaged) {
				t.Errorf("of the first %d of %d bytes of one that is %s: %v", left, len(all), name, err)
			}
		}
		must(t, os.WriteFile(path, append(all, 0), 0o600))
		if err := backup.Whole(path); !errors.Is(err, backup.ErrDamaged) {
			t.Errorf("of one that is %s, with a byte more: %v", name, err)
		}
	}
}
