package cli

import (
	"fmt"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

type completenessCmd struct {
	caseArg
	Format string   `enum:"table,json" default:"table" help:"table or json."`
	Zone   zoneName `default:"UTC" help:"IANA time zone of the times in sentences."`
}

// Run tests what was received.
func (o *completenessCmd) Run(c *command) (err error) {
	cs, err := o.open(c)
	if err != nil {
		return err
	}
	defer closing(cs, &err)
	res, err := cs.Completeness(c.ctx, string(o.Zone))
	if err != nil {
		return err
	}
	if o.Format == "json" {
		return writeJSON(c.Stdout, res)
	}
	o.print(c, &res)
	return nil
}

// print writes each test as a block: its verdict and why, what it looked at, what it found, what it can't show.
func (o *completenessCmd) print(c *command, res *casefile.Completeness) {
	deployment := ""
	for i := range res.Tests {
		t := &res.Tests[i]
		if i > 0 {
			fmt.Fprintln(c.Stdout)
		}
		if t.Deployment != deployment {
			deployment = t.Deployment
			fmt.Fprintf(c.Stdout, "DEPLOYMENT %s\n\n", escape(deployment))
		}
		title := t.Title
		if t.Step != audit.StepWithinRecords {
			title = string(t.Step) + ": " + title
		}
		fmt.Fprintf(c.Stdout, "%s: %s\n  %s\n", title, t.Verdict, escape(t.Words))
		if t.Looked != "" {
			fmt.Fprintf(c.Stdout, "  looked at: %s\n", escape(t.Looked))
		}
		for _, f := range t.Findings {
			fmt.Fprintf(c.Stdout, "  - %s\n", escape(f.Words))
			if f.Query != "" {
				fmt.Fprintf(c.Stdout, "      %s\n", escape(f.Query))
			}
		}
		if t.Further > 0 {
			fmt.Fprintf(c.Stdout, "  and %s more\n", audit.Grouped(t.Further))
		}
		if t.Method != "" {
			fmt.Fprintf(c.Stdout, "  how: %s\n", t.Method)
		}
		if t.Limit != "" {
			fmt.Fprintf(c.Stdout, "  can't show: %s\n", t.Limit)
		}
	}
}

// printVerdicts writes a line a test, for the end of a longer report.
func printVerdicts(c *command, res *casefile.Completeness) error {
	fmt.Fprint(c.Stdout, "\nTests of completeness\n")
	t := newWholeTable(c.Stdout)
	for i := range res.Tests {
		one := &res.Tests[i]
		title := one.Title
		if one.Deployment != "" {
			title += " (" + one.Deployment + ")"
		}
		t.row("  "+title, string(one.Verdict), one.Words)
	}
	return t.flush()
}
