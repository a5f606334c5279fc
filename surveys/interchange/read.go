package interchange

import (
	"archive/zip"
	"bytes"
	"io"
	"path"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// Format is a kind of file that holds a questionnaire.
type Format string

// The formats that are read; those of LimeSurvey are not written. A bundle is a form
// with its tables in one archive.
const (
	bundle     Format = "zip"
	XLSForm    Format = "xlsx"
	JSON       Format = "json"
	LimeSurvey Format = "lss"
)

// FormatOf is the format that the name of a file promises; an XLSForm unless its
// ending says otherwise.
func FormatOf(name string) Format {
	switch {
	case strings.EqualFold(path.Ext(name), ".json"):
		return JSON
	case IsLSS(name):
		return LimeSurvey
	}
	return XLSForm
}

// sniff is the format that the content shows, whatever the name promises; "" when
// it shows none.
func sniff(r io.ReaderAt, size int64) Format {
	head := make([]byte, min(size, 512))
	_, _ = r.ReadAt(head, 0)
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case bytes.HasPrefix(text, []byte("{")):
		return JSON
	case bytes.HasPrefix(text, []byte("<")):
		return LimeSurvey
	case !bytes.HasPrefix(head, []byte("PK")):
		return ""
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return ""
	}
	form := false
	for _, f := range z.File {
		switch {
		case strings.EqualFold(path.Base(f.Name), "workbook.xml"):
			return XLSForm
		case strings.EqualFold(path.Ext(f.Name), ".lss"):
			return LimeSurvey
		}
		form = form || strings.EqualFold(path.Ext(f.Name), ".xlsx") || strings.EqualFold(path.Ext(f.Name), ".json")
	}
	if form {
		return bundle
	}
	return ""
}

// Read reads a questionnaire in any format that we know: the one that its content
// shows, else the one that its name promises. It reports what is wrong with the
// file and its structure; the definition is nil when it cannot be read.
func Read(name string, r io.ReaderAt, size int64) (*questionnaire.Definition, Format, []questionnaire.Problem) {
	format := sniff(r, size)
	if format == "" {
		format = FormatOf(name)
	}
	var d *questionnaire.Definition
	var problems []questionnaire.Problem
	switch format {
	case bundle:
		form, inner, files, err := unpackBundle(r, size)
		if err != nil || sniff(bytes.NewReader(form), int64(len(form))) == bundle {
			return nil, XLSForm, []questionnaire.Problem{{Severity: questionnaire.Error, Key: "form.file.no_bundle"}}
		}
		d, format, problems = Read(inner, bytes.NewReader(form), int64(len(form)))
		if d != nil {
			d.Files = append(d.Files, files...)
		}
	case JSON:
		d, problems = ReadJSON(io.NewSectionReader(r, 0, size))
	case LimeSurvey:
		d, problems = ReadLSS(io.NewSectionReader(r, 0, size), 0)
	default:
		d, problems = ReadXLSForm(r, size)
	}
	return d, format, problems
}

// Check reads a questionnaire and compiles it: everything that is wrong with it, or
// worth knowing, at once. A problem of an XLSForm has a sheet and a row; one of
// LimeSurvey a group in Sheet, and the question; one of JSON the question. The
// definition is nil when one of the problems is an Error. Tables that came with the
// file become part of the definition.
//
// A form without questions is not faulty as a file: somebody may still write them.
// That is a warning here, and an error when it is compiled to be published.
func Check(name string, r io.ReaderAt, size int64, attached ...*questionnaire.File) (*questionnaire.Definition, Format, []questionnaire.Problem) {
	d, format, problems := Read(name, r, size)
	if d == nil {
		return nil, format, problems
	}
	d.Files = append(d.Files, attached...)
	problems, faulty := compiled(d, format, problems)
	if faulty {
		return nil, format, problems
	}
	return d, format, problems
}

// compiled adds what compiling finds to the problems of reading, and tells whether
// one of all is an Error.
func compiled(d *questionnaire.Definition, format Format, problems []questionnaire.Problem) (all []questionnaire.Problem, faulty bool) {
	_, more := questionnaire.Compile(d)
	if format == LimeSurvey {
		more = PlaceInGroups(d, more)
	}
	all = append(problems[:len(problems):len(problems)], more...)
	for i, p := range all {
		if p.Key == "form.no_questions" {
			all[i].Severity = questionnaire.Warning
		}
		faulty = faulty || all[i].Severity == questionnaire.Error
	}
	return all, faulty
}
