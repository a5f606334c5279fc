package main

import (
	"context"
	"path/filepath"
	"time"

	"weerklank.nl/weerklank/cmd/weerklank/internal/demo"
	"weerklank.nl/weerklank/surveys"
)

// demoCmd serves the invented municipality Waterrijk.
type demoCmd struct {
	serving
	Data string `help:"${data}" type:"path" placeholder:"DIR"`
}

// Run fills a fresh database, once, and serves it. A second start keeps the data.
func (d *demoCmd) Run(ctx context.Context, t *terminal) error {
	folder := d.Data
	if folder == "" {
		var err error
		if folder, err = dataFolder("weerklank-demo"); err != nil {
			return err
		}
	}
	place := installation{Database: fileAddress(filepath.Join(folder, "demo.db"))}
	database, keys, err := place.open(ctx)
	if err != nil {
		return err
	}
	defer database.Close()
	if _, err := database.Migrate(ctx); err != nil {
		return err
	}
	d.synced = clockSynced
	p, err := newProduct(ctx, database, keys, d.serving, time.Now, logger())
	if err != nil {
		return err
	}
	filled, err := demo.Fill(ctx, demo.Stores{
		Vault: p.vault, Programme: p.programme, Answers: p.answers, Writer: p.writer, Aggregates: p.aggregates, Keys: p.keys, Ledger: p.ledger,
	}, p.now(), p.url)
	if err != nil {
		return err
	}
	t.introduce(p.url, folder, filled)
	return p.serve(ctx, t)
}

// introduce prints where the demo is, who can sign in, and three things to try.
func (t *terminal) introduce(url, folder string, f *demo.Filled) {
	if f.Fresh {
		t.say("cli.demo.filled", map[string]any{"Folder": folder})
	} else {
		t.say("cli.demo.kept", map[string]any{"Folder": folder})
	}
	t.say("cli.demo.signin", map[string]any{"Address": url + "/beheer", "Password": demo.Password})
	for _, role := range surveys.Roles {
		for _, s := range f.SignIns {
			if s.Role == role {
				t.say("cli.demo.person", map[string]any{"Role": t.text(t.lang, "cli.role."+string(role), nil), "Email": s.Email})
				break
			}
		}
	}
	t.say("cli.demo.try", map[string]any{"Survey": url + "/s/" + f.Open, "Promises": url + "/beloften", "Results": url + "/beheer", "Late": f.Late})
}
