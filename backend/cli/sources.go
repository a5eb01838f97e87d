package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
)

type sourcesCmd struct {
	caseArg
	Format string `enum:"table,json,summary" default:"table" help:"table, json, or summary: text for a working paper."`
}

// Run accounts for every line.
func (o *sourcesCmd) Run(c *command) (err error) {
	cs, err := o.open(c)
	if err != nil {
		return err
	}
	defer closing(cs, &err)
	if o.Format == "summary" {
		text, err := cs.Summary(c.ctx, nil, c.Version)
		if err != nil {
			return err
		}
		_, err = fmt.Fprint(c.Stdout, text)
		return err
	}
	s, err := cs.Sources(c.ctx)
	if err != nil {
		return err
	}
	if o.Format == "json" {
		return writeJSON(c.Stdout, s.Sources)
	}
	t := newTable(c.Stdout, "NO", "SOURCE", "LINES", "RECORDS", "EVENTS", "MATCHING", "DUPLICATES", "UNREADABLE", "OTHER LINES", "DEPLOYMENT", "SHAPE", "SHA-256")
	var sum audit.Counts
	for _, src := range s.Sources {
		sum.Add(src.Counts)
		t.row(append(append([]string{fmt.Sprintf("#%d", src.Number), src.Path}, countCells(src.Counts)...), src.Deployment, src.Shape, src.SHA256)...)
	}
	t.row(append([]string{"", plural(int64(len(s.Sources)), "source")}, countCells(sum)...)...)
	if err := t.flush(); err != nil {
		return err
	}
	for _, src := range s.Sources {
		if src.State == audit.SourcePartial {
			fmt.Fprintf(c.Stdout, "%s: READ IN PART, %s so far; importing it again goes on from there\n", escape(src.Path), plural(src.Lines, "line"))
		}
		if src.Note != "" {
			fmt.Fprintf(c.Stdout, "%s: %s\n", escape(src.Path), escape(src.Note))
		}
		if words := receiptWords(&src); words != "" {
			fmt.Fprintf(c.Stdout, "%s: %s\n", escape(src.Path), escape(words))
		}
	}
	fmt.Fprintf(c.Stdout, "\nlines = lines with records (%s) + other lines; records = events + matching + duplicates + unreadable\n", audit.Grouped(sum.RecordLines))
	if err := o.rest(c, s); err != nil {
		return err
	}
	tested, err := cs.Completeness(c.ctx, "UTC")
	if err != nil {
		return err
	}
	return printVerdicts(c, &tested)
}

func (o *sourcesCmd) rest(c *command, s casefile.Sources) error {
	if len(s.Other) > 0 {
		fmt.Fprint(c.Stdout, "\nOther lines by pattern\n")
		t := newTable(c.Stdout)
		for _, l := range s.Other {
			t.row("  "+l.Pattern, fmt.Sprintf("%12s", audit.Grouped(l.Count)), l.Example)
		}
		if err := t.flush(); err != nil {
			return err
		}
	}
	if len(s.Gaps) > 0 {
		fmt.Fprint(c.Stdout, "\nDays without any record (UTC)\n")
		t := newTable(c.Stdout)
		for _, g := range s.Gaps {
			days := int64(g.To.Std().Sub(g.From.Std()).Hours() / 24)
			t.row("  "+g.Deployment, g.From.Std().Format("2006-01-02"), plural(days, "day"))
		}
		return t.flush()
	}
	return nil
}

type versionCmd struct{}

// Run prints versions.
func (*versionCmd) Run(c *command) error {
	build := "unknown build"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				build = "build " + s.Value[:min(12, len(s.Value))]
			}
		}
	}
	_, err := fmt.Fprintf(c.Stdout, "auditdesk %s, %s, %s, SQLite %s\n", c.Version, build, strings.TrimPrefix(runtime.Version(), ""), casefile.SQLiteVersion())
	return err
}
