package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
)

// ErrNotDurable says that this connection would acknowledge a commit that a power
// cut can still undo. Nothing is written through it.
var ErrNotDurable = errors.New("commits are not durable")

// durable hands out only connections that pass the check, so that no pool that
// writes can hold another kind, also not after it reconnected.
type durable struct {
	driver.Connector
	check func(context.Context, driver.QueryerContext) error
}

func (d durable) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := d.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	q, ok := conn.(driver.QueryerContext)
	if !ok {
		return nil, errors.Join(errors.New("the driver cannot be asked for its settings"), conn.Close())
	}
	if err := d.check(ctx, q); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

func checkSQLite(ctx context.Context, q driver.QueryerContext) error {
	return expect(ctx, q, "PRAGMA %s",
		setting{"journal_mode", "wal"}, setting{"synchronous", "2"}, setting{"secure_delete", "1"})
}

func checkPostgres(ctx context.Context, q driver.QueryerContext) error {
	return expect(ctx, q, "SHOW %s", setting{"fsync", "on"}, setting{"full_page_writes", "on"}, setting{"synchronous_commit", "on"})
}

type setting struct{ name, want string }

func expect(ctx context.Context, q driver.QueryerContext, ask string, settings ...setting) error {
	for _, s := range settings {
		got, err := one(ctx, q, fmt.Sprintf(ask, s.name))
		if err != nil {
			return fmt.Errorf("read setting %s: %w", s.name, err)
		}
		stronger := s.name == "synchronous_commit" && got == "remote_apply" || s.name == "synchronous" && got == "3"
		if got != s.want && !stronger {
			return fmt.Errorf("%w: %s is %s and has to be %s", ErrNotDurable, s.name, got, s.want)
		}
	}
	return nil
}

func one(ctx context.Context, q driver.QueryerContext, query string) (string, error) {
	rows, err := q.QueryContext(ctx, query, nil)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	value := make([]driver.Value, len(rows.Columns()))
	if err := rows.Next(value); err != nil {
		return "", err
	}
	if b, ok := value[0].([]byte); ok {
		return string(b), nil
	}
	return fmt.Sprint(value[0]), nil
}

// CheckDurable asks the connection on which responses are stored, here and now,
// whether it keeps what it acknowledges. The grouped writer does not start
// without it.
func (d *DB) CheckDurable(ctx context.Context) error {
	check := checkPostgres
	if d.dialect.name == sqliteDialect.name {
		check = checkSQLite
	}
	conn, err := d.ingest.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(raw any) error { return check(ctx, raw.(driver.QueryerContext)) })
}

// isGone tells that the connection broke rather than that a statement was wrong.
func isGone(err error) bool {
	var network net.Error
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.As(err, &network) && !errors.Is(err, context.DeadlineExceeded)
}
