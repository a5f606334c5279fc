package interchange

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// markFormulas finds which cells of a sheet hold a formula. The rows of a workbook are
// read as the values that were worked out last, which does not tell.
func markFormulas(r io.ReaderAt, size int64, sheet string, rows *Rows) (err error) {
	oneAtATime.Lock()
	defer oneAtATime.Unlock()
	defer func() {
		if recover() != nil {
			err = errors.New("look for formulas: the library failed on the file")
		}
	}()
	book, err := openBook(io.NewSectionReader(r, 0, size))
	if err != nil {
		return err
	}
	defer book.Close() // nothing was written
	decoder := xml.NewDecoder(bytes.NewReader(sheetPart(book, sheet)))
	at := [2]int{-1, -1}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("look for formulas: %w", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "c":
			at = [2]int{-1, -1}
			for _, a := range start.Attr {
				if a.Name.Local == "r" {
					if column, row, err := excelize.CellNameToCoordinates(a.Value); err == nil {
						at = [2]int{row - 1, column - 1}
					}
				}
			}
		case "f":
			rows.formulas[at] = true
		}
	}
}
