package cli

import (
	"fmt"
	"io"
	"strings"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/diff"
	"auditdesk/backend/export"
)

// page is how many rows a list reads at once.
const page = 2000

type listFlags struct {
	Limit  int    `default:"100" help:"Rows at most; 0 for all."`
	Offset int    `default:"0" help:"Rows to skip."`
	Order  string `enum:"newest,oldest" default:"newest" help:"newest or oldest first."`
}

func (f listFlags) check() error {
	if f.Limit < 0 || f.Offset < 0 {
		return usagef("--limit and --offset can't be negative")
	}
	return nil
}

// pages calls read for page after page until limit rows or none are left.
func (f listFlags) pages(read func(offset, limit int) (got int, err error)) error {
	for done := 0; f.Limit == 0 || done < f.Limit; {
		want := page
		if f.Limit > 0 {
			want = min(want, f.Limit-done)
		}
		got, err := read(f.Offset+done, want)
		if err != nil {
			return err
		}
		if got < want {
			return nil
		}
		done += got
	}
	return nil
}

type eventsCmd struct {
	caseArg
	queryArg
	listFlags
	Format string `enum:"table,json,jsonl,csv" default:"table" help:"table, json, jsonl or csv."`
}

// Run lists events.
func (o *eventsCmd) Run(c *command) (err error) {
	if err := o.check(); err != nil {
		return err
	}
	cs, err := o.openDerived(c)
	if err != nil {
		return err
	}
	defer closing(cs, &err)
	sink, err := newEventSink(c, cs, o.Format)
	if err != nil {
		return err
	}
	err = o.pages(func(offset, limit int) (int, error) {
		got, err := cs.EventRows(c.ctx, casefile.RowsRequest{Query: o.text(), Zone: string(o.Zone), Order: audit.Order(o.Order), Offset: offset, Limit: limit})
		if err != nil {
			return 0, err
		}
		for i := range got.Rows {
			if err := sink.add(&got.Rows[i]); err != nil {
				return 0, err
			}
		}
		return len(got.Rows), nil
	})
	if err != nil {
		return err
	}
	return sink.end()
}

// sink prints rows in one of the formats.
type sink[T any] struct {
	add func(T) error
	end func() error
}

func newEventSink(c *command, cs *casefile.Case, format string) (sink[*audit.Event], error) {
	switch format {
	case "json":
		return jsonArray[*audit.Event](c), nil
	case "jsonl":
		return jsonLines[*audit.Event](c), nil
	case "csv":
		s, err := cs.Sources(c.ctx)
		if err != nil {
			return sink[*audit.Event]{}, err
		}
		w := export.NewCSVWriter(c.csv(), s.Sources, false)
		return sink[*audit.Event]{w.Write, w.Flush}, nil
	}
	t := newTable(c.Stdout, "TIME (UTC)", "USER", "IP", "ACTION", "TARGET", "TYPE", "STATUS", "CHANGES", "REF")
	return sink[*audit.Event]{func(e *audit.Event) error {
		words := make([]string, 0, len(e.Changes))
		for _, ch := range e.Changes {
			words = append(words, changeWords(ch))
		}
		t.row(e.Time.Std().Format("2006-01-02 15:04:05.000"), orNone(e.User.Label()), e.IP, e.Action, e.ResourceTarget, e.ResourceType, statusWords(e), strings.Join(words, "; "), string(e.Ref))
		return nil
	}, t.flush}, nil
}

// csv is where CSV goes. It holds the texts of a log as they are, which a terminal must not get.
func (c *command) csv() io.Writer {
	if c.Terminal {
		return &visibleWriter{w: c.Stdout}
	}
	return c.Stdout
}

func jsonArray[T any](c *command) sink[T] {
	first := true
	return sink[T]{func(v T) error {
		sep := ",\n"
		if first {
			sep, first = "[\n", false
		}
		if _, err := fmt.Fprint(c.Stdout, sep); err != nil {
			return err
		}
		b, err := marshal(v)
		if err != nil {
			return err
		}
		_, err = c.Stdout.Write(b)
		return err
	}, func() error {
		text := "\n]\n"
		if first {
			text = "[]\n"
		}
		_, err := fmt.Fprint(c.Stdout, text)
		return err
	}}
}

func jsonLines[T any](c *command) sink[T] {
	return sink[T]{func(v T) error { return writeLine(c.Stdout, v) }, func() error { return nil }}
}

func changeWords(ch audit.Change) string {
	if ch.Field == "" {
		return ch.Words
	}
	return ch.Field + ": " + ch.Words
}

