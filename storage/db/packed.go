package db

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// PackedColumn is a column of rows that are read as one piece of bytes.
type PackedColumn struct {
	Name string // or an expression
	Type ColumnType
}

// SelectPacked reads the columns of all rows that from gives ("FROM … WHERE …") as
// one piece of bytes: one by one each row costs more than all that is done with it.
// No column may be NULL, and no text or bytes longer than a million bytes; integers
// are from 0 to a million. The order of the rows is not that of the query.
func (r Reader) SelectPacked(ctx context.Context, columns []PackedColumn, from string, args ...any) (*Packed, error) {
	var names, parts []string
	for i, c := range columns {
		name := fmt.Sprintf("c%d", i)
		names = append(names, c.Name+" AS "+name)
		parts = append(parts, r.dialect.pack(name, c.Type))
	}
	query := `SELECT ` + r.dialect.packAll(strings.Join(parts, " || ")) + ` FROM (SELECT ` + strings.Join(names, ", ") + ` ` + from + `) AS packed`
	var body []byte
	if err := r.Get(ctx, &body, query, args...); err != nil {
		return nil, err
	}
	return &Packed{rest: body, runes: r.dialect.name == sqliteDialect.name}, nil
}

// pack is an expression for one value: its length and the value, or the integer.
// SQLite writes small numbers shortest as a character of UTF-8, PostgreSQL in four
// bytes.
func (dl dialect) pack(name string, kind ColumnType) string {
	lite := dl.name == sqliteDialect.name
	switch {
	case kind == IntegerColumn && lite:
		return `char(` + name + ` + 1)` // char(0) would end a text
	case kind == IntegerColumn:
		return `int4send(` + name + `::int4)`
	case lite && kind == BytesColumn:
		return `char(length(` + name + `) + 1) || ` + name
	case lite:
		return `char(length(CAST(` + name + ` AS BLOB)) + 1) || ` + name
	case kind == BytesColumn:
		return `int4send(length(` + name + `)) || ` + name
	default:
		return `int4send(octet_length(` + name + `)) || convert_to(` + name + `, 'UTF8')`
	}
}

// packAll puts the rows one behind the other. SQLite's texts hold any bytes; the
// cast gives them back as they are.
func (dl dialect) packAll(row string) string {
	if dl.name == sqliteDialect.name {
		return `CAST(COALESCE(group_concat(` + row + `, ''), '') AS BLOB)`
	}
	return `COALESCE(string_agg(` + row + `, ''::bytea), ''::bytea)`
}

// Packed are rows that SelectPacked read. The values of each row are taken out in
// the order of its columns.
type Packed struct {
	rest  []byte
	runes bool
	bad   bool
}

// ErrPacked says that packed rows do not hold together.
var ErrPacked = errors.New("packed rows are cut short")

// More tells whether there is another row.
func (p *Packed) More() bool { return len(p.rest) > 0 && !p.bad }

// Err tells whether the rows ended where they should.
func (p *Packed) Err() error {
	if p.bad {
		return ErrPacked
	}
	return nil
}

// Bytes takes out bytes or a text. They are part of what was read.
func (p *Packed) Bytes() []byte {
	n := p.Integer()
	if n < 0 || n > len(p.rest) {
		p.bad = true
		return nil
	}
	value := p.rest[:n:n]
	p.rest = p.rest[n:]
	return value
}

// Integer takes out an integer.
func (p *Packed) Integer() int {
	if !p.runes {
		if len(p.rest) < 4 {
			p.bad = true
			return 0
		}
		n := int(int32(binary.BigEndian.Uint32(p.rest))) //nolint:gosec // as int4send wrote it
		p.rest = p.rest[4:]
		return n
	}
	n, size := character(p.rest)
	if size == 0 {
		p.bad = true
		return 0
	}
	p.rest = p.rest[size:]
	return n - 1
}

// character reads a character of UTF-8, also the ones that Go's own reader refuses
// because they are halves of a pair: here they are numbers.
func character(b []byte) (n, size int) {
	switch {
	case len(b) == 0:
		return 0, 0
	case b[0] < 0x80:
		return int(b[0]), 1
	case b[0] < 0xe0:
		n, size = int(b[0]&0x1f), 2
	case b[0] < 0xf0:
		n, size = int(b[0]&0x0f), 3
	default:
		n, size = int(b[0]&0x07), 4
	}
	if len(b) < size {
		return 0, 0
	}
	for _, next := range b[1:size] {
		n = n<<6 | int(next&0x3f)
	}
	return n, size
}
