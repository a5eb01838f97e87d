package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/ingest"
)

type previewCmd struct {
	Paths  []string `arg:"" name:"path" help:"Files and folders (recursively)."`
	Case   string   `placeholder:"CASE" help:"Warn of what this case says against importing them."`
	Format string   `enum:"text,json" default:"text" help:"text or json."`
}

// Run looks at files before they are imported.
func (o *previewCmd) Run(c *command) (err error) {
	for i := range o.Paths {
		o.Paths[i] = unguard(o.Paths[i])
	}
	inputs, skipped, err := ingest.Files(o.Paths, c.Stdin)
	if err != nil {
		return err
	}
	look := func(in ingest.Input) (ingest.Preview, error) { return casefile.Preview(c.ctx, in, c.Now) }
	if o.Case != "" {
		cs, openErr := casefile.Open(c.ctx, o.Case, casefile.Options{Now: c.Now, ReadOnly: true})
		if openErr != nil {
			return openErr
		}
		defer closing(cs, &err)
		look = func(in ingest.Input) (ingest.Preview, error) { return cs.Preview(c.ctx, in) }
	}
	out := sink[*ingest.Preview]{func(p *ingest.Preview) error { return printPreview(c.Stdout, p) }, func() error { return nil }}
	if o.Format == "json" {
		out = jsonArray[*ingest.Preview](c)
	}
	var failed error
	for _, in := range inputs {
		p, err := look(in)
		if c.ctx.Err() != nil {
			return errors.New("preview: cancelled")
		}
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("look at %w", ingest.FileError{Path: in.Path, Err: err}))
			continue
		}
		if err := out.add(&p); err != nil {
			return err
		}
	}
	for _, s := range skipped {
		fmt.Fprintln(c.Stderr, "auditdesk: left out", escape(s))
	}
	return errors.Join(failed, out.end())
}

// printPreview prints what was seen of one file.
func printPreview(w io.Writer, p *ingest.Preview) error {
	looked := "all of it was looked at"
	if !p.Whole {
		looked = fmt.Sprintf("the first %s (unpacked) were looked at", byteWords(p.Read))
		if p.Archive != "" {
			looked = fmt.Sprintf("%s (unpacked) of it were looked at", byteWords(p.Read))
		}
	}
	fmt.Fprintf(w, "%s\n  %s, %s\n", escape(p.Path), byteWords(p.Bytes), looked)
	if p.Shape != "" {
		fmt.Fprintf(w, "  %s\n", escape(p.Shape))
	}
	if p.First != nil {
		about := ""
		if !p.Whole {
			about = "about "
		}
		fmt.Fprintf(w, "  %s%s to %s (UTC)\n", about, instant(*p.First), instant(*p.Last))
	}
	fmt.Fprintf(w, "  %s: %s, %s of them unreadable, and %s\n", plural(p.Lines, "line"), plural(p.Records, "record"), audit.Grouped(p.Unreadable), plural(p.Other, "other line"))
	for _, warning := range p.Warnings {
		fmt.Fprintf(w, "  ! %s\n", escape(warning.Words))
	}
	t := newTable(w)
	if len(p.Members) > 0 {
		t.row("  Members")
		for _, m := range p.Members {
			t.row("    "+strings.TrimPrefix(m.Path, p.Path+"/"), byteWords(m.Bytes), plural(m.Records, "record"), m.Shape, members(&m))
		}
		switch {
		case p.Further < 0:
			t.row("    further members were not looked at")
		case p.Further > 0:
			t.row("    " + plural(int64(p.Further), "further member") + " not looked at")
		}
	}
	if len(p.Events) > 0 {
		t.row("  First events, TIME (UTC)", "USER", "ACTION", "TARGET", "TYPE", "STATUS", "CHANGES")
		for i := range p.Events {
			e := &p.Events[i]
			words := make([]string, 0, len(e.Changes))
			for _, ch := range e.Changes {
				words = append(words, changeWords(ch))
			}
			t.row("    "+e.Time.Std().Format("2006-01-02 15:04:05.000"), orNone(e.User.Label()), e.Action, e.ResourceTarget, e.ResourceType, statusWords(e), strings.Join(words, "; "))
		}
	}
	if len(p.OtherLines) > 0 {
		t.row("  Other lines by pattern")
		for _, l := range p.OtherLines {
			t.row("    "+l.Pattern, audit.Grouped(l.Count), l.Example)
		}
	}
	if len(p.Failures) > 0 {
		t.row("  Unreadable records")
		for _, u := range p.Failures {
			t.row(fmt.Sprintf("    line %s", audit.Grouped(u.Line)), u.Reason, u.Excerpt)
		}
	}
	if err := t.flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w)
	return err
}

func members(m *ingest.Preview) string {
	words := make([]string, 0, len(m.Warnings))
	for _, w := range m.Warnings {
		words = append(words, w.Words)
	}
	return strings.Join(words, "; ")
}

func instant(t audit.Time) string { return t.Std().Format("2006-01-02 15:04:05") }

// byteWords writes a size: "812 bytes", "42.3 MiB".
func byteWords(n int64) string {
	switch {
	case n < 1<<10:
		return plural(n, "byte")
	case n < 1<<20:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	case n < 1<<30:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
}
