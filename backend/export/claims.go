package export

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"auditdesk/backend/audit"
)

// Claims is what a workbook says of itself on its first sheet: enough to draw the same events again.
type Claims struct {
	CasePath    string // base name of the case it was drawn from
	Query       string // canonical text; "" for everything
	Order       audit.Order
	Zone        string
	Rows        int64 // of events
	SHA256      string
	Head        string // of the evidence chain at that time; "" where the case held no import
	MadeAt      time.Time
	ToolVersion string
}

// ReadClaims reads the first sheet of a workbook made by [Workbook], whoever may have saved it since.
func ReadClaims(path string) (Claims, error) {
	f, err := openWorkbook(path)
	if err != nil {
		return Claims{}, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	return readClaims(f, path)
}

func openWorkbook(path string) (*excelize.File, error) {
	f, err := excelize.OpenFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, audit.Errorf("check its name", "read %s: there is no such file", path)
	case errors.Is(err, fs.ErrPermission):
		return nil, audit.Errorf("ask for the right to read it", "read %s: it can't be read", path)
	case err != nil:
		return nil, &audit.Error{Message: "read " + path, Hint: "it is no workbook, or a damaged one", Err: err}
	}
	return f, nil
}

func readClaims(f *excelize.File, path string) (Claims, error) {
	said, err := labels(f)
	if err != nil {
		return Claims{}, &audit.Error{Message: "read " + path, Hint: "give a workbook that Auditdesk exported", Err: err}
	}
	unclear := func(label string) error {
		return audit.Errorf("give a workbook that Auditdesk exported", "read %s: sheet %q does not say %q", filepath.Base(path), aboutName, label)
	}
	if said[labelOpening] != "" {
		return Claims{}, audit.Errorf("run auditdesk rollforward again, with the case and the two snapshots whose SHA-256 it names, and compare", "read %s: it is a roll-forward, not an export of events", filepath.Base(path))
	}
	c := Claims{CasePath: said[labelCase], Query: said[labelQuery], SHA256: said[labelDigest], Head: said[labelHead]}
	if c.SHA256 == "" {
		return c, unclear(labelDigest)
	}
	if c.Head == noHead {
		c.Head = ""
	}
	if c.Query == everything || c.Query == allWithin || c.Query == allInScope {
		c.Query = ""
	}
	if exact := said[labelExact]; exact != "" {
		if c.Query, err = strconv.Unquote(exact); err != nil {
			return c, unclear(labelExact)
		}
	}
	switch order, _, _ := strings.Cut(said[labelOrder], " "); audit.Order(order) {
	case audit.Newest, audit.Oldest:
		c.Order = audit.Order(order)
	default:
		return c, unclear(labelOrder)
	}
	c.Zone, _, _ = strings.Cut(said[labelZone], ";")
	if c.Rows, err = strconv.ParseInt(said[labelRows], 10, 64); err != nil {
		return c, unclear(labelRows)
	}
	if c.MadeAt, err = time.Parse(time.RFC3339, said[labelMade]); err != nil {
		return c, unclear(labelMade)
	}
	c.ToolVersion = strings.TrimSpace(strings.TrimPrefix(said[labelTool], toolName))
	return c, nil
}

// labels reads the labels of About with their texts; the first text of a label counts, with what it continues in.
func labels(f *excelize.File) (map[string]string, error) {
	said := map[string]string{}
	rows, err := f.Rows(aboutName)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // it was only read
	for rows.Next() {
		cells, err := rows.Columns()
		if err != nil {
			return nil, fmt.Errorf("sheet %q: %w", aboutName, err)
		}
		if len(cells) < 2 || cells[0] == "" {
			continue
		}
		if head, ok := strings.CutSuffix(cells[0], continued); ok {
			said[head] += cells[1]
		} else if _, ok := said[cells[0]]; !ok {
			said[cells[0]] = cells[1]
		}
	}
	return said, rows.Error()
}
