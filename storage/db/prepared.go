package db

import (
	"context"
	"sync"

	"github.com/jmoiron/sqlx"
)

// mostPrepared is how many statements are kept worked out. Their texts are ours;
// only a list within one gives it a length of its own.
const mostPrepared = 64

// statements are the queries that run within Ingest all day long. A query that ran
// once is worked out before the next transaction begins, because within one there
// is no second connection to do that on.
type statements struct {
	mu     sync.RWMutex
	ready  map[string]*sqlx.Stmt // by text; they last as long as the database is open
	wanted []string
}

func (s *statements) find(query string) *sqlx.Stmt {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.ready[query]
}

func (s *statements) want(query string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ready == nil {
		s.ready = map[string]*sqlx.Stmt{}
	}
	if _, known := s.ready[query]; !known && len(s.ready) < mostPrepared {
		s.ready[query] = nil
		s.wanted = append(s.wanted, query)
	}
}

// prepare works out what is wanted. What cannot be worked out now stays what it
// was: a query that is run from its text.
func (s *statements) prepare(ctx context.Context, pool *sqlx.DB) {
	s.mu.Lock()
	wanted := s.wanted
	s.wanted = nil
	s.mu.Unlock()
	for _, query := range wanted {
		stmt, err := pool.PreparexContext(ctx, query) //nolint:sqlclosecheck // lasts as long as the database is open
		s.mu.Lock()
		if err == nil {
			s.ready[query] = stmt
		} else {
			delete(s.ready, query)
		}
		s.mu.Unlock()
	}
}

// learning runs the queries of a transaction of Ingest.
type learning struct {
	*sqlx.Tx
	known *statements
}

func (l learning) QueryxContext(ctx context.Context, query string, args ...any) (*sqlx.Rows, error) {
	if stmt := l.known.find(query); stmt != nil {
		return l.StmtxContext(ctx, stmt).QueryxContext(ctx, args...) //nolint:sqlclosecheck // the transaction closes it
	}
	l.known.want(query)
	return l.Tx.QueryxContext(ctx, query, args...)
}

// execKnown runs a statement whose text is always the same.
func (l learning) execKnown(ctx context.Context, query string, args ...any) error {
	if stmt := l.known.find(query); stmt != nil {
		_, err := l.StmtxContext(ctx, stmt).ExecContext(ctx, args...) //nolint:sqlclosecheck // the transaction closes it
		return err
	}
	l.known.want(query)
	_, err := l.ExecContext(ctx, query, args...)
	return err
}

func (l learning) QueryRowxContext(ctx context.Context, query string, args ...any) *sqlx.Row {
	if stmt := l.known.find(query); stmt != nil {
		return l.StmtxContext(ctx, stmt).QueryRowxContext(ctx, args...) //nolint:sqlclosecheck // the transaction closes it
	}
	l.known.want(query)
	return l.Tx.QueryRowxContext(ctx, query, args...)
}
