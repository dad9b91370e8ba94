package web

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// Chunk gives the next rows, about a thousand, to yield in order, and reports whether there are more. Each chunk is a short query
// of its own, so no database cursor stays open while a slow caller reads.
type Chunk[Row any] func(yield func(Row) error) (more bool, err error)

// YieldAll gives the rows of a chunk to yield, unless reading it failed.
func YieldAll[T, Row any](things []T, err error, yield func(Row) error, row func(*T) Row) error {
	for i := range things {
		if err == nil {
			err = yield(row(&things[i]))
		}
	}
	return err
}

// streamNDJSON answers one JSON value on each line, as a download with the file name.
func streamNDJSON[R any](c Request, file string, next Chunk[R]) error {
	row := new(R) // one for all rows: an interface with a row itself would take memory for each
	return stream(c, file, MediaNDJSON, func(out *bytes.Buffer) (bool, error) {
		return next(func(v R) error {
			*row = v
			line, err := AppendJSON(out.AvailableBuffer(), row)
			out.Write(append(line, '\n'))
			return err
		})
	})
}

// byteOrderMark at the beginning of a text says that it is UTF-8.
const byteOrderMark = "\uFEFF"

// streamCSV answers a header row and then the rows (RFC 4180), as a download with the file name. Texts that a spreadsheet would
// run as a formula are escaped.
func streamCSV[R any](c Request, file string, table CSVTable[R], mark bool, next Chunk[R]) error {
	first, rows := true, table.rows()
	return stream(c, file, MediaCSV+"; charset=utf-8; header=present", func(out *bytes.Buffer) (bool, error) {
		if first {
			first = false
			if mark {
				out.WriteString(byteOrderMark)
			}
			out.Write(appendNames(out.AvailableBuffer(), table.Names))
		}
		return next(func(row R) error {
			out.Write(rows.append(out.AvailableBuffer(), row))
			return nil
		})
	})
}

// stream sends chunk after chunk, and flushes each. An error of the first chunk is answered with a
// problem. After a later error observe cuts the connection, since a short answer must not look complete.
func stream(c Request, file, media string, next func(*bytes.Buffer) (bool, error)) error {
	control := http.NewResponseController(c.Response())
	var out bytes.Buffer
	for more := true; more; {
		if err := c.Request().Context().Err(); err != nil {
			return fmt.Errorf("stream: %w", err)
		}
		out.Reset()
		var err error
		if more, err = next(&out); err != nil {
			return err
		}
		if !c.Response().Committed {
			SetFileName(c, Attachment, file)
			c.Response().Header().Set("Content-Type", media)
			c.Response().WriteHeader(http.StatusOK)
			if c.Request().Method == http.MethodHead {
				return nil
			}
		}
		if _, err := c.Response().Write(out.Bytes()); err != nil {
			return fmt.Errorf("write a chunk: %w", err)
		}
		if err := control.Flush(); err != nil {
			return fmt.Errorf("flush a chunk: %w", err)
		}
	}
	return nil
}

var plainNumber = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

// guardFormula puts an apostrophe before a text that a spreadsheet would treat as a formula (OWASP, CSV injection). Numbers stay
// numbers.
func guardFormula(cell string) string {
	if cell == "" || plainNumber.MatchString(cell) {
		return cell
	}
	if strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(cell)[0]) {
		return "'" + cell
	}
	return cell
}
