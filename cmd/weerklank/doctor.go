package main

import (
	"context"
	"errors"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"weerklank.nl/weerklank/storage/aggregates"
	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/programme"
	"weerklank.nl/weerklank/storage/vault"
	"weerklank.nl/weerklank/surveys"
)

// doctorCmd says what is unsafe or amiss, and how to mend it. It changes nothing.
type doctorCmd struct {
	installation
	mailing
	encryption
	URL     string `help:"${url}" env:"WEERKLANK_URL" placeholder:"URL"`
	Backups string `help:"${backups}" env:"WEERKLANK_BACKUPS" placeholder:"FOLDER" type:"path"`
}

// examined is a part of the installation, with the troubles that it can have, and
// is printed on a line of its own where it has none.
type examined struct {
	part string   // of the catalogue, as cli.doctor.ok.PART
	keys []string // of troubles
}

var parts = []examined{
	{"keys", []string{"keys_unnamed", "keys_missing", "keys_readable", "keys_damaged", "keys_folder"}},
	{"core", []string{"core_dumps"}},
	{"disk", []string{"disk_low", "disk_full"}},
	{"database", []string{"absent", "unreachable", "not_durable", "damaged", "file_readable"}},
	{"schema", []string{"not_migrated"}},
	{"mixing", []string{"never_mixed", "long_unmixed", "half_mixed"}},
	{"server", []string{"keeps_order", "logs_answers", "replicas"}},
	{"releases", []string{"halted"}},
	{"clock", []string{"clock_behind", "clock_jumped"}},
	{"address", []string{"no_address", "no_tls"}},
	{"tls", []string{"tls_unreadable", "tls_readable"}},
	{"backups", []string{"backups_unreadable", "backup_unreadable", "backup_cut", "backup_unsealed", "backup_older", "backup_sealed_older", "backups_sealed"}},
	{"mail", []string{"mail_settings", "mail_fails", "mail_plain"}},
}

// warnings are the troubles that do not make the doctor fail: something to know, or
// to weigh.
var warnings = []string{"keys_folder", "core_dumps", "disk_low", "never_mixed", "half_mixed", "keeps_order", "replicas", "halted", "no_address", "mail_plain", "backup_older", "backup_sealed_older"}

// known are no troubles: what is in order, with what the doctor could not see.
var known = []string{"backups_sealed"}

// Run examines the machine, the key file, the database and its settings. It prints a
// line for each part, and ends with status 1 when something is wrong.
func (d *doctorCmd) Run(ctx context.Context, t *terminal) error {
	address, err := d.address()
	if err != nil {
		return err
	}
	u, err := url.Parse(address)
	if err != nil {
		return told{key: "cli.database_not_url"}
	}
	found := append(d.keyFile(u), coreDumps()...)
	found = append(found, d.disk(u)...)
	looked := []string{"keys", "core", "disk"}
	if d.on() {
		found, looked = append(found, d.certificate()...), append(looked, "tls")
	}
	if d.SMTP != "" {
		found, looked = append(found, d.mail(ctx)...), append(looked, "mail")
	}
	more, whole, err := d.database(ctx, u)
	if err != nil {
		return err
	}
	found = append(found, more...)
	if whole { // else nothing could be read
		looked = append(looked, "database", "schema", "mixing", "releases", "clock", "address")
		if d.Backups != "" {
			looked = append(looked, "backups")
		}
		if u.Scheme != "sqlite" {
			looked = append(looked, "server")
		}
	}
	return t.diagnose(found, looked)
}

// diagnose prints what was found in the parts that were looked at.
func (t *terminal) diagnose(found []db.Trouble, looked []string) error {
	wrong := false
	for _, part := range parts {
		troubled := false
		for _, trouble := range found {
			if !slices.Contains(part.keys, trouble.Key) {
				continue
			}
			troubled = true
			level := "cli.doctor.warning"
			switch {
			case slices.Contains(known, trouble.Key):
				level = "cli.doctor.well"
			case !slices.Contains(warnings, trouble.Key):
				level, wrong = "cli.doctor.fault", true
			}
			args := map[string]any{}
			for name, value := range trouble.Args {
				args[name] = value
			}
			t.say(level, map[string]any{"Text": t.text(t.lang, "cli.doctor."+trouble.Key, args)})
		}
		if !troubled && slices.Contains(looked, part.part) {
			t.say("cli.doctor.well", map[string]any{"Text": t.text(t.lang, "cli.doctor.ok."+part.part, nil)})
		}
	}
	if wrong {
		return exitCode(1)
	}
	return nil
}

// database examines the database. whole tells that it could be read.
func (d *doctorCmd) database(ctx context.Context, u *url.URL) (found []db.Trouble, whole bool, err error) {
	if u.Scheme == "sqlite" {
		if _, err := os.Stat(u.Path); errors.Is(err, os.ErrNotExist) { // opening would make it
			return []db.Trouble{{Key: "absent", Args: map[string]string{"File": u.Path}}}, false, nil
		}
	}
	database, err := db.Open(ctx, u.String())
	switch {
	case errors.Is(err, db.ErrNotDurable):
		return []db.Trouble{{Key: "not_durable", Args: map[string]string{"Why": err.Error()}}}, false, nil
	case err != nil:
		return []db.Trouble{{Key: "unreachable", Args: map[string]string{"Why": err.Error()}}}, false, nil
	}
	defer database.Close()
	found, err = database.Examine(ctx, time.Now(), answers.Examine(database), aggregates.Examine(database), database.ExamineJump(clockSynced))
	if err != nil || len(found) > 0 && found[0].Key == "not_migrated" {
		return found, false, err
	}
	orgs, err := vault.New(database).ListOrganisations(ctx)
	if err != nil {
		return found, true, err
	}
	if d.Backups != "" {
		for _, look := range []func(context.Context, *programme.Programme, []surveys.Organisation) ([]db.Trouble, error){d.oldBackups, d.sealedBackups} {
			more, err := look(ctx, programme.New(database), orgs)
			if err != nil {
				return found, true, err
			}
			found = append(found, more...)
		}
	}
	return append(found, d.addresses(orgs)...), true, nil
}

// addresses looks at the public address: the one that the service is started with,
// or else that of each organisation.
func (d *doctorCmd) addresses(orgs []surveys.Organisation) []db.Trouble {
	var found []db.Trouble
	for i := range orgs {
		address := d.URL
		if address == "" {
			address = orgs[i].Address
		}
		switch name := map[string]string{"Name": orgs[i].Name.In(surveys.Dutch)}; {
		case address == "":
			found = append(found, db.Trouble{Key: "no_address", Args: name})
		case !strings.HasPrefix(address, "https://") && !isLocal(address):
			found = append(found, db.Trouble{Key: "no_tls", Args: name})
		}
	}
	return found
}
