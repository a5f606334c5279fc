package interchange

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// BareName is the name of a file without the folders before it, of whichever system: what
// is unpacked or written under it stays in the folder that somebody chose.
func BareName(name string) string {
	bare := path.Base(strings.ReplaceAll(name, `\`, "/"))
	if bare == "." || bare == ".." || bare == "/" {
		return "tabel.csv"
	}
	return bare
}

// Beside finds a file that a form names, by its name without folders; nil when there
// is none.
type Beside func(name string) *questionnaire.File

// maxTable is how many bytes an attached table may have.
const maxTable = maxFile

// Tables names the tables that a form takes choices from or looks things up in, as
// authors name them beside a form: "straten.csv". A list on the sheet choices is none.
func Tables(d *questionnaire.Definition) []string {
	var names []string
	add := func(name string) {
		if name = path.Base(name); strings.EqualFold(path.Ext(name), ".csv") && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	d.Walk(func(it *questionnaire.Item) {
		if it.Type.FromFile() {
			add(it.List)
		}
		if it.Type == questionnaire.TypeCSVExternal {
			add(it.Name + ".csv")
		}
		for _, name := range it.LooksUp() {
			if !slices.ContainsFunc(d.Lists, func(l *questionnaire.List) bool { return l.Name == name }) {
				add(name + ".csv")
			}
		}
	})
	return names
}

// attach adds the tables that a form names and that are found beside it.
func attach(d *questionnaire.Definition, beside Beside) {
	if beside == nil {
		return
	}
	for _, name := range Tables(d) {
		has := slices.ContainsFunc(d.Files, func(f *questionnaire.File) bool { return strings.EqualFold(path.Base(f.Name), name) })
		if file := beside(name); !has && file != nil {
			d.Files = append(d.Files, file)
		}
	}
}

// CheckBeside is Check of a form whose tables lie beside it, as ODK's tools find them.
func CheckBeside(name string, r io.ReaderAt, size int64, beside Beside) (*questionnaire.Definition, Format, []questionnaire.Problem) {
	d, format, problems := Read(name, r, size)
	if d == nil {
		return nil, format, problems
	}
	attach(d, beside)
	problems, faulty := compiled(d, format, problems)
	if faulty {
		return nil, format, problems
	}
	return d, format, problems
}

// ReadTable reads a table that goes with a form. The error says that it is too big
// or no text in UTF-8.
func ReadTable(name string, r io.Reader) (*questionnaire.File, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxTable+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read table %s: %w", name, err)
	case len(text) > maxTable:
		return nil, fmt.Errorf("read table %s: more than %d MB", name, maxTable>>20)
	case !utf8.Valid(text):
		return nil, fmt.Errorf("read table %s: no text in UTF-8", name)
	}
	return &questionnaire.File{Name: BareName(name), Text: string(text)}, nil
}

// errNoBundle says that an archive holds no form with its tables.
var errNoBundle = errors.New("unpack: not one form with its tables")

// unpackBundle takes a form and its tables out of an archive, as WriteBundle makes
// one. There must be one workbook or JSON in it.
func unpackBundle(r io.ReaderAt, size int64) (form []byte, name string, files []*questionnaire.File, err error) {
	z, err := zip.NewReader(r, size)
	if err != nil || len(z.File) > maxParts {
		return nil, "", nil, errNoBundle
	}
	room := int64(maxExpanded)
	for _, part := range z.File {
		base := BareName(part.Name)
		if part.FileInfo().IsDir() || strings.HasPrefix(base, ".") || strings.HasPrefix(part.Name, "__MACOSX/") {
			continue
		}
		kind := strings.ToLower(path.Ext(base))
		if kind != ".csv" && kind != ".xlsx" && kind != ".json" {
			continue
		}
		content, err := unpacked(part, min(room, maxFile))
		if err != nil {
			return nil, "", nil, err
		}
		room -= int64(len(content))
		if kind == ".csv" {
			table, err := ReadTable(base, bytes.NewReader(content))
			if err != nil {
				return nil, "", nil, err
			}
			files = append(files, table)
			continue
		}
		if form != nil {
			return nil, "", nil, errNoBundle
		}
		form, name = content, base
	}
	if form == nil {
		return nil, "", nil, errNoBundle
	}
	return form, name, files, nil
}

func unpacked(part *zip.File, most int64) ([]byte, error) {
	r, err := part.Open()
	if err != nil {
		return nil, errNoBundle
	}
	defer r.Close() // only read
	content, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil || int64(len(content)) > most {
		return nil, errNoBundle
	}
	return content, nil
}

// WriteBundle writes a form as an XLSForm with its tables beside it, in one archive
// that is read back as it is.
func WriteBundle(w io.Writer, name string, d *questionnaire.Definition) error {
	z := zip.NewWriter(w)
	part, err := z.Create(name + ".xlsx")
	if err != nil {
		return fmt.Errorf("write form with its tables: %w", err)
	}
	if err := WriteXLSForm(part, d); err != nil {
		return err
	}
	for _, file := range d.Files {
		part, err := z.Create(BareName(file.Name))
		if err != nil {
			return fmt.Errorf("write form with its tables: %w", err)
		}
		if _, err := io.WriteString(part, file.Text); err != nil {
			return fmt.Errorf("write form with its tables: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write form with its tables: %w", err)
	}
	return nil
}
