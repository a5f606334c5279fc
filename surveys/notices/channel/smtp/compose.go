package smtp

import (
	"bytes"
	"crypto/rand"
	"html/template"
	"net/mail"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"weerklank.nl/weerklank/surveys/notices/channel"
)

// htmlBody is the message for who reads mail as HTML: the same words, and nothing
// that is fetched when it is opened. What stands in it becomes no markup.
var htmlBody = template.Must(template.New("mail").Funcs(template.FuncMap{"lines": func(s string) []string { return strings.Split(s, "\n") }}).Parse(`<!DOCTYPE html>
<html lang="{{.Language}}"><head><meta charset="utf-8"><title>{{.Subject}}</title></head><body>
{{range .Body}}<p>{{if .Link}}<a href="{{.Link}}">{{.Text}}</a><br>{{.Link}}{{else}}{{range $i, $line := lines .Text}}{{if $i}}<br>
{{end}}{{$line}}{{end}}{{end}}</p>
{{end}}</body></html>
`))

// compose makes the mail of a message. It is not ok when the address is none, or when
// the subject or a link could write headers or markup of its own.
func (s *Sender) compose(m channel.Message) (msg *gomail.Msg, ok bool) {
	to, err := mail.ParseAddress(m.To)
	if err != nil || to.Address != m.To || !asciiAddress(m.To) || !oneLine(m.Subject) {
		return nil, false
	}
	for _, p := range m.Body {
		if p.Link != "" && !webAddress(p.Link, "https", "http") {
			return nil, false
		}
	}
	if m.Unsubscribe != "" && !webAddress(m.Unsubscribe, "https", "http") {
		return nil, false
	}
	var html bytes.Buffer
	if err := htmlBody.Execute(&html, m); err != nil {
		return nil, false
	}
	msg = gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(s.server.from)
	if msg.To(m.To) != nil {
		return nil, false
	}
	msg.Subject(m.Subject)
	msg.SetDate()
	// A name of its own for each message, without the name of this machine.
	msg.SetMessageIDWithValue(strings.ToLower(rand.Text()) + "@" + domainOf(s.server.from.Address))
	msg.SetGenHeader("Content-Language", string(m.Language))
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers
	if m.Unsubscribe != "" {
		msg.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+m.Unsubscribe+">")
		msg.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	msg.SetBodyString(gomail.TypeTextPlain, plainBody(m.Body))
	msg.AddAlternativeString(gomail.TypeTextHTML, html.String())
	return msg, true
}

// plainBody is the message for who reads mail as text. A link stands on a line of its
// own, so that no program breaks it.
func plainBody(body []channel.Paragraph) string {
	parts := make([]string, len(body))
	for i, p := range body {
		parts[i] = p.Text
		if p.Link != "" {
			parts[i] = p.Text + ":\n" + p.Link
		}
	}
	return strings.Join(parts, "\n\n") + "\n"
}

// oneLine tells whether a text can be a header.
func oneLine(s string) bool {
	return s != "" && utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

// webAddress tells whether a text is an address on the web that cannot end the header
// it stands in.
func webAddress(s string, schemes ...string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || strings.ContainsAny(s, "<>\"\\ ") || !asciiAddress(s) {
		return false
	}
	for _, scheme := range schemes {
		if u.Scheme == scheme {
			return true
		}
	}
	return false
}

func domainOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }
