package interchange

import (
	"archive/zip"
	"bytes"
	"io"
	"path"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// MaxLSS is the size, in bytes, up to which a survey of LimeSurvey is read, also
// after unpacking an archive. The largest surveys that we know hold 3 MB.
const MaxLSS = 24 << 20

// Limits that no survey of a person reaches, and that keep a hostile file from
// costing memory or time.
const (
	maxLSSDepth   = 12      // of elements
	maxLSSRows    = 200_000 // of all tables together
	maxLSSFields  = 200     // of a row
	maxLSSEntries = 200     // of an archive
	maxLSSItems   = 20_000  // that the questionnaire may have
	maxLSSParts   = 1000    // rows, or columns, of one question
	maxLSSTold    = 2000    // problems that are reported
)

// ReadLSS reads a survey that LimeSurvey exported (.lss), or an archive (.lsa)
// with one in it, of any generation since 1.90, at most limit bytes long (MaxLSS
// when limit is not positive).
//
// What the file says becomes a Definition as an author would have written it in
// XLSForm: expressions are translated, texts lose their HTML, a question with
// parts becomes a group. What has no counterpart is named in a Problem with the
// group in Sheet and the question's code in Question; nothing is left out without
// one. The definition is nil when the file cannot be read as a survey at all.
func ReadLSS(r io.Reader, limit int64) (*questionnaire.Definition, []questionnaire.Problem) {
	if limit <= 0 {
		limit = MaxLSS
	}
	raw, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, lssRefusal("lss.unreadable", nil)
	}
	if int64(len(raw)) > limit {
		return nil, lssRefusal("lss.too_large", map[string]any{"Megabytes": limit >> 20})
	}
	var left []questionnaire.Problem
	if bytes.HasPrefix(raw, []byte("PK\x03\x04")) {
		var refused []questionnaire.Problem
		if raw, left, refused = unpackLSA(raw, limit); refused != nil {
			return nil, refused
		}
	}
	tables, refused := readLSSTables(raw)
	if refused != nil {
		return nil, refused
	}
	survey, refused := newLSSSurvey(tables)
	if refused != nil {
		return nil, refused
	}
	reader := newLSSReader(survey)
	reader.problems = left
	return reader.read(), reader.problems
}

// IsLSS tells whether the name is that of an archive or survey of LimeSurvey.
func IsLSS(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".lss", ".lsa":
		return true
	}
	return false
}

// unpackLSA takes the survey out of an archive. What else the archive holds
// (answers, participants, timings) is about people and is left where it is.
func unpackLSA(raw []byte, limit int64) (survey []byte, left, refused []questionnaire.Problem) {
	archive, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, nil, lssRefusal("lss.bad_archive", nil)
	}
	if len(archive.File) > maxLSSEntries {
		return nil, nil, lssRefusal("lss.archive_entries", map[string]any{"Max": maxLSSEntries})
	}
	var others []string
	var found *zip.File
	for _, f := range archive.File {
		switch {
		case strings.HasSuffix(f.Name, "/"):
		case strings.EqualFold(path.Ext(f.Name), ".lss") && found == nil:
			found = f
		default:
			others = append(others, path.Base(f.Name))
		}
	}
	if found == nil {
		return nil, nil, lssRefusal("lss.archive_without_survey", nil)
	}
	content, err := found.Open()
	if err != nil {
		return nil, nil, lssRefusal("lss.bad_archive", nil)
	}
	defer content.Close() //nolint:errcheck // read only
	survey, err = io.ReadAll(io.LimitReader(content, limit+1))
	if err != nil {
		return nil, nil, lssRefusal("lss.bad_archive", nil)
	}
	if int64(len(survey)) > limit {
		return nil, nil, lssRefusal("lss.too_large", map[string]any{"Megabytes": limit >> 20})
	}
	if len(others) > 0 {
		left = append(left, questionnaire.Problem{
			Severity: questionnaire.Warning, Key: "lss.archive_rest",
			Args: map[string]any{"Files": strings.Join(others, ", ")},
		})
	}
	return survey, left, nil
}

func lssRefusal(key string, args map[string]any) []questionnaire.Problem {
	return []questionnaire.Problem{{Severity: questionnaire.Error, Key: key, Args: args}}
}
