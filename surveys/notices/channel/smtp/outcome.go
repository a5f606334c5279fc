package smtp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/textproto"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"weerklank.nl/weerklank/surveys/notices/channel"
)

// How long to wait before trying again. A server that greylists wants five minutes;
// settings that are wrong are not mended sooner than in a quarter of an hour.
const (
	afterTrouble  = time.Minute
	afterBusy     = 5 * time.Minute
	afterSettings = 15 * time.Minute
)

var stopped = channel.Outcome{State: channel.Deferred, Reason: channel.Stopped, Everybody: true}

func deferred(r channel.Reason, after time.Duration, everybody bool) channel.Outcome {
	return channel.Outcome{State: channel.Deferred, Reason: r, After: after, Everybody: everybody}
}

// ofConnecting is the outcome when there was no connection: nothing went out.
func ofConnecting(ctx context.Context, err error) channel.Outcome {
	var answer *textproto.Error
	var network net.Error
	switch {
	case ctx.Err() != nil:
		return stopped
	case isCertificate(err):
		return deferred(channel.Certificate, afterSettings, true)
	case strings.Contains(err.Error(), "does not support STARTTLS"): // go-mail has no name for it
		return deferred(channel.NoTLS, afterSettings, true)
	case errors.As(err, &answer) && (answer.Code == 535 || answer.Code == 534 || answer.Code == 538 || answer.Code == 530):
		return deferred(channel.SignIn, afterSettings, true)
	case errors.As(err, &answer):
		return deferred(channel.Busy, afterBusy, true)
	case errors.Is(err, mail.ErrNoSupportedAuthDiscovered), strings.Contains(err.Error(), "does not support SMTP AUTH"):
		return deferred(channel.SignIn, afterSettings, true)
	case errors.As(err, &network) && network.Timeout():
		return deferred(channel.Slow, afterTrouble, true)
	default:
		return deferred(channel.Unreachable, afterTrouble, true)
	}
}

// isCertificate tells whether the server did not show that it is who it should be,
// or did not speak TLS where it should.
func isCertificate(err error) bool {
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var verification *tls.CertificateVerificationError
	var noTLS tls.RecordHeaderError
	return errors.As(err, &authority) || errors.As(err, &host) || errors.As(err, &invalid) || errors.As(err, &verification) || errors.As(err, &noTLS)
}

// ofSending is the outcome of an exchange that failed, and whether the connection is
// of no more use. An answer of 4xx or 5xx to the whole message is an answer as well:
// only where none came after the last byte is the outcome unknown.
func ofSending(err error) (channel.Outcome, bool) {
	var failed *mail.SendError
	if !errors.As(err, &failed) {
		return channel.Outcome{State: channel.Unknown, Reason: channel.Died}, true
	}
	code := failed.ErrorCode()
	switch {
	case code == 0 && failed.Reason == mail.ErrSMTPDataClose:
		return channel.Outcome{State: channel.Unknown, Reason: channel.Died}, true
	case code == 0 && (failed.Reason == mail.ErrGetRcpts || failed.Reason == mail.ErrGetSender || failed.Reason == mail.ErrNoUnencoded):
		return channel.Outcome{State: channel.Refused, Reason: channel.Malformed}, false
	case code == 0: // before the end of the message, so that the server has nothing it may deliver
		return deferred(channel.Unreachable, afterTrouble, true), true
	case failed.Reason == mail.ErrSMTPMailFrom && code >= 500:
		return deferred(channel.Sender, afterSettings, true), true
	case code == 421: // the server is closing
		return deferred(channel.Busy, afterBusy, true), true
	case code < 500:
		return deferred(channel.Busy, afterBusy, failed.Reason == mail.ErrSMTPMailFrom), failed.Reason == mail.ErrSMTPData
	default:
		return channel.Outcome{State: channel.Refused, Reason: refusal(code, failed.EnhancedStatusCode())}, failed.Reason == mail.ErrSMTPData
	}
}

// refusal is the class of a permanent refusal: by the enhanced status code of RFC
// 3463 where there is one, else by the code of RFC 5321.
func refusal(code int, enhanced string) channel.Reason {
	switch {
	case strings.HasPrefix(enhanced, "5.1."):
		return channel.Address
	case strings.HasPrefix(enhanced, "5.2."):
		return channel.Mailbox
	case strings.HasPrefix(enhanced, "5.7."):
		return channel.Policy
	case enhanced != "":
		return channel.Other
	case code == 550, code == 551, code == 553:
		return channel.Address
	case code == 552:
		return channel.Mailbox
	default:
		return channel.Other
	}
}
