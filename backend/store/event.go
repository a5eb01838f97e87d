package store

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strconv"

	"auditdesk/backend/audit"
)

// list writes numbers as a JSON array, to be joined with json_each.
func list[T uint32 | int64](numbers []T) string {
	b := make([]byte, 0, 8*len(numbers)+2)
	b = append(b, '[')
	for i, n := range numbers {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(n), 10)
	}
	return string(append(b, ']'))
}

const selectEvents = `SELECT j.key, e.time, e.ref, action.value, resource_type.value, resource.value, target.value, account.id, account.username, account.email, account.name,
  organization.value, organization_id.value, ip.value, user_agent.value, e.status, e.request_id, description.value, build_reason.value, e.additional, e.id, e.time_text,
  e.log, e.version, e.form, e.rank, deployment.value, e.flags, e.source, source.path, e.line, e.byte_offset, e.first_form
FROM json_each(?) j
CROSS JOIN event e ON e.number = j.value
CROSS JOIN action ON action.code = e.action
CROSS JOIN resource_type ON resource_type.code = e.resource_type
CROSS JOIN resource ON resource.code = e.resource
CROSS JOIN target ON target.code = e.target
CROSS JOIN account ON account.code = e.account
CROSS JOIN organization ON organization.code = e.organization
CROSS JOIN organization_id ON organization_id.code = e.organization_id
CROSS JOIN ip ON ip.code = e.ip
CROSS JOIN user_agent ON user_agent.code = e.user_agent
CROSS JOIN description ON description.code = e.description
CROSS JOIN build_reason ON build_reason.code = e.build_reason
CROSS JOIN deployment ON deployment.code = e.deployment
CROSS JOIN source ON source.number = e.source`

const changeText = `spelling.value, setting.value, panel.value, c.kind, iif(d.change IS NULL, c.basis, 1), c.secret,
  iif(d.change IS NULL, c.secret_was, d.secret_was), c.secret_now, iif(d.change IS NULL, old.value, derived_old.value), new.value,
  iif(d.change IS NULL, words.value, derived_words.value), iif(d.change IS NULL, note.value, derived_note.value), origin.ref, ifnull(k.state, 0), ifnull(iif(k.state = 2, k.previous, 0), 0), ifnull(k.next, 0)`

const changeJoins = `
CROSS JOIN spelling ON spelling.code = c.spelling
CROSS JOIN setting ON setting.code = c.setting
CROSS JOIN panel ON panel.code = c.panel
CROSS JOIN phrase words ON words.code = c.words
CROSS JOIN phrase note ON note.code = c.note
LEFT JOIN value old ON old.code = c.old
LEFT JOIN value new ON new.code = c.new
LEFT JOIN derivation d ON d.change = c.number
LEFT JOIN value derived_old ON derived_old.code = d.old
LEFT JOIN phrase derived_words ON derived_words.code = d.words
LEFT JOIN phrase derived_note ON derived_note.code = d.note
LEFT JOIN event origin ON origin.number = d.from_event
LEFT JOIN continuity k ON k.change = c.number`

const selectChanges = `SELECT j.key, ` + changeText + `, origin.time FROM json_each(?) j CROSS JOIN change c ON c.event = j.value` + changeJoins + ` ORDER BY j.key, c.ordinal`

const selectMatching = `SELECT j.key, m.source, source.path, m.line, m.byte_offset, m.form, m.differs
FROM json_each(?) j CROSS JOIN matching m ON m.event = j.value CROSS JOIN source ON source.number = m.source ORDER BY j.key, m.number`

// EventsByNumber returns events in the order of the numbers, whole: with their changes and where all their records stand.
// A number without an event is [audit.ErrNotFound].
func (s *Store) EventsByNumber(ctx context.Context, numbers []uint32) ([]audit.Event, error) {
	var out []audit.Event
	err := s.read(ctx, "read events", func(c *conn) (err error) {
		out, err = eventsByNumber(ctx, c, numbers)
		return err
	})
	return out, err
}

