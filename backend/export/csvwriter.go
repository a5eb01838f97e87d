package export

import (
	"encoding/csv"
	"io"
	"strconv"

	"auditdesk/backend/audit"
)

// CSVWriter writes events as CSV with the columns of the Events sheet.
type CSVWriter struct {
	csvRows
	names map[string]string
}

// NewCSVWriter returns a writer; sources give the files their names. The header comes with the first event, or with Flush.
func NewCSVWriter(w io.Writer, sources []audit.Source, raw bool) *CSVWriter {
	return &CSVWriter{newCSVRows(w, eventColumns(), raw), sourceNames(sources)}
}

// Write writes one event.
func (c *CSVWriter) Write(e *audit.Event) error {
	c.row = eventRow(c.row, e, c.names)
	return c.add()
}

// ChangesCSVWriter writes changed fields as CSV with the columns of the Admin changes sheet.
type ChangesCSVWriter struct{ csvRows }

// NewChangesCSVWriter returns a writer. The header comes with the first change, or with Flush.
func NewChangesCSVWriter(w io.Writer, raw bool) *ChangesCSVWriter {
	return &ChangesCSVWriter{newCSVRows(w, changeColumns(), raw)}
}

// Write writes one change.
func (c *ChangesCSVWriter) Write(r *audit.ChangeRow) error {
	c.row = changeRow(c.row, r)
	return c.add()
}

// csvRows writes the rows of a table whose columns are a sheet's.
type csvRows struct {
	w       *csv.Writer
	columns []column
	raw     bool
	begun   bool
	row     []any
	cells   []string
}

func newCSVRows(w io.Writer, columns []column, raw bool) csvRows {
	return csvRows{w: csv.NewWriter(w), columns: columns, raw: raw}
}

// add writes what stands in c.row.
func (c *csvRows) add() error {
	if err := c.header(); err != nil {
		return err
	}
	c.cells = c.cells[:0]
	for _, v := range c.row {
		c.cells = append(c.cells, c.text(v))
	}
	return c.w.Write(c.cells)
}

// Flush writes what is buffered.
func (c *csvRows) Flush() error {
	if err := c.header(); err != nil {
		return err
	}
	c.w.Flush()
	return c.w.Error()
}

func (c *csvRows) header() error {
	if c.begun {
		return nil
	}
	c.begun = true
	var names []string
	for _, col := range c.columns {
		names = append(names, col.name)
	}
	return c.w.Write(names)
}

func (c *csvRows) text(v any) string {
	switch v := v.(type) {
	case string:
		if c.raw {
			return v
		}
		return CSVText(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case audit.Time:
		return v.String()
	default:
		return ""
	}
}

// CSVText is a text for a cell of CSV: an apostrophe stands before what a spreadsheet could take for a formula.
func CSVText(s string) string {
	if startsFormula(s) {
		return "'" + s
	}
	return s
}

// startsFormula reports whether a spreadsheet that reads CSV could take s for a formula.
func startsFormula(s string) bool {
	if s == "" {
		return false
	}
	switch s[0] {
	case '=', '+', '-', '@', '\t', '\r':
		return true
	}
	return false
}
