package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// putCertificate writes a certificate with the number to the files.
func putCertificate(t *testing.T, cert, key string, number int64) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(number), DNSNames: []string{"stem.example"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		moment := time.Unix(number, 0) // files of one test are written within a tick of the clock
		if err := os.Chtimes(name, moment, moment); err != nil {
			t.Fatal(err)
		}
	}
}

func TestARenewedCertificateIsUsedWithoutAStart(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	putCertificate(t, cert, key, 1)
	c := &certificate{cert: cert, key: key, log: slog.New(slog.DiscardHandler)}
	if err := c.load(); err != nil {
		t.Fatal(err)
	}
	number := func() int64 {
		t.Helper()
		c.checked = time.Time{} // as if some time had passed
		held, err := c.get(&tls.ClientHelloInfo{})
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := x509.ParseCertificate(held.Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		return parsed.SerialNumber.Int64()
	}
	if got := number(); got != 1 {
		t.Errorf("certificate %d is used, want 1", got)
	}
	putCertificate(t, cert, key, 2)
	if got := number(); got != 2 {
		t.Errorf("after renewal certificate %d is used, want 2", got)
	}
	if err := os.WriteFile(cert, []byte("half a cert"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := number(); got != 2 {
		t.Errorf("of a certificate that cannot be read, %d is used, want the old one", got)
	}
	putCertificate(t, cert, key, 3)
	if got := number(); got != 3 {
		t.Errorf("once mended, certificate %d is used, want 3", got)
	}
}

func TestTLSNeedsBothFiles(t *testing.T) {
	for name, e := range map[string]encryption{"no key": {TLSCert: "cert.pem"}, "no certificate": {TLSKey: "key.pem"}, "files that are not there": {TLSCert: "absent.pem", TLSKey: "absent.pem"}} {
		if _, err := e.wrap(nil, slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