func eventsByNumber(ctx context.Context, c *conn, numbers []uint32) ([]audit.Event, error) {
	out := make([]audit.Event, len(numbers))
	found := 0
	which := list(numbers)
	var ends breakEnds
	if err := c.query(ctx, selectEvents, func(r row) error {
		found++
		return scanEvent(&out[r.num(0)], r)
	}, which); err != nil {
		return nil, err
	}
	if found != len(numbers) {
		for i := range out {
			if out[i].Sources == nil {
				return nil, fmt.Errorf("event %d: %w", numbers[i], audit.ErrNotFound)
			}
		}
	}
	if err := c.query(ctx, selectChanges, func(r row) error {
		e := &out[r.num(0)]
		e.Changes = append(e.Changes, audit.Change{})
		ch := &e.Changes[len(e.Changes)-1]
		ch.Outcome = e.Outcome()
		if !r.null(17) {
			ch.FromTime = audit.Time(r.num(17))
		}
		ends.note(r.num(0), int64(len(e.Changes)-1), r, 15)
		return scanChange(ch, r, 1)
	}, which); err != nil {
		return nil, err
	}
	if err := ends.read(ctx, c, func(at breakEnd) (*audit.Change, audit.Ref, audit.Time, audit.Version) {
		e := &out[at.row]
		return &e.Changes[at.change], e.Ref, e.Time, e.Version
	}); err != nil {
		return nil, err
	}
	return out, c.query(ctx, selectMatching, func(r row) error {
		form, err := formOf(r.num(5))
		if err != nil {
			return err
		}
		e := &out[r.num(0)]
		e.Sources = append(e.Sources, audit.Position{Source: r.num(1), Path: r.text(2), Line: r.num(3), Offset: r.num(4), Form: form, Differs: r.num(6) != 0})
		return nil
	}, which)
}

func formOf(n int64) (audit.Form, error) {
	forms := audit.Forms()
	if n < 0 || n >= int64(len(forms)) {
		return "", fmt.Errorf("form %d: %w", n, audit.ErrDamaged)
	}
	return forms[n], nil
}

func scanEvent(e *audit.Event, r row) (err error) {
	flags := audit.Flags(r.num(27))
	*e = audit.Event{
		Time: audit.Time(r.num(1)), Ref: audit.RefOf(uint64(r.num(2))), Action: r.text(3), ResourceType: r.text(4), ResourceID: idText(r[5]), ResourceTarget: r.text(6),
		User:         audit.Person{ID: idText(r[7]), Username: r.text(8), Email: r.text(9), Name: r.text(10)},
		Organization: r.text(11), OrganizationID: idText(r[12]), IP: r.text(13), UserAgent: r.text(14), Status: audit.NoStatus, RequestID: idText(r[16]),
		Description: r.text(17), BuildReason: r.text(18), Additional: r.text(19), ID: idText(r[20]), TimeText: r.text(21),
		Log: logOf(r.num(22)), Version: versionOf(r.num(23)), Rank: audit.Rank(r.num(25)), Deployment: r.text(26),
		Unrecorded: flags&audit.FlagUnrecorded != 0, Synthetic: flags&audit.FlagSynthetic != 0, Differs: flags&audit.FlagDiffers != 0,
		Sources: []audit.Position{{Source: r.num(28), Path: r.text(29), Line: r.num(30), Offset: r.num(31), Differs: r.num(27)&flagFirstDiffers != 0}},
	}
	if !r.null(15) {
		e.Status = int(r.num(15))
	}
	if r.null(21) {
		e.TimeText = e.Time.String()
	}
	if e.Form, err = formOf(r.num(24)); err != nil {
		return err
	}
	e.Sources[0].Form, err = formOf(r.num(32))
	return err
}

func logOf(n int64) audit.Log {
	if n == 2 {
		return audit.ConnectionLog
	}
	return audit.AuditLog
}

func versionOf(n int64) audit.Version {
	if n == 2 {
		return audit.V2
	}
	return audit.V1
}

// scanChange reads changeText, which begins at column i.
func scanChange(ch *audit.Change, r row, i int) error {
	kinds, bases := audit.Kinds(), audit.Bases()
	kind, basis := r.num(i+3), r.num(i+4)
	if kind < 0 || kind >= int64(len(kinds)) || basis < 0 || basis >= int64(len(bases)) {
		return fmt.Errorf("kind %d, basis %d: %w", kind, basis, audit.ErrDamaged)
	}
	ch.Field, ch.Setting, ch.Panel = r.text(i), r.text(i+1), r.text(i+2)
	ch.Kind, ch.Basis = kinds[kind], bases[basis]
	ch.Secret, ch.SecretWas, ch.SecretNow = r.num(i+5) != 0, audit.SecretState(r.num(i+6)), audit.SecretState(r.num(i+7))
	ch.Old, ch.New = rawJSON(r, i+8), rawJSON(r, i+9)
	ch.Words, ch.Note = r.text(i+10), r.text(i+11)
	if !r.null(i + 12) {
		ch.From = audit.RefOf(uint64(r.num(i + 12)))
	}
	f, err := followedOf(0, r.num(i+13), 0, 0)
	ch.Continuity = f.State
	return err
}

func rawJSON(r row, i int) json.RawMessage {
	if r.null(i) {
		return nil
	}
	return json.RawMessage(r.text(i))
}

