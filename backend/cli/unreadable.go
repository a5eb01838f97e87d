package cli

import (
	"errors"
	"fmt"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

type unreadableCmd struct {
	caseArg
	Reason  string `placeholder:"REASON" help:"Only those with this reason, as --reasons lists it; a position in it does not matter."`
	Reasons bool   `help:"How many there are of each reason."`
	Limit   int    `default:"0" help:"Records at most; 0 for all."`
	Offset  int    `default:"0" help:"Records to skip."`
	Output  string `short:"o" placeholder:"FILE" help:"Write them all to this file: .csv or .jsonl."`
	Format  string `enum:"table,json" default:"table" help:"table or json."`
}

// Run lists what could not be read.
func (o *unreadableCmd) Run(c *command) (err error) {
	if o.Limit < 0 || o.Offset < 0 {
		return usagef("--limit and --offset can't be negative")
	}
	if f, ok := casefile.FormatOf(o.Output); o.Output != "" && (!ok || f == casefile.Workbook) {
		return usagef("write unreadable records to %s: the name must end in .csv or .jsonl", o.Output)
	}
	if o.Output != "" && (o.Limit > 0 || o.Offset > 0 || o.Reasons) {
		return usagef("-o writes all of them: it goes with --reason only")
	}
	if o.Reasons && o.Reason != "" {
		return usagef("--reasons counts all of them; leave out --reason")
	}
	cs, err := o.open(c)
	if err != nil {
		return err
	}
	defer closing(cs, &err)
	switch {
	case o.Output != "":
		rows, err := cs.ExportUnreadable(c.ctx, o.Output, o.Reason)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(c.Stdout, "%s written to %s\n", plural(rows, "unreadable record"), escape(o.Output))
		return err
	case o.Reasons:
		return o.reasons(c, cs)
	}
	return o.list(c, cs)
}

func (o *unreadableCmd) list(c *command, cs *casefile.Case) error {
	limit := o.Limit
	if limit == 0 {
		limit = -1
	}
	list, err := cs.Unreadable(c.ctx, casefile.UnreadableRequest{Reason: o.Reason, Offset: o.Offset, Limit: limit})
	if err != nil {
		return err
	}
	if o.Format == "json" {
		return writeJSON(c.Stdout, list)
	}
	t := newTable(c.Stdout, "SOURCE", "LINE", "BYTE", "REASON", "EXCERPT (MASKED)")
	for _, u := range list {
		t.row(u.Path, audit.Grouped(u.Line), audit.Grouped(u.Offset), u.Reason, u.Excerpt)
	}
	return t.flush()
}

func (o *unreadableCmd) reasons(c *command, cs *casefile.Case) error {
	list, err := cs.UnreadableReasons(c.ctx)
	if err != nil {
		return err
	}
	if o.Format == "json" {
		return writeJSON(c.Stdout, list)
	}
	t := newTable(c.Stdout, "RECORDS", "REASON")
	for _, r := range list {
		t.row(fmt.Sprintf("%7s", audit.Grouped(r.Count)), r.Reason)
	}
	return t.flush()
}

type retryCmd struct {
	caseArg
	Format string `enum:"text,json" default:"text" help:"text or json."`
}

// Run tries unreadable records again.
func (o *retryCmd) Run(c *command) (err error) {
	cs, err := o.write(c)
	if err != nil {
		return err
	}
	defer closing(cs, &err)
	res, err := cs.Retry(c.ctx, casefile.RetryOptions{Version: c.Version, Batch: c.Batch})
	if err != nil {
		return err
	}
	if o.Format == "json" {
		if err := writeJSON(c.Stdout, res); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(c.Stdout, "%s tried again: %s understood now, %s not\n", plural(res.Tried, "unreadable record"), audit.Grouped(res.Understood), audit.Grouped(res.Still))
		if res.Understood > 0 {
			fmt.Fprintf(c.Stdout, "they gave %s, %s and %s; the case notes it\n", plural(res.Events, "event"), plural(res.Matching, "matching record"), plural(res.Duplicates, "duplicate"))
		}
		if res.Cut > 0 {
			fmt.Fprintf(c.Stdout, "%s can't be tried, for not all of their bytes were kept\n", plural(res.Cut, "further one"))
		}
	}
	if res.Cancelled {
		return errors.New("retry: cancelled; what was understood until then stays in the case, and another retry goes on from there")
	}
	return nil
}
