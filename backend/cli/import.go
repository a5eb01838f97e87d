package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/ingest"
)

type importCmd struct {
	caseArg
	Paths      []string `arg:"" name:"path" help:"Files, folders (recursively), or - for stdin."`
	Deployment string   `help:"The deployment that the logs come from; a case with one deployment needs no name."`
	Format     string   `enum:"text,json" default:"text" help:"text or json."`
}

// Run imports.
func (o *importCmd) Run(c *command) (err error) {
	for i := range o.Paths {
		o.Paths[i] = unguard(o.Paths[i])
	}
	// Nothing is made for paths that can't be read.
	if _, _, err := ingest.Files(o.Paths, c.Stdin); err != nil {
		return err
	}
	cs, made, err := o.openOrCreate(c)
	if err != nil {
		return err
	}
	bar := progressLine{w: c.Stderr, on: c.ErrTerminal}
	res, err := cs.Import(c.ctx, o.Paths, casefile.ImportOptions{Deployment: o.Deployment, Stdin: c.Stdin, Progress: bar.importing, Batch: c.Batch})
	bar.clear()
	closeErr := cs.Close()
	if err != nil {
		if made && res.Events == 0 && len(res.Sources) == 0 {
			_ = os.Remove(o.Case.path()) // it was made for this import and holds nothing
		}
		return errors.Join(err, closeErr)
	}
	if closeErr != nil {
		return closeErr
	}
	if o.Format == "json" {
		err = writeJSON(c.Stdout, struct {
			Case    string         `json:"case"`
			Sources []audit.Source `json:"sources"`
			Events  int64          `json:"events"`
			Seconds float64        `json:"seconds"`
			// Deriving is the part of them that values before changes took.
			Deriving float64  `json:"seconds_deriving"`
			Derived  int      `json:"settings_derived"`
			Skipped  []string `json:"skipped,omitempty"`
		}{o.Case.path(), res.Sources, res.Events, res.Seconds, res.Deriving, res.Derived, res.Skipped})
	} else {
		err = o.text(c, res)
	}
	if err != nil {
		return err
	}
	return o.outcome(c, res)
}

// outcome sets the exit code, and reports files that could not be read.
func (o *importCmd) outcome(c *command, res ingest.Result) error {
	var unreadable int64
	for _, s := range res.Sources {
		unreadable += s.Unreadable
		if s.State == audit.SourceWhole && s.Records == 0 {
			fmt.Fprintf(c.Stderr, "auditdesk: %s: no audit record found in %s\n", escape(s.Path), plural(s.Lines, "line"))
		}
	}
	for _, s := range res.Skipped {
		fmt.Fprintln(c.Stderr, "auditdesk: left out", escape(s))
	}
	if unreadable > 0 {
		c.code = ExitUnreadable
		fmt.Fprintf(c.Stderr, "auditdesk: %s could not be read; auditdesk unreadable %s lists them with their reasons\n", plural(unreadable, "record"), escape(o.Case.path()))
	}
	if len(res.Errors) > 0 {
		for _, e := range res.Errors[1:] {
			fmt.Fprintf(c.Stderr, "auditdesk: import %s\n", oneLine(e))
		}
		return fmt.Errorf("import %w; what was read before stays in the case, and importing the file again goes on from there", res.Errors[0])
	}
	if res.Cancelled {
		return errors.New("import: cancelled; what was committed stays in the case, and importing the same files again goes on from there")
	}
	return nil
}

func (o *importCmd) text(c *command, res ingest.Result) error {
	t := newTable(c.Stdout, "SOURCE", "LINES", "RECORDS", "EVENTS", "MATCHING", "DUPLICATES", "UNREADABLE", "OTHER LINES", "SHAPE")
	var sum audit.Counts
	for _, s := range res.Sources {
		sum.Add(s.Counts)
		shape := s.Shape
		if s.Note != "" {
			shape = strings.TrimPrefix(shape+"; "+s.Note, "; ")
		}
		t.row(append([]string{s.Path}, append(countCells(s.Counts), shape)...)...)
	}
	if len(res.Sources) > 1 {
		t.row(append([]string{plural(int64(len(res.Sources)), "source")}, countCells(sum)...)...)
	}
	if err := t.flush(); err != nil {
		return err
	}
	says := "every line is accounted for"
	if !sum.AddsUp() {
		says = "the lines do not add up: please report this"
	}
	_, err := fmt.Fprintf(c.Stdout, "%s new in %s, %.1f s; %s\n", plural(res.Events, "event"), escape(o.Case.path()), res.Seconds, says)
	return err
}

func countCells(n audit.Counts) []string {
	return []string{audit.Grouped(n.Lines), audit.Grouped(n.Records), audit.Grouped(n.Events), audit.Grouped(n.Matching), audit.Grouped(n.Duplicates), audit.Grouped(n.Unreadable), audit.Grouped(n.Other)}
}

func plural(n int64, word string) string {
	if n != 1 {
		word += "s"
	}
	return audit.Grouped(n) + " " + word
}

// progressLine draws one line that is overwritten.
type progressLine struct {
	w     interface{ Write([]byte) (int, error) }
	on    bool
	drawn bool
}

func (p *progressLine) importing(g ingest.Progress) {
	s := fmt.Sprintf("%s: %s records, %s events", escape(g.File), audit.Grouped(g.Records), audit.Grouped(g.Events))
	if g.Files > 1 {
		s = fmt.Sprintf("%d of %d, ", g.FileNumber, g.Files) + s
	}
	s += fmt.Sprintf(", %.1f MB", float64(g.Bytes)/1e6)
	if g.TotalBytes > 0 {
		s += fmt.Sprintf(" of %.1f", float64(g.TotalBytes)/1e6)
	}
	if g.Rate > 0 {
		s += fmt.Sprintf(", %s records/s", audit.Grouped(int64(g.Rate)))
	}
	if g.Left > 0 {
		s += ", " + time.Duration(g.Left*float64(time.Second)).Round(time.Second).String() + " left"
	}
	p.draw(s)
}

func (p *progressLine) draw(s string) {
	if !p.on {
		return
	}
	p.drawn = true
	fmt.Fprintf(p.w, "\r\x1b[K%s", s)
}

func (p *progressLine) clear() {
	if p.drawn {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