func statusWords(e *audit.Event) string {
	if e.Status == audit.NoStatus {
		return "not recorded"
	}
	if o := e.Outcome(); o != audit.OutcomeOK {
		return fmt.Sprintf("%d %s", e.Status, o)
	}
	return fmt.Sprint(e.Status)
}

func orNone(s string) string {
	if s == "" {
		return "(not recorded)"
	}
	return s
}

type countCmd struct {
	caseArg
	queryArg
}

// Run prints the number of matching events.
func (o *countCmd) Run(c *command) (err error) {
	cs, err := o.openDerived(c)
	if err != nil {
		return err
	}
	defer closing(cs, &err)
	n, err := cs.Count(c.ctx, casefile.OfEvents, o.text(), string(o.Zone))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.Stdout, n)
	return err
}

type changesCmd struct {
	caseArg
	queryArg
	listFlags
	Line   bool   `help:"Each change as a line for a working paper instead."`
	Format string `enum:"table,json,jsonl,csv,text,markdown,row" default:"table" help:"table, json, jsonl or csv; of lines text, markdown, or row (cells parted by tabs)."`
}

func (o *changesCmd) check() error {
	switch {
	case isPaper(o.Format) && !o.Line:
		return usagef("--format %s is for --line", o.Format)
	case o.Line && !isPaper(o.Format) && o.Format != "table":
		return usagef("a line is text, markdown or row")
	}
	return o.listFlags.check()
}

// Run lists changed fields.
func (o *changesCmd) Run(c *command) (err error) {
	if err := o.check(); err != nil {
		return err
	}
	cs, err := o.openDerived(c)
	if err != nil {
		return err
	}
	defer closing(cs, &err)
	if o.Line {
		return o.lines(c, cs)
	}
	out := newChangeSink(c, o.Format)
	err = o.pages(func(offset, limit int) (int, error) {
		got, err := cs.ChangeRows(c.ctx, o.rows(offset, limit))
		if err != nil {
			return 0, err
		}
		for i := range got.Rows {
			if err := out.add(&got.Rows[i]); err != nil {
				return 0, err
			}
		}
		return len(got.Rows), nil
	})
	if err != nil {
		return err
	}
	return out.end()
}

func (o *changesCmd) rows(offset, limit int) casefile.RowsRequest {
	return casefile.RowsRequest{Query: o.text(), Zone: string(o.Zone), Order: audit.Order(o.Order), Offset: offset, Limit: limit}
}

// lines prints each change as a line for a working paper.
func (o *changesCmd) lines(c *command, cs *casefile.Case) error {
	return o.pages(func(offset, limit int) (int, error) {
		lines, err := cs.ChangeLines(c.ctx, o.rows(offset, limit), paperFormat(o.Format))
		if err != nil {
			return 0, err
		}
		for _, line := range lines {
			if _, err := fmt.Fprintln(c.Stdout, escapeLines(line)); err != nil {
				return 0, err
			}
		}
		return len(lines), nil
	})
}

func newChangeSink(c *command, format string) sink[*audit.ChangeRow] {
	switch format {
	case "json":
		return jsonArray[*audit.ChangeRow](c)
	case "jsonl":
		return jsonLines[*audit.ChangeRow](c)
	case "csv":
		w := export.NewChangesCSVWriter(c.csv(), false)
		return sink[*audit.ChangeRow]{func(r *audit.ChangeRow) error {
			casefile.SayWeak(r)
			return w.Write(r)
		}, w.Flush}
	}
	t := newTable(c.Stdout, "TIME (UTC)", "USER", "ACTION", "TARGET", "PANEL", "FIELD", "CHANGE", "BASIS", "OUTCOME", "EVENT")
	return sink[*audit.ChangeRow]{func(r *audit.ChangeRow) error {
		panel := r.Panel
		if r.Setting != "" {
			panel += ": " + r.Setting
		}
		t.row(r.Time.Std().Format("2006-01-02 15:04:05.000"), orNone(r.User), r.Action, r.Target, panel, r.Field, r.Words, basisWords(r.Change), diff.OutcomeWords(r.Outcome), string(r.Event))
		return nil
	}, t.flush}
}

// basisWords says on what the value before rests, over how many stretches without records it was derived, and where a change that
// the log lacks lies beside it.
func basisWords(ch audit.Change) string {
	s := string(ch.Basis)
	switch {
	case ch.Gaps == 1:
		s += ", 1 gap"
	case ch.Gaps > 1:
		s += fmt.Sprintf(", %d gaps", ch.Gaps)
	}
	if ch.BreakBefore != nil {
		s += ", " + string(audit.ContinuityBreakBefore)
	}
	if ch.BreakAfter != nil {
		s += ", " + string(audit.ContinuityBreakAfter)
	}
	return s
}
