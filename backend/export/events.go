package export

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"auditdesk/backend/audit"
)

const eventsName = "Events"

// eventColumns are the columns of the Events sheet and of CSV.
func eventColumns() []column {
	return []column{
		{name: "Time (UTC)", kind: instant},
		{name: "Time as logged", kind: mark},
		{name: "Ref", kind: mark},
		{name: "User"},
		{name: "E-mail"},
		{name: "Action"},
		{name: "Resource type"},
		{name: "Target"},
		{name: "Status", kind: number},
		{name: "Outcome"},
		{name: "IP", kind: mark},
		{name: "User agent", max: 30},
		{name: "Organization"},
		{name: "Changes", max: 70},
		{name: "Event id", kind: mark},
		{name: "Version", kind: mark},
		{name: "Deployment"},
		{name: "Source file"},
		{name: "Line", kind: number},
	}
}

// eventRow fills row with the values of eventColumns.
func eventRow(row []any, e *audit.Event, names map[string]string) []any {
	row = append(row[:0],
		e.Time, e.TimeText, string(e.Ref),
		cmp.Or(e.User.Username, e.User.Name, e.User.ID), e.User.Email,
		e.Action, e.ResourceType, e.ResourceTarget, nil, string(e.Outcome()),
		e.IP, e.UserAgent, e.Organization, ChangesInWords(e),
		e.ID, string(e.Version), e.Deployment, "", nil)
	const status, file, line = 8, 17, 18
	if e.Status != audit.NoStatus {
		row[status] = int64(e.Status)
	}
	if len(e.Sources) > 0 {
		row[file] = sourceName(names, e.Sources[0].Path)
		row[line] = e.Sources[0].Line
	}
	return row
}

// ChangesInWords puts the changes of an event on one line: "gpu vendor: none → amd; access URL: a → b".
func ChangesInWords(e *audit.Event) string {
	switch {
	case len(e.Changes) == 0 && e.Unrecorded:
		return "changed, content not recorded by Coder"
	case len(e.Changes) == 0:
		return ""
	case len(e.Changes) == 1:
		return changeInWords(&e.Changes[0])
	}
	var b strings.Builder
	for i := range e.Changes {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(changeInWords(&e.Changes[i]))
	}
	return b.String()
}

func changeInWords(c *audit.Change) string {
	switch {
	case c.Field == "":
		return cmp.Or(c.Words, "changed, content not recorded by Coder")
	case c.Words == "":
		return c.Field
	default:
		return c.Field + ": " + c.Words
	}
}

func eventsSheet(in Input) *sheet {
	rows := in.TotalEvents
	if rows == 0 {
		rows = -1 // a result without events is a result: the sheet with its header says so
	}
	return &sheet{name: eventsName, stage: listing, rows: rows, listed: true, write: writeEvents}
}

func writeEvents(ctx context.Context, b *book, s *sheet) (err error) {
	t := b.newTable(s, eventColumns())
	digests := newDigester()
	defer func() {
		sum, hashErr := digests.finish(err)
		b.result.SHA256, err = sum, cmp.Or(err, hashErr)
	}()
	var row []any
	for e, err := range b.in.Events(ctx) {
		if err != nil {
			return err
		}
		if b.result.Events == b.in.TotalEvents {
			return changedMeanwhile("events", b.result.Events+1, b.in.TotalEvents)
		}
		row = eventRow(row, &e, b.names)
		if err := t.add(ctx, row...); err != nil {
			return fmt.Errorf("event %s: %w", e.Ref, err)
		}
		digests.add(e)
		b.result.Events++
		for i := range e.Changes {
			if e.Changes[i].Secret {
				b.masked++
			}
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if b.result.Events != b.in.TotalEvents {
		return changedMeanwhile("events", b.result.Events, b.in.TotalEvents)
	}
	return t.finish()
}
