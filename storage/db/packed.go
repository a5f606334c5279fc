package db

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
)

// PackedKind is what a packed column holds. No value is NULL.
type PackedKind uint8

// The kinds of packed column.
const (
	PackedKey   PackedKind = iota // bytes, 16 of them
	PackedBytes                   // bytes of any length
	PackedWord                    // a text without a comma
	PackedCount                   // an integer from 0 on
)

// PackedColumn is a column of rows that are read many at once.
type PackedColumn struct {
	Name string
	Kind PackedKind
}

// keySize is the length of a PackedKey.
const keySize = 16

// SelectPacked reads columns of all rows that from gives ("FROM … WHERE …"), each
// column as one piece of bytes: fetching rows one by one costs more than all that is
// done with them. The order of the rows need not be that of the query.
func (r Reader) SelectPacked(ctx context.Context, columns []PackedColumn, from string, args ...any) (*Packed, error) {
	var names, parts []string
	for i, c := range columns {
		name := fmt.Sprintf("c%d", i)
		names = append(names, c.Name+" AS "+name)
		switch c.Kind {
		case PackedKey:
			parts = append(parts, r.dialect.joinBytes(name))
		case PackedBytes:
			parts = append(parts, r.dialect.joinBytes(name), r.dialect.joinWords("length("+name+")"))
		default:
			parts = append(parts, r.dialect.joinWords(name))
		}
	}
	query := `SELECT ` + strings.Join(parts, ", ") + ` FROM (SELECT ` + strings.Join(names, ", ") + ` ` + from + `) AS packed`
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	p := &Packed{columns: columns, pieces: make([][]byte, len(parts))}
	into := make([]any, len(parts))
	for i := range into {
		into[i] = &p.pieces[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, kindOf(err)
		}
	}
	return p, kindOf(rows.Err())
}

// joinBytes puts the values of a column one behind the other. SQLite's texts hold
// any bytes; the cast gives them back as they are.
func (dl dialect) joinBytes(name string) string {
	if dl.name == sqliteDialect.name {
		return `CAST(group_concat(` + name + `, '') AS BLOB)`
	}
	return `string_agg(` + name + `, ''::bytea)`
}

// joinWords puts the values of a column behind each other with commas.
func (dl dialect) joinWords(name string) string {
	if dl.name == sqliteDialect.name {
		return `group_concat(` + name + `, ',')`
	}
	return `string_agg(` + name + `::text, ',')`
}

// Packed are rows that SelectPacked read. The values of a row are taken out in the
// order of its columns, as long as there is More.
type Packed struct {
	columns []PackedColumn
	pieces  [][]byte
	column  int // whose value is next
	piece   int
	bad     bool
}

// ErrPacked says that packed rows do not hold together.
var ErrPacked = errors.New("packed rows do not hold together")

// More tells whether there is another row. The first column has to be a key.
func (p *Packed) More() bool { return len(p.pieces[0]) > 0 && !p.bad }

// Keys is how many rows are left, as the first column has it, which has to be a key.
func (p *Packed) Keys() int { return len(p.pieces[0]) / keySize }

// Size is how many bytes are left.
func (p *Packed) Size() int {
	n := 0
	for _, piece := range p.pieces {
		n += len(piece)
	}
	return n
}

// Err tells whether the rows ended where they should.
func (p *Packed) Err() error {
	if p.bad {
		return ErrPacked
	}
	return nil
}

// Bytes takes out a key, bytes or a word. They are part of what was read.
func (p *Packed) Bytes() []byte {
	var value []byte
	switch p.columns[p.column].Kind {
	case PackedKey:
		value = p.take(keySize)
	case PackedBytes:
		p.piece++
		n := number(p.word())
		p.piece--
		value = p.take(n)
		p.piece++
	default:
		value = p.word()
	}
	p.next()
	return value
}

// Count takes out an integer.
func (p *Packed) Count() int {
	n := number(p.word())
	p.bad = p.bad || n < 0
	p.next()
	return n
}

func (p *Packed) next() {
	p.column++
	p.piece++
	if p.column == len(p.columns) {
		p.column, p.piece = 0, 0
	}
}

func (p *Packed) take(n int) []byte {
	rest := p.pieces[p.piece]
	if n < 0 || n > len(rest) {
		p.bad = true
		return nil
	}
	p.pieces[p.piece] = rest[n:]
	return rest[:n:n]
}

func (p *Packed) word() []byte {
	rest := p.pieces[p.piece]
	if at := bytes.IndexByte(rest, ','); at >= 0 {
		p.pieces[p.piece] = rest[at+1:]
		return rest[:at]
	}
	p.pieces[p.piece] = nil
	return rest
}

// number reads a decimal number; −1 when it is none.
func number(digits []byte) int {
	n := 0
	for _, d := range digits {
		if d < '0' || d > '9' || n > 1<<40 {
			return -1
		}
		n = n*10 + int(d-'0')
	}
	if len(digits) == 0 {
		return -1
	}
	return n
}