const selectChangeRows = `SELECT j.key, ` + changeText + `, e.ref, e.time, action.value, target.value, resource_type.value, e.status, deployment.value, e.version, e.account, origin.time, resource.value, organization.value, organization_id.value
FROM json_each(?) j CROSS JOIN change c ON c.number = j.value` + changeJoins + `
CROSS JOIN event e ON e.number = c.event
CROSS JOIN action ON action.code = e.action
CROSS JOIN target ON target.code = e.target
CROSS JOIN resource_type ON resource_type.code = e.resource_type
CROSS JOIN resource ON resource.code = e.resource
CROSS JOIN organization ON organization.code = e.organization
CROSS JOIN organization_id ON organization_id.code = e.organization_id
CROSS JOIN deployment ON deployment.code = e.deployment`

// ChangesByNumber returns changes in the order of the numbers, each with what a line about it needs of its event. User is
// the label of the person. A number without a change is [audit.ErrNotFound].
func (s *Store) ChangesByNumber(ctx context.Context, numbers []uint32) ([]audit.ChangeRow, error) {
	labels, err := s.accountLabels(ctx)
	if err != nil {
		return nil, err
	}
	var out []audit.ChangeRow
	err = s.read(ctx, "read changes", func(c *conn) (err error) {
		out, err = changesByNumber(ctx, c, numbers, labels)
		return err
	})
	return out, err
}

func changesByNumber(ctx context.Context, c *conn, numbers []uint32, labels []string) ([]audit.ChangeRow, error) {
	out := make([]audit.ChangeRow, len(numbers))
	var ends breakEnds
	err := c.query(ctx, selectChangeRows, func(r row) error {
		row := &out[r.num(0)]
		if err := scanChange(&row.Change, r, 1); err != nil {
			return err
		}
		ends.note(r.num(0), 0, r, 15)
		row.Event, row.Time, row.Action, row.Target, row.Type = audit.RefOf(uint64(r.num(17))), audit.Time(r.num(18)), r.text(19), r.text(20), r.text(21)
		row.Outcome = audit.OutcomeNone
		if !r.null(22) {
			status := int(r.num(22))
			row.Status, row.Outcome = &status, audit.OutcomeOf(status)
		}
		row.Deployment, row.Version = r.text(23), versionOf(r.num(24))
		row.ResourceID, row.Organization, row.OrganizationID = idText(r[27]), r.text(28), idText(r[29])
		if account := r.num(25); account > 0 && account < int64(len(labels)) {
			row.User = labels[account]
		}
		if !r.null(26) {
			row.FromTime = audit.Time(r.num(26))
		}
		return nil
	}, list(numbers))
	if err != nil {
		return nil, err
	}
	if err := ends.read(ctx, c, func(at breakEnd) (*audit.Change, audit.Ref, audit.Time, audit.Version) {
		row := &out[at.row]
		return &row.Change, row.Event, row.Time, row.Version
	}); err != nil {
		return nil, err
	}
	for i := range out {
		if out[i].Event == "" {
			return nil, fmt.Errorf("change %d: %w", numbers[i], audit.ErrNotFound)
		}
	}
	return out, nil
}

// walkChunk is how many events or changes a walk reads at a time.
const walkChunk = 512

// Walk calls fn with the events of the numbers, in their order, all of one state of the case. It keeps a few hundred in memory.
func (s *Store) Walk(ctx context.Context, numbers iter.Seq[uint32], fn func(audit.Event) error) error {
	return s.read(ctx, "read events", func(c *conn) error {
		return chunks(ctx, numbers, func(chunk []uint32) error {
			events, err := eventsByNumber(ctx, c, chunk)
			if err != nil {
				return err
			}
			for _, e := range events {
				if err := fn(e); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// WalkChanges is Walk for changes.
func (s *Store) WalkChanges(ctx context.Context, numbers iter.Seq[uint32], fn func(audit.ChangeRow) error) error {
	labels, err := s.accountLabels(ctx)
	if err != nil {
		return err
	}
	return s.read(ctx, "read changes", func(c *conn) error {
		return chunks(ctx, numbers, func(chunk []uint32) error {
			rows, err := changesByNumber(ctx, c, chunk, labels)
			if err != nil {
				return err
			}
			for _, row := range rows {
				if err := fn(row); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func chunks(ctx context.Context, numbers iter.Seq[uint32], fn func([]uint32) error) error {
	chunk := make([]uint32, 0, walkChunk)
	for n := range numbers {
		if chunk = append(chunk, n); len(chunk) < walkChunk {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := fn(chunk); err != nil {
			return err
		}
		chunk = chunk[:0]
	}
	if len(chunk) == 0 {
		return nil
	}
	return fn(chunk)
}
