package main

import (
	"errors"
	"os"
	"strings"
	"time"

	"weerklank.nl/weerklank/surveys/notices/channel/smtp"
)

// mailing is how the program sends mail. Without a server nothing is mailed, and
// every link is shown on the screen instead.
type mailing struct {
	SMTP     string `name:"smtp" help:"${smtp}" env:"WEERKLANK_SMTP" placeholder:"URL"`
	From     string `name:"smtp-from" help:"${smtp_from}" env:"WEERKLANK_SMTP_FROM" placeholder:"ADDRESS"`
	Password string `name:"smtp-password-file" help:"${smtp_password}" env:"WEERKLANK_SMTP_PASSWORD_FILE" placeholder:"FILE" type:"path"`
	Plain    bool   `name:"smtp-plain" help:"${smtp_plain}" env:"WEERKLANK_SMTP_PLAIN"`
	Rate     int    `name:"smtp-per-minute" help:"${smtp_rate}" env:"WEERKLANK_SMTP_PER_MINUTE" default:"0"`
}

// mailTimeout bounds the exchange of one message, within what systemd grants for stopping.
const mailTimeout = 20 * time.Second

// sender makes the sender, or nil where no server was named. It connects to nothing.
func (m *mailing) sender() (*smtp.Sender, error) {
	if m.SMTP == "" {
		return nil, nil //nolint:nilnil // no mail is a state, and no error
	}
	password, err := secret("WEERKLANK_SMTP_PASSWORD", m.Password)
	if err != nil {
		return nil, err
	}
	s, err := smtp.New(smtp.Config{Server: m.SMTP, Password: password, From: m.From, Plain: m.Plain, PerMinute: m.Rate, Timeout: mailTimeout})
	for wrong, key := range map[error]string{smtp.ErrServer: "cli.smtp.server", smtp.ErrFrom: "cli.smtp.from",
		smtp.ErrPassword: "cli.smtp.password", smtp.ErrExposed: "cli.smtp.exposed"} {
		if errors.Is(err, wrong) {
			return nil, told{key: key}
		}
	}
	return s, err
}

// secret is what a file holds, or else the environment. A secret is never a flag:
// flags are seen by everybody on the machine.
func secret(variable, file string) (string, error) {
	if file == "" {
		return os.Getenv(variable), nil
	}
	held, err := os.ReadFile(file)
	if err != nil {
		return "", told{key: "cli.secret_absent", args: map[string]any{"File": file}}
	}
	return strings.TrimRight(string(held), "\r\n"), nil
}
