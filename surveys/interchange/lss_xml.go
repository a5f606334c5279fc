package interchange

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"weerklank.nl/weerklank/surveys/questionnaire"
)

// lssTables is an export as it stands in the file: rows of fields by table name.
type lssTables struct {
	kind      string // LimeSurveyDocType: "Survey"
	version   string // DBVersion
	languages []string
	rows      map[string][]lssRow
}

// lssRow is one row of a table; an absent and an empty field are the same.
type lssRow map[string]string

// readLSSTables reads the XML. It knows no entities but the five of XML itself,
// follows nothing outside the file and refuses a document type, so a file cannot
// make it read, fetch or multiply anything.
func readLSSTables(raw []byte) (*lssTables, []questionnaire.Problem) {
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	d := xml.NewDecoder(bytes.NewReader(raw))
	refuse := func(key string) (*lssTables, []questionnaire.Problem) {
		line, _ := d.InputPos()
		return nil, lssRefusal(key, map[string]any{"Line": line})
	}
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errLSSCharset }
	t := &lssTables{rows: map[string][]lssRow{}}
	var path []string
	var row lssRow
	var text strings.Builder
	count := 0
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if errors.Is(err, errLSSCharset) || strings.Contains(err.Error(), errLSSCharset.Error()) {
				return refuse("lss.charset")
			}
			return refuse("lss.bad_xml")
		}
		switch token := token.(type) {
		case xml.Directive:
			return refuse("lss.doctype")
		case xml.StartElement:
			if len(path) == maxLSSDepth {
				return refuse("lss.too_deep")
			}
			if len(path) == 0 && token.Name.Local != "document" {
				return refuse("lss.not_limesurvey")
			}
			path = append(path, token.Name.Local)
			text.Reset()
			if len(path) == 4 && path[3] == "row" && path[2] == "rows" {
				if count++; count > maxLSSRows {
					return refuse("lss.too_many_rows")
				}
				row = lssRow{}
			}
		case xml.CharData:
			if len(path) > 0 {
				text.Write(token)
			}
		case xml.EndElement:
			if len(path) == 0 || path[len(path)-1] != token.Name.Local {
				return refuse("lss.bad_xml")
			}
			switch name := path[len(path)-1]; {
			case len(path) == 2 && name == "LimeSurveyDocType":
				t.kind = strings.TrimSpace(text.String())
			case len(path) == 2 && name == "DBVersion":
				t.version = strings.TrimSpace(text.String())
			case len(path) == 3 && path[1] == "languages" && name == "language":
				t.languages = append(t.languages, strings.TrimSpace(text.String()))
			case len(path) == 5 && path[3] == "row" && row != nil:
				if len(row) == maxLSSFields {
					return refuse("lss.too_many_fields")
				}
				if text.Len() > 0 {
					row[name] = text.String()
				}
			case len(path) == 4 && path[3] == "row" && row != nil:
				t.rows[path[1]] = append(t.rows[path[1]], row)
				row = nil
			}
			text.Reset()
			path = path[:len(path)-1]
		}
	}
	switch {
	case len(path) > 0:
		return refuse("lss.bad_xml")
	case t.kind == "" && len(t.rows) == 0:
		return refuse("lss.not_limesurvey")
	case t.kind != "" && !strings.EqualFold(t.kind, "Survey"):
		return nil, lssRefusal("lss.not_survey", map[string]any{"Kind": t.kind})
	}
	return t, nil
}

// errLSSCharset comes back when a file says that it is in something else than UTF-8.
var errLSSCharset = errors.New("the file is not in UTF-8")
