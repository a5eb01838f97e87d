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
	cs, err := o.open(c)
	if err != nil {
		return err
	}
	defer closing(cs, &err)
	bar := progressLine{w: c.Stderr, on: c.ErrTerminal}
	res, err := cs.Export(c.ctx, casefile.ExportRequest{
		Format: format, Query: o.text(), Zone: o.Zone, Order: audit.Order(o.Order), Path: o.Output, CSVRaw: o.CSVRaw, Version: c.Version,
		Progress: func(p export.Progress) {
			bar.draw(fmt.Sprintf("%s: %s of %s rows", p.Sheet, number(p.Rows), number(p.Total)))
		},
	})
	bar.clear()
	if err != nil {
		return err
	}
	if o.Format == "json" {
		return writeJSON(c.Stdout, struct {
			Path string `json:"path"`
			export.Result
		}{o.Output, res})
	}
	said := plural(res.Events, "event")
	if format == casefile.Workbook {
		said += " and " + plural(res.Changes, "admin change")
	}
	_, err = fmt.Fprintf(c.Stdout, "%s written to %s\n", said, escape(o.Output))
	return err
}
