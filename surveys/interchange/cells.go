package interchange

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"path"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// wrongCell is a cell in which a formula left an error.
type wrongCell struct {
	row, column int // from 0
	text        string
}

// special are the cells of a sheet that hold something other than text or a number:
// a yes or no, a date, an error of a formula. Keys are row and column, from 0.
type special struct {
	kinds  map[[2]int]byte // 'b', 'e' or 'd'
	is1904 bool
}

// text is what a special cell reads as: TRUE or FALSE, and a date by ISO 8601.
func (s *special) text(at [2]int, raw string) string {
	switch s.kinds[at] {
	case 'b':
		if raw == "1" {
			return "TRUE"
		}
		return "FALSE"
	case 'd':
		return isoOf(raw, s.is1904)
	}
	return raw
}

// isoOf is the moment that a spreadsheet counts in days: a time where there is no
// day, a day where there is no time.
func isoOf(raw string, is1904 bool) string {
	days, err := strconv.ParseFloat(raw, 64)
	if err != nil || days < 0 || days > 2_958_465 { // the last day of the year 9999
		return raw
	}
	at, err := excelize.ExcelDateToTime(days, is1904)
	if err != nil {
		return raw
	}
	at = at.Round(1e9)
	switch {
	case days < 1:
		return at.Format("15:04:05")
	case days == math.Floor(days):
		return at.Format("2006-01-02")
	}
	return at.Format("2006-01-02T15:04:05")
}

// specialCells finds the special cells of a sheet. Most sheets have none, which the
// bytes of the part tell before anything is parsed.
func specialCells(book *excelize.File, name string) (*special, error) {
	part := sheetPart(book, name)
	dates := dateStyles(book)
	some := bytes.Contains(part, []byte(`t="b"`)) || bytes.Contains(part, []byte(`t="e"`))
	for style := range dates {
		some = some || bytes.Contains(part, []byte(`s="`+style+`"`))
	}
	if !some {
		return nil, nil
	}
	s := &special{kinds: map[[2]int]byte{}}
	if props, err := book.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		s.is1904 = *props.Date1904
	}
	return s, eachCell(part, func(at [2]int, kind, style string) {
		switch {
		case kind == "b" || kind == "e":
			s.kinds[at] = kind[0]
		case (kind == "" || kind == "n") && dates[style]:
			s.kinds[at] = 'd'
		}
	})
}

// eachCell calls f with the place, the kind and the style of every cell in a part.
func eachCell(part []byte, f func(at [2]int, kind, style string)) error {
	decoder := xml.NewDecoder(bytes.NewReader(part))
	row, column := -1, -1
	for {
		token, err := decoder.RawToken()
		if token == nil {
			return nil // the end; what is broken was told by who read the rows
		}
		if err != nil {
			return fmt.Errorf("look at cells: %w", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "row" && start.Name.Local != "c" {
			continue
		}
		attributes := map[string]string{}
		for _, a := range start.Attr {
			attributes[a.Name.Local] = a.Value
		}
		if start.Name.Local == "row" {
			row, column = row+1, -1
			if n, err := strconv.Atoi(attributes["r"]); err == nil {
				row = n - 1
			}
			continue
		}
		column++
		if c, r, err := excelize.CellNameToCoordinates(attributes["r"]); err == nil {
			row, column = r-1, c-1
		}
		f([2]int{row, column}, attributes["t"], attributes["s"])
	}
}

// mostStyles is how many styles of a workbook are looked at.
const mostStyles = 4096

// dateStyles are the numbers of the styles that show a number as a date or a time.
func dateStyles(book *excelize.File) map[string]bool {
	found := map[string]bool{}
	for i := range mostStyles {
		style, err := book.GetStyle(i)
		if err != nil {
			break
		}
		if n := style.NumFmt; n >= 14 && n <= 22 || n >= 27 && n <= 36 || n >= 45 && n <= 47 || n >= 50 && n <= 58 ||
			style.CustomNumFmt != nil && showsDate(*style.CustomNumFmt) {
			found[strconv.Itoa(i)] = true
		}
	}
	return found
}

// showsDate tells whether a number format is one of dates or times: it has letters of
// days or hours outside its words, colours and conditions.
func showsDate(format string) bool {
	format, _, _ = strings.Cut(format, ";")
	format = strings.ToLower(format)
	var bare strings.Builder
	for i := 0; i < len(format); i++ {
		switch format[i] {
		case '"':
			end := strings.IndexByte(format[i+1:], '"')
			if end < 0 {
				return false
			}
			i += end + 1
		case '\\', '_', '*':
			i++
		case '[':
			end := strings.IndexByte(format[i:], ']')
			if end < 0 {
				return false
			}
			if inside := strings.Trim(format[i+1:i+end], "hms"); inside == "" {
				return true // [h]:mm counts hours
			}
			i += end
		default:
			bare.WriteByte(format[i])
		}
	}
	left := strings.ReplaceAll(bare.String(), "general", "")
	return strings.ContainsAny(left, "ydhs") || strings.Contains(left, "m") && !strings.ContainsAny(left, "0#?")
}

// sheetPart is the part of the workbook that holds the sheet, wherever the workbook
// says that it is; nil when it cannot be found.
func sheetPart(book *excelize.File, name string) []byte {
	load := func(at string) []byte {
		if part, ok := book.Pkg.Load(at); ok {
			raw, _ := part.([]byte)
			return raw
		}
		return nil
	}
	var workbook struct {
		Sheets []struct {
			Name string     `xml:"name,attr"`
			Attr []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	var relations struct {
		All []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	main := bytes.TrimPrefix(load("xl/workbook.xml"), []byte("\ufeff"))
	if xml.Unmarshal(main, &workbook) != nil || xml.Unmarshal(load("xl/_rels/workbook.xml.rels"), &relations) != nil {
		return nil
	}
	for _, sheet := range workbook.Sheets {
		if sheet.Name != name {
			continue
		}
		for _, a := range sheet.Attr {
			for _, r := range relations.All {
				if a.Name.Local != "id" || r.ID != a.Value {
					continue
				}
				at := strings.ReplaceAll(r.Target, `\`, "/")
				if !strings.HasPrefix(at, "/") {
					at = "xl/" + at
				}
				return load(strings.TrimPrefix(path.Clean(at), "/"))
			}
		}
	}
	return nil
}
