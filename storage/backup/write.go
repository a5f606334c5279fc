package backup

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"weerklank.nl/weerklank/storage/answers"
	"weerklank.nl/weerklank/storage/db"
	"weerklank.nl/weerklank/surveys"
)

// ToFile writes a backup to a new file that its owner alone can read, sealed for its
// recipients if there are any, and returns the number of rows when it is safely on the disk. The file has its name only from
// then on. One that is there already is not touched: fs.ErrExist. Mix first: the
// file has no order, and then the days of closed surveys are coarsened too.
func ToFile(ctx context.Context, d *db.DB, path string, to Recipients, today surveys.Date) (int64, error) {
	rows, err := toFile(ctx, d, path, to, today)
	if err != nil {
		return 0, fmt.Errorf("make backup: %w", err)
	}
	return rows, nil
}

func toFile(ctx context.Context, d *db.DB, path string, to Recipients, today surveys.Date) (int64, error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return 0, errors.Join(fs.ErrExist, err)
	}
	f, err := newFile(path)
	if err != nil {
		return 0, err
	}
	defer f.discard()
	sealed, err := to.Seal(f)
	if err != nil {
		return 0, err
	}
	rows, err := Write(ctx, d, sealed, today)
	if err == nil {
		err = sealed.Close()
	}
	if err != nil {
		return 0, err
	}
	return rows, f.publish()
}

// Write writes a backup of one state of the database, and tells how many rows it
// holds.
func Write(ctx context.Context, d *db.DB, w io.Writer, today surveys.Date) (int64, error) {
	schema, err := d.Version(ctx)
	if err != nil {
		return 0, err
	}
	if schema == 0 || schema > db.SchemaVersion() {
		return 0, fmt.Errorf("%w: it is %d, and this program knows up to %d", ErrSchema, schema, db.SchemaVersion())
	}
	zipped := gzip.NewWriter(w)
	buffer := bufio.NewWriterSize(zipped, 1<<16)
	sum := sha256.New()
	enc := json.NewEncoder(io.MultiWriter(buffer, sum))
	enc.SetEscapeHTML(false)
	if err := enc.Encode(header{format, schema, today}); err != nil {
		return 0, err
	}
	var rows int64
	err = d.View(ctx, func(r db.Reader) error {
		tables, err := d.Tables(ctx, r)
		if err != nil {
			return err
		}
		for _, table := range tables {
			// The fresh and the old table of a mixing hold what the table holds.
			if passing[table] || strings.HasSuffix(table, "_next") || strings.HasSuffix(table, "_old") {
				continue
			}
			n, err := writeTable(ctx, d, r, enc, table)
			if err != nil {
				return fmt.Errorf("table %s: %w", table, err)
			}
			rows += n
		}
		return nil
	}, answers.Responses)
	if err != nil {
		return 0, err
	}
	if err := enc.Encode(trailer{&rows, hex.EncodeToString(sum.Sum(nil))}); err != nil {
		return 0, err
	}
	return rows, errors.Join(buffer.Flush(), zipped.Close())
}

func writeTable(ctx context.Context, d *db.DB, r db.Reader, enc *json.Encoder, table string) (int64, error) {
	columns, err := d.DescribeIn(ctx, r, table)
	if err != nil {
		return 0, err
	}
	if err := enc.Encode(tableLine{table, columns}); err != nil {
		return 0, err
	}
	names, keys := make([]string, len(columns)), []db.Column{}
	for i, c := range columns {
		names[i] = c.Name
		if c.Key > 0 {
			keys = append(keys, c)
		}
	}
	slices.SortFunc(keys, func(a, b db.Column) int { return a.Key - b.Key })
	order := make([]string, len(keys))
	for i, c := range keys {
		order[i] = c.Name
	}
	rows, err := r.Query(ctx, `SELECT `+strings.Join(names, ", ")+` FROM `+table+` ORDER BY `+strings.Join(order, ", "))
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var n int64
	for rows.Next() {
		values, err := rows.SliceScan()
		if err != nil {
			return 0, err
		}
		for i, v := range values {
			if values[i], err = write(columns[i], v); err != nil {
				return 0, err
			}
		}
		if err := enc.Encode(values); err != nil {
			return 0, err
		}
		n++
	}
	return n, rows.Err()
}
