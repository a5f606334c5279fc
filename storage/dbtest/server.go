package dbtest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// Server is a PostgreSQL of a test's own, reached through a socket in its folder.
type Server struct {
	dir  string
	bin  string
	cred *syscall.Credential // whom it runs as; nil for ourselves
	hold io.Closer           // while it is open the server is wanted
}

// NewServer starts a PostgreSQL for a test that stops or spoils it.
func NewServer(t testing.TB) *Server {
	t.Helper()
	s, err := start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.hold.Close() })
	return s
}

// NewDatabase makes a database of the newest schema on the server.
func (s *Server) NewDatabase(t testing.TB, name string) string {
	t.Helper()
	if err := run(s.URL("postgres"), `CREATE DATABASE `+name); err != nil {
		t.Fatal(err)
	}
	if err := migrate(s.URL(name)); err != nil {
		t.Fatal(err)
	}
	return s.URL(name)
}

// URL is the address of a database on the server.
func (s *Server) URL(database string) string {
	return (&url.URL{Scheme: "postgres", User: url.User("weerklank"), Path: "/" + database, RawQuery: url.Values{
		"host": {s.dir}, "sslmode": {"disable"},
	}.Encode()}).String()
}

// Dir is the folder with the server's files.
func (s *Server) Dir() string { return filepath.Join(s.dir, "data") }

// Crash stops the server as a power cut would: nothing is written on the way out.
func (s *Server) Crash(t testing.TB) {
	t.Helper()
	if err := s.ctl("stop", "-m", "immediate"); err != nil {
		t.Fatal(err)
	}
}

// Checkpoint makes the server write everything to its files.
func (s *Server) Checkpoint(t testing.TB) {
	t.Helper()
	if err := run(s.URL("postgres"), `CHECKPOINT`); err != nil {
		t.Fatal(err)
	}
}

// Start starts the server again, with settings as "fsync=off" for this start only.
func (s *Server) Start(t testing.TB, settings ...string) {
	t.Helper()
	if err := s.start(settings...); err != nil {
		t.Fatal(err)
	}
}

func (s *Server) start(settings ...string) error {
	options := []string{"-k", s.dir, "-c", "listen_addresses=", "-c", "max_connections=200"}
	for _, setting := range settings {
		options = append(options, "-c", setting)
	}
	return s.ctl("start", "-l", filepath.Join(s.dir, "log"), "-o", strings.Join(options, " "))
}

func (s *Server) ctl(args ...string) error {
	return s.command("pg_ctl", append([]string{"-w", "-D", s.Dir()}, args...)...)
}

func (s *Server) command(name string, args ...string) error {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir = s.dir
	cmd.Env = []string{"LC_ALL=C.UTF-8", "PATH=" + os.Getenv("PATH")}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.cred, Setpgid: true}
	// The server keeps what it is given open, so it gets a file and not a pipe.
	out, err := os.CreateTemp("", "weerklank-postgres-")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		said, _ := os.ReadFile(out.Name())
		log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
		return fmt.Errorf("%s: %w\n%s%s", name, err, said, bytes.TrimSpace(log))
	}
	return nil
}

func start() (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "weerklank-pg-")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, bin: bin}
	if os.Getuid() == 0 { // PostgreSQL refuses to run as root
		if s.cred, err = postgresUser(); err != nil {
			return nil, err
		}
		if err := os.Chown(dir, int(s.cred.Uid), int(s.cred.Gid)); err != nil {
			return nil, err
		}
	}
	if s.hold, err = cleanUpAfterUs(bin, dir, s.cred); err != nil {
		return nil, err
	}
	if err := s.command("initdb", "-D", s.Dir(), "-U", "weerklank", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"); err != nil {
		return nil, errors.Join(err, s.hold.Close())
	}
	if err := s.start(); err != nil {
		return nil, errors.Join(err, s.hold.Close())
	}
	return s, nil
}

// cleanUpAfterUs starts a shell that waits until its standard input closes, which
// happens also when this process is killed, and then stops the server and removes
// its folder.
func cleanUpAfterUs(bin, dir string, cred *syscall.Credential) (io.Closer, error) {
	cmd := exec.Command("/bin/sh", "-c", `cat; "$1"/pg_ctl stop -D "$2"/data -m immediate; rm -rf "$2"`, "sh", bin, dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: cred, Setpgid: true}
	cmd.Dir = "/"
	hold, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return closeAndWait{hold, cmd}, nil
}

type closeAndWait struct {
	io.Closer
	cmd *exec.Cmd
}

func (c closeAndWait) Close() error { return errors.Join(c.Closer.Close(), c.cmd.Wait()) }

// binaries finds the folder with initdb and pg_ctl: the newest of Debian's, or the
// one on the path.
func binaries() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	slices.SortFunc(found, func(a, b string) int { return major(a) - major(b) })
	if n := len(found); n > 0 {
		return filepath.Dir(found[n-1]), nil
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	return "", errors.New("PostgreSQL is not installed: apt-get install postgresql, or name a server in WEERKLANK_TEST_POSTGRES")
}

func major(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	return n
}

func postgresUser() (*syscall.Credential, error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}
