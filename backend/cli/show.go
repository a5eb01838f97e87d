package cli

import (
	"fmt"
	"io"
	"strings"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/diff"
	"auditdesk/backend/store"
)

type showCmd struct {
	caseArg
	Event  string `arg:"" help:"A ref such as 7K2M-9QXD-41TB, or the id of a v2 event."`
	Raw    bool   `help:"Print the record instead, with secrets masked."`
	Reveal bool   `help:"With --raw: print its very bytes. The case notes that it was done."`
	Format string `enum:"text,json" default:"text" help:"text or json."`
}

// Run shows one event.
func (o *showCmd) Run(c *command) (err error) {
	if o.Reveal && !o.Raw {
		return usagef("--reveal goes with --raw")
	}
	open := o.openDerived
	if o.Reveal {
		open = o.write
	}
	cs, err := open(c)
	if err != nil {
		return err
	}
	defer closing(cs, &err)
	if o.Raw {
		return o.raw(c, cs)
	}
	d, err := cs.Event(c.ctx, o.Event)
	if err != nil {
		return err
	}
	if o.Format == "json" {
		return writeJSON(c.Stdout, d.Event)
	}
	return o.text(c, d)
}

func (o *showCmd) raw(c *command, cs *casefile.Case) error {
	read := cs.MaskedBytes
	if o.Reveal {
		read = cs.RevealBytes
	}
	raws, err := read(c.ctx, o.Event)
	if err != nil {
		return err
	}
	if len(raws) > 1 { // the record itself; its matching records are other lines of other files
		fmt.Fprintf(c.Stderr, "auditdesk: the event has %s more; this is the first\n", plural(int64(len(raws)-1), "record"))
		raws = raws[:1]
	}
	return printRaw(c, raws)
}

func printRaw(c *command, raws []store.RawRecord) error {
	for _, r := range raws {
		if c.Terminal {
			if _, err := fmt.Fprintln(c.Stdout, escapeLines(string(r.Bytes))); err != nil {
				return err
			}
			continue
		}
		if _, err := c.Stdout.Write(append(r.Bytes, '\n')); err != nil {
			return err
		}
	}
	return nil
}

func (o *showCmd) text(c *command, d casefile.EventDetail) error {
	e := d.Event
	fmt.Fprintf(c.Stdout, "%s\n\n", escape(d.Sentence))
	t := newWholeTable(c.Stdout)
	field := func(name, value string) {
		if value != "" {
			t.row(name, value)
		}
	}
	field("Ref", string(e.Ref))
	field("Time", e.Time.String()+" UTC")
	if e.TimeText != e.Time.String() {
		field("Time as logged", e.TimeText)
	}
	field("Log", string(e.Log)+", Coder "+string(e.Version))
	field("Deployment", e.Deployment)
	field("User", orNone(e.User.Label()))
	field("Username", e.User.Username)
	field("Name", e.User.Name)
	field("User id", e.User.ID)
	field("Roles", strings.Join(d.Roles, ", "))
	field("Action", e.Action)
	field("Resource type", e.ResourceType)
	field("Target", e.ResourceTarget)
	field("Resource id", e.ResourceID)
	field("Status", statusWords(&e))
	field("IP", orNone(e.IP))
	field("User agent", orNone(e.UserAgent))
	field("Organization", e.Organization)
	if d.Organization != "" && audit.FoldASCII(d.Organization) != audit.FoldASCII(e.Organization) {
		field("Organization is", d.Organization+", by other records")
	}
	field("Request id", e.RequestID)
	field("Event id", orNone(e.ID))
	field("Additional", e.Additional)
	if e.Synthetic {
		field("Note", "looks like a row made by Coder's test generator")
	}
	if e.Differs {
		field("Note", "its matching records differ in a recorded value")
	}
	if err := t.flush(); err != nil {
		return err
	}
	if err := showChanges(c.Stdout, e.Changes); err != nil {
		return err
	}
	fmt.Fprint(c.Stdout, "\nRecords\n")
	t = newWholeTable(c.Stdout)
	for i, s := range e.Sources {
		what := "the record itself"
		if i > 0 {
			what = "matching record"
		}
		if s.Differs {
			what += ", differs"
		}
		t.row("  "+s.Path, "line "+audit.Grouped(s.Line), "byte "+audit.Grouped(s.Offset), string(s.Form), what)
	}
	return t.flush()
}

func showChanges(w io.Writer, changes []audit.Change) error {
	if len(changes) == 0 {
		return nil
	}
	fmt.Fprint(w, "\nChanges\n")
	t := newWholeTable(w)
	for _, ch := range changes {
		label := ch.Panel
		if ch.Setting != "" {
			label += ": " + ch.Setting
		}
		basis := string(ch.Basis)
		if ch.From != "" {
			basis += " from " + string(ch.From)
		}
		t.row("  "+ch.Field, ch.Words, basis, diff.OutcomeWords(ch.Outcome), label, ch.Note)
	}
	return t.flush()
}
