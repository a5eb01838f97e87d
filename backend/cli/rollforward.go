package cli

import (
	"fmt"
	"path/filepath"
	"strconv"

	"auditdesk/backend/casefile"
	"auditdesk/backend/export"
)

type rollforwardCmd struct {
	caseArg
	Opening   string   `arg:"" help:"A snapshot of settings that the client gave: JSON, or CSV with a header." type:"path"`
	Closing   string   `arg:"" help:"A later one." type:"path"`
	OpeningAt string   `help:"When the opening snapshot is of: RFC 3339, or a day (its first moment). The begin of the period under audit, else the first record, where absent."`
	ClosingAt string   `help:"When the closing snapshot is of: RFC 3339, or a day (its last moment). The end of the period under audit, else the last record, where absent."`
	Output    string   `short:"o" placeholder:"FILE" help:"Write it to this file: .xlsx or .csv."`
	Format    string   `enum:"table,json,csv" default:"table" help:"table, json or csv."`
	Zone      zoneName `default:"UTC" help:"IANA time zone of days."`
}

// Run asks whether two snapshots of settings and the changes that are logged between them agree.
func (o *rollforwardCmd) Run(c *command) (err error) {
	if f, ok := casefile.FormatOf(o.Output); o.Output != "" && (!ok || f == casefile.JSONLines) {
		return usagef("write a roll-forward to %s: the name must end in .xlsx or .csv", filepath.Base(o.Output))
	}
	if o.Output != "" && o.Format == "csv" {
		return usagef("-o writes CSV to a .csv file; leave out --format csv")
	}
	req := casefile.RollForwardRequest{OpeningAt: o.OpeningAt, ClosingAt: o.ClosingAt, Zone: string(o.Zone)}
	if req.Opening, err = casefile.ReadSnapshot(o.Opening); err != nil {
		return err
	}
	if req.Closing, err = casefile.ReadSnapshot(o.Closing); err != nil {
		return err
	}
	cs, err := o.openDerived(c)
	if err != nil {
		return err
	}
	defer closing(cs, &err)
	var got casefile.RollForward
	if o.Output != "" {
		got, err = cs.ExportRollForward(c.ctx, req, o.Output, c.Version)
	} else {
		got, err = cs.RollForward(c.ctx, req)
	}
	if err != nil {
		return err
	}
	switch o.Format {
	case "json":
		return writeJSON(c.Stdout, got)
	case "csv":
		return rolledCSV(c, got)
	}
	fmt.Fprintf(c.Stdout, "Opening %s as of %s, closing %s as of %s: %d differ, %d cannot be tested, %d agree; stretches without records in between: %d\n", escape(got.Opening), got.OpeningAt, escape(got.Closing), got.ClosingAt,
		got.Differs, got.Untested, got.Agrees, got.Gaps)
	if o.Output != "" {
		_, err = fmt.Fprintf(c.Stdout, "written to %s\n", escape(o.Output))
		return err
	}
	return rolledTable(c, got)
}

func rolledTable(c *command, got casefile.RollForward) error {
	fmt.Fprintln(c.Stdout)
	t := newTable(c.Stdout, "VERDICT", "TYPE", "TARGET", "FIELD", "OPENING", "CHANGES", "CLOSING", "WHY")
	t.cut = 0 // the reason is what it is about
	for _, r := range got.Rows {
		t.row(string(r.Verdict), r.Type, short(r.Target), short(r.Field), short(string(r.Opening)), strconv.Itoa(r.Changes), short(string(r.Closing)), r.Words)
	}
	if err := t.flush(); err != nil {
		return err
	}
	fmt.Fprintln(c.Stdout)
	if got.Unnamed > 0 {
		fmt.Fprintf(c.Stdout, "%s with applied changes in between stand in neither snapshot.\n", plural(int64(got.Unnamed), "setting"))
	}
	for _, l := range got.Limits {
		fmt.Fprintln(c.Stdout, l)
	}
	return nil
}

// short cuts what a snapshot or a log says.
func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:39]) + "…"
	}
	return s
}

func rolledCSV(c *command, got casefile.RollForward) error {
	w := export.NewRollForwardCSVWriter(c.csv())
	for i := range got.Rows {
		row := got.Rows[i].Exported()
		if err := w.Write(&row); err != nil {
			return err
		}
	}
	return w.Flush()
}
