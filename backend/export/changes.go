package export

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/xuri/excelize/v2"

	"auditdesk/backend/audit"
)

const changesName = "Admin changes"

// Positions in changeColumns that the conditional formats name.
const (
	changeBefore  = "H"
	changeBasis   = "K"
	changeOutcome = "L"
)

func changeColumns() []column {
	return []column{
		{name: "Time (UTC)", kind: instant},
		{name: "User"},
		{name: "Action"},
		{name: "Target"},
		{name: "Panel"},
		{name: "Setting"},
		{name: "Field"},
		{name: "Before"}, // changeBefore
		{name: "After"},
		{name: "Kind"},
		{name: "Basis"},   // changeBasis
		{name: "Outcome"}, // changeOutcome
		{name: "In words", max: 60},
		{name: "Note"},
		{name: "Status", kind: number},
		{name: "Resource type"},
		{name: "Deployment"},
		{name: "Version", kind: mark},
		{name: "Event", kind: mark},
		{name: "Before is from event", kind: mark},
	}
}

func changesSheet(in Input) *sheet {
	return &sheet{name: changesName, stage: listing, rows: in.TotalChanges, listed: true, write: writeChanges}
}

func writeChanges(ctx context.Context, b *book, s *sheet) error {
	t := b.newTable(s, changeColumns())
	t.dress = b.dressChanges
	row := make([]any, 0, len(t.cols))
	for c, err := range b.in.Changes(ctx) {
		if err != nil {
			return err
		}
		if b.result.Changes == b.in.TotalChanges {
			return changedMeanwhile("changes", b.result.Changes+1, b.in.TotalChanges)
		}
		if err := t.add(ctx, changeRow(row, &c)...); err != nil {
			return fmt.Errorf("change of event %s: %w", c.Event, err)
		}
		b.result.Changes++
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if b.result.Changes != b.in.TotalChanges {
		return changedMeanwhile("changes", b.result.Changes, b.in.TotalChanges)
	}
	return t.finish()
}

func changeRow(row []any, c *audit.ChangeRow) []any {
	before, after := valueText(c.Old), valueText(c.New)
	if c.Secret {
		before, after = secretText(c.SecretWas), secretText(c.SecretNow)
	}
	var status any
	outcome := c.Outcome
	if c.Status != nil {
		status = int64(*c.Status)
		if outcome == audit.OutcomeNone {
			outcome = audit.OutcomeOf(*c.Status)
		}
	}
	return append(row[:0],
		c.Time, c.User, c.Action, c.Target, c.Panel, c.Setting, c.Field, before, after,
		string(c.Kind), string(c.Basis), string(outcome), c.Words, c.Note,
		status, c.Type, c.Deployment, string(c.Version), string(c.Event), string(c.From))
}

// valueText is a logged JSON value as text: a string without its quotes, anything else as the JSON it was logged as.
func valueText(v json.RawMessage) string {
	if len(v) == 0 {
		return ""
	}
	var s string
	if v[0] == '"' && json.Unmarshal(v, &s) == nil {
		return s
	}
	var b bytes.Buffer
	if json.Compact(&b, v) != nil {
		return string(v)
	}
	return b.String()
}

// secretText says what may be told of a secret.
func secretText(s audit.SecretState) string {
	switch s {
	case audit.SecretEmpty:
		return "(secret, empty)"
	case audit.SecretSet:
		return "(secret, set)"
	default:
		return "(secret)"
	}
}

// dressChanges draws what is not logged differently, and the outcomes apart.
func (b *book) dressChanges(name string, last int) error {
	derived := dress{is(changeBasis, string(audit.BasisDerived)), derivedLook()}
	for _, area := range []struct {
		from, to string
		rules    []dress
	}{
		{changeBefore, changeBefore, []dress{derived}},
		{changeBasis, changeBasis, []dress{derived}},
		{changeBefore, changeBasis, []dress{{is(changeBasis, string(audit.BasisNotRecorded)), notRecordedLook()}}},
		{changeOutcome, changeOutcome, []dress{
			{is(changeOutcome, string(audit.OutcomeOK)), excelize.Style{Font: &excelize.Font{Color: "1E6B3A"}}},
			{is(changeOutcome, string(audit.OutcomeDenied)), excelize.Style{Font: &excelize.Font{Bold: true, Color: "9C1C1C"}, Fill: filled("FBE3E3")}},
			{is(changeOutcome, string(audit.OutcomeFailed)), excelize.Style{Font: &excelize.Font{Color: "9C1C1C"}, Fill: filled("FDF0F0")}},
			{is(changeOutcome, string(audit.OutcomeUnknown)), effectUnknownLook()},
		}},
	} {
		if err := b.dress(name, fmt.Sprintf("%s2:%s%d", area.from, area.to, last), area.rules); err != nil {
			return err
		}
	}
	return nil
}
