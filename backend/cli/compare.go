package cli

import (
	"fmt"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

type compareCmd struct {
	caseArg
	Old    string `arg:"" help:"The source that is replaced: path, base name or number."`
	New    string `arg:"" help:"The source that was sent again."`
	Format string `enum:"table,json" default:"table" help:"table or json."`
}

// Run compares two sources event by event.
func (o *compareCmd) Run(c *command) (err error) {
	cs, err := o.open(c)
	if err != nil {
		return err
	}
	defer closing(cs, &err)
	was, err := cs.FindSource(c.ctx, o.Old)
	if err != nil {
		return err
	}
	is, err := cs.FindSource(c.ctx, o.New)
	if err != nil {
		return err
	}
	got, err := cs.CompareSources(c.ctx, was.Number, is.Number)
	if err != nil {
		return err
	}
	if o.Format == "json" {
		return writeJSON(c.Stdout, got)
	}
	fmt.Fprintf(c.Stdout, "#%d %s, compared with #%d %s, which it replaces:\n%s; %s alike\n\n", got.New, escape(got.NewPath), got.Old, escape(got.OldPath), got.Words, audit.Grouped(got.Alike))
	t := newWholeTable(c.Stdout)
	t.row("EVENTS", "COUNT", "IN SCOPE", "QUERY")
	for _, l := range []struct {
		what string
		casefile.ComparedEvents
	}{{"new", got.Added}, {"missing", got.Missing}, {"differ", got.Differ}} {
		query := l.Query
		if l.Listed < l.Count {
			query += fmt.Sprintf("   (the first %s)", audit.Grouped(l.Listed))
		}
		t.row(l.what, audit.Grouped(l.Count), audit.Grouped(l.InScope), query)
	}
	if err := t.flush(); err != nil {
		return err
	}
	fmt.Fprintln(c.Stdout)
	for _, n := range got.Notes {
		fmt.Fprintln(c.Stdout, escape(n))
	}
	return nil
}
