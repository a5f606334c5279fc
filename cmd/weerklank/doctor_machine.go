package main

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/storage/keyfile"
	"weerklank.nl/weerklank/surveys/notices/channel"
)

// keyFile looks whether the key file is there, whole, and for its owner alone, and
// whether new keys can be put beside it.
func (d *doctorCmd) keyFile(database *url.URL) []db.Trouble {
	path := d.Keys
	if database.Scheme == "sqlite" && path == "" {
		path = keysBeside(database.Path)
	}
	if path == "" {
		return []db.Trouble{{Key: "keys_unnamed"}}
	}
	args := map[string]string{"File": path, "Folder": filepath.Dir(path)}
	_, err := keyfile.Load(path)
	switch {
	case errors.Is(err, keyfile.ErrReadable):
		return []db.Trouble{{Key: "keys_readable", Args: args}}
	case errors.Is(err, keyfile.ErrMissing), errors.Is(err, os.ErrNotExist):
		return []db.Trouble{{Key: "keys_missing", Args: args}}
	case err != nil:
		return []db.Trouble{{Key: "keys_damaged", Args: args}}
	}
	const write = 2 // W_OK of access(2)
	if err := syscall.Access(filepath.Dir(path), write); err != nil {
		return []db.Trouble{{Key: "keys_folder", Args: args}}
	}
	return nil
}

// coreDumps looks whether the memory of a program that breaks off may be written to
// disk: it holds answers. A service has a limit of its own, which systemd sets.
func coreDumps() []db.Trouble {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_CORE, &limit); err != nil || limit.Cur == 0 {
		return nil
	}
	return []db.Trouble{{Key: "core_dumps"}}
}

// Room on the disk, in MiB, below which people are warned, and below which answers
// will soon be refused.
const (
	lowRoom = 1024
	noRoom  = 128
)

// disk looks at the room where the SQLite database is. PostgreSQL's own disk cannot
// be seen from here; then it looks where the key file is.
func (d *doctorCmd) disk(database *url.URL) []db.Trouble {
	path := database.Path
	if database.Scheme != "sqlite" {
		path = d.Keys
	}
	folder := filepath.Dir(path)
	var fs syscall.Statfs_t
	if err := syscall.Statfs(folder, &fs); err != nil {
		return nil // where there is no folder, another check says so
	}
	room := fs.Bavail * uint64(fs.Bsize) >> 20
	args := map[string]string{"Folder": folder, "Room": strconv.FormatUint(room, 10)}
	switch {
	case room < noRoom:
		return []db.Trouble{{Key: "disk_full", Args: args}}
	case room < lowRoom:
		return []db.Trouble{{Key: "disk_low", Args: args}}
	}
	return nil
}

// isLocal tells whether an address is of this machine, so that nothing of it goes
// over a network.
func isLocal(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// certificate looks whether the files for TLS can be used, and whether the key is for
// its owner alone.
func (d *doctorCmd) certificate() []db.Trouble {
	if _, err := tls.LoadX509KeyPair(d.TLSCert, d.TLSKey); err != nil {
		return []db.Trouble{{Key: "tls_unreadable", Args: map[string]string{"Why": err.Error()}}}
	}
	if info, err := os.Stat(d.TLSKey); err == nil && info.Mode().Perm()&0o007 != 0 {
		return []db.Trouble{{Key: "tls_readable", Args: map[string]string{"File": d.TLSKey}}}
	}
	return nil
}

// mail looks whether the mail server would take a message, without sending one.
func (d *doctorCmd) mail(ctx context.Context) []db.Trouble {
	sender, err := d.sender()
	if err != nil {
		return []db.Trouble{{Key: "mail_settings"}}
	}
	if out := sender.Check(ctx); out.State != channel.Sent {
		return []db.Trouble{{Key: "mail_fails", Args: map[string]string{"Why": string(out.Reason)}}}
	}
	if d.Plain {
		return []db.Trouble{{Key: "mail_plain"}}
	}
	return nil
}
