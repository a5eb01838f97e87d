package cli

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"auditdesk/backend/casefile"
	"auditdesk/backend/export"
)

type rollforwardCmd struct {
	caseArg
	Opening   string   `arg:"" help:"A snapshot of settings that the client gave: JSON, or CSV with a header." type:"path"`
	Closing   string   `arg:"" help:"A later one." type:"path"`
	OpeningAt string   `help:"When the opening snapshot is of: RFC 3339, or a day (its first moment). The begin of the period under audit, else the first record, where absent."`
	ClosingAt string   `help:"When the closing snapshot is of: RFC 3339, or a day (its last moment). The end of the period under audit, else the last record, where absent."`
	Format    string   `enum:"table,json,csv" default:"table" help:"table, json or csv."`
	Zone      zoneName `default:"UTC" help:"IANA time zone of days."`
}

// Run asks whether two snapshots of settings and the changes that are logged between them agree.
func (o *rollforwardCmd) Run(c *command) (err error) {
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
	got, err := cs.RollForward(c.ctx, req)
	if err != nil {
		return err
	}
	switch o.Format {
	case "json":
		return writeJSON(c.Stdout, got)
	case "csv":
		return rolledCSV(c, got)
	}
	fmt.Fprintf(c.Stdout, "Opening %s as of %s, closing %s as of %s: %d differ, %d cannot be tested, %d agree; stretches without records in between: %d\n\n", escape(got.Opening), got.OpeningAt, escape(got.Closing), got.ClosingAt,
		got.Differs, got.Untested, got.Agrees, got.Gaps)
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
	w := csv.NewWriter(c.csv())
	rows := [][]string{{"verdict", "deployment", "panel", "setting", "resource_type", "target", "field", "opening_value", "opening_line", "changes", "closing_value", "closing_line", "events", "why"}}
	line := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	for _, r := range got.Rows {
		refs := make([]string, len(r.Events))
		for i, e := range r.Events {
			refs[i] = string(e)
		}
		rows = append(rows, []string{string(r.Verdict), r.Deployment, r.Panel, r.Setting, r.Type, r.Target, r.Field, text(r.Opening), line(r.OpeningLine), strconv.Itoa(r.Changes), text(r.Closing), line(r.ClosingLine),
			strings.Join(refs, " "), r.Words})
	}
	for _, row := range rows {
		for i := range row {
			row[i] = export.CSVText(row[i])
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// text is a value in a cell: of a JSON string the text.
func text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}
