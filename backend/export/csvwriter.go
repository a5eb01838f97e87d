package export

import (
	"encoding/csv"
	"io"
	"strconv"

	"auditdesk/backend/audit"
)

// CSVWriter writes events as CSV with the columns of the Events sheet.
type CSVWriter struct {
	w     *csv.Writer
	names map[string]string
	raw   bool
	begun bool
	row   []any
	cells []string
}

// NewCSVWriter returns a writer; sources give the files their names. The header comes with the first event, or with Flush.
func NewCSVWriter(w io.Writer, sources []audit.Source, raw bool) *CSVWriter {
	return &CSVWriter{w: csv.NewWriter(w), names: sourceNames(sources), raw: raw}
}

// Write writes one event.
func (c *CSVWriter) Write(e *audit.Event) error {
	if err := c.header(); err != nil {
		return err
	}
	c.row = eventRow(c.row, e, c.names)
	c.cells = c.cells[:0]
	for _, v := range c.row {
		c.cells = append(c.cells, c.text(v))
	}
	return c.w.Write(c.cells)
}

// Flush writes what is buffered.
func (c *CSVWriter) Flush() error {
	if err := c.header(); err != nil {
		return err
	}
	c.w.Flush()
	return c.w.Error()
}

func (c *CSVWriter) header() error {
	if c.begun {
		return nil
	}
	c.begun = true
	var names []string
	for _, col := range eventColumns() {
		names = append(names, col.name)
	}
	return c.w.Write(names)
}

func (c *CSVWriter) text(v any) string {
	switch v := v.(type) {
	case string:
		if !c.raw && startsFormula(v) {
			return "'" + v
		}
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case audit.Time:
		return v.String()
	default:
		return ""
	}
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
