package cli

import (
	"fmt"
	"path/filepath"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/export"
)

type exportCmd struct {
	caseArg
	queryArg
	Output string `short:"o" required:"" help:"The file to write: .xlsx, .csv or .jsonl."`
	Order  string `enum:"newest,oldest" default:"newest" help:"newest or oldest first."`
	CSVRaw bool   `name:"csv-raw" help:"CSV: do not put ' before values that a spreadsheet would take for a formula."`
	Format string `enum:"text,json" default:"text" help:"How the result is told: text or json."`
}

// Run exports.
func (o *exportCmd) Run(c *command) (err error) {
	format, ok := casefile.FormatOf(o.Output)
	if !ok {
		return usagef("export to %s: the name must end in .xlsx, .csv or .jsonl", filepath.Base(o.Output))
	}
	if o.CSVRaw && format != casefile.CSV {
		return usagef("--csv-raw goes with a .csv file")
	}
	cs, err := o.openNoting(c)
	if err != nil {
		return err
	}
	defer closing(cs, &err)
	bar := progressLine{w: c.Stderr, on: c.ErrTerminal}
	res, err := cs.Export(c.ctx, casefile.ExportRequest{
		Format: format, Query: o.text(), Zone: string(o.Zone), Order: audit.Order(o.Order), Path: o.Output, CSVRaw: o.CSVRaw, Version: c.Version,
		Progress: func(p export.Progress) {
			bar.draw(fmt.Sprintf("%s: %s of %s rows", p.Sheet, audit.Grouped(p.Rows), audit.Grouped(p.Total)))
		},
	})
	bar.clear()
	if err != nil {
		return err
	}
	if o.Format == "json" {
		return writeJSON(c.Stdout, struct {
			Path    string `json:"path"`
			Events  int64  `json:"events"`
			Changes int64  `json:"changes"`
			Bytes   int64  `json:"bytes"`
			SHA256  string `json:"sha256"` // of the canonical JSON lines of the events
			Cut     int64  `json:"cut_cells"`
		}{o.Output, res.Events, res.Changes, res.Bytes, res.SHA256, cutCells(res.Cuts)})
	}
	said := plural(res.Events, "event")
	if format == casefile.Workbook {
		said += " and " + plural(res.Changes, "admin change")
	}
	if n := cutCells(res.Cuts); n > 0 {
		said += fmt.Sprintf(" (%s cut to what a cell holds)", plural(n, "text"))
	}
	_, err = fmt.Fprintf(c.Stdout, "%s written to %s\n", said, escape(o.Output))
	return err
}

func cutCells(cuts []export.Cut) (n int64) {
	for _, cut := range cuts {
		n += cut.Cells
	}
	return n
}
