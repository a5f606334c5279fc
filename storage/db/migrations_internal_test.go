package db

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
)

func TestMigrationsAreNumberedWithoutGapOrDouble(t *testing.T) {
	files, err := fs.ReadDir(migrations, "migrations")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("there are no migrations")
	}
	for n, f := range files { // in the order of their names
		if want := fmt.Sprintf("%04d_", n+1); !strings.HasPrefix(f.Name(), want) || !strings.HasSuffix(f.Name(), ".sql") {
			t.Errorf("migration %d is called %s, want %s….sql: two branches took one number, or one was left out", n+1, f.Name(), want)
		}
	}
}
