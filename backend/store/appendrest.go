package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sort"

	"auditdesk/backend/audit"
)

// matches adds further records of known events.
func (a *appender) matches(ctx context.Context) error {
	for i := range a.b.Matches {
		m := &a.b.Matches[i]
		if m.Event < 1 || int64(m.Event) > a.m.events {
			return fmt.Errorf("line %d matches event %d, which does not exist", m.Line, m.Event)
		}
		block, err := a.block(m.Raw)
		if err != nil {
			return fmt.Errorf("line %d: %w", m.Line, err)
		}
		form, err := formCode(m.Form)
		if err != nil {
			return fmt.Errorf("line %d: %w", m.Line, err)
		}
		a.m.matching++
		if err := a.insert("matching", "INSERT INTO matching VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
			a.m.matching, m.Event, a.b.Source, form, uint8(m.Rank), m.Line, m.Offset, block, max(m.Raw.Offset, 0), m.Raw.Len, m.Duplicate, m.Differs); err != nil {
			return err
		}
		if !m.Duplicate && int64(m.Event) <= a.known {
			a.log.matched = append(a.log.matched, m.Event) // it may have one source more
		}
		if !m.Duplicate && a.follower != nil {
			a.follower.Matched(m.Event, uint32(a.b.Source))
		}
		if !m.Differs {
			continue
		}
		if err := a.c.exec("UPDATE event SET flags = flags | ? WHERE number = ?", uint8(audit.FlagDiffers), m.Event); err != nil {
			return err
		}
		if err := a.changed(ctx, m.Event); err != nil {
			return err
		}
	}
	return nil
}

// merged replaces the values of known events. Where and as what their first records stand does not change, nor who they are.
func (a *appender) merged(ctx context.Context) error {
	for i := range a.b.Merged {
		m := &a.b.Merged[i]
		if m.Number < 1 || int64(m.Number) > a.m.events {
			return fmt.Errorf("there is no event %d", m.Number)
		}
		if err := a.merge(ctx, m); err != nil {
			return fmt.Errorf("event %d: %w", m.Number, err)
		}
	}
	return nil
}

func (a *appender) merge(ctx context.Context, m *Merged) error {
	var f facts
	if err := a.facts(&f, m.Event, m.Admin, m.Content); err != nil {
		return err
	}
	// Once records differ, they do so for good. | and & have the same rank in SQLite.
	if err := a.c.exec(`UPDATE event SET time = ?, resource_type = ?, action = ?, target = ?, account = ?, organization = ?, ip = ?, status = ?, version = ?, log = ?,
			build_reason = ?, resource = ?, flags = ? | (flags & ?), rank = ?, content = ?, form = ?, user_agent = ?, organization_id = ?, description = ?,
			id = ?, request_id = ?, time_text = ?, additional = ? WHERE number = ?`,
		int64(m.Event.Time), f.resourceType, f.action, f.target, f.account, f.organization, f.ip, f.status, f.version, f.log,
		f.buildReason, f.resource, f.flags, int64(audit.FlagDiffers)|flagFirstDiffers, f.rank, f.content, f.form, f.userAgent, f.organizationID, f.description,
		f.id, f.requestID, f.timeText, f.additional, m.Number); err != nil {
		return err
	}
	if err := a.differing(ctx, m); err != nil {
		return err
	}
	numbers, err := a.dropChanges(ctx, m.Number)
	if err != nil {
		return err
	}
	for i := range m.Event.Changes {
		var n int64
		if i < len(numbers) {
			n = numbers[i]
		} else {
			a.m.changes++
			n = a.m.changes
		}
		if err := a.newChange(n, int64(m.Number), i, &m.Event.Changes[i], &f, m.Event.ResourceType); err != nil {
			return fmt.Errorf("change %d: %w", i+1, err)
		}
	}
	a.log.events = append(a.log.events, m.Number)
	return nil
}

// differing marks which of the records stored before hold other values than the event does now.
func (a *appender) differing(ctx context.Context, m *Merged) error {
	for i, differs := range m.Differs {
		var err error
		switch {
		case i == 0 && differs:
			err = a.c.exec("UPDATE event SET flags = flags | ? WHERE number = ?", flagFirstDiffers, m.Number)
		case i == 0:
			err = a.c.exec("UPDATE event SET flags = flags & ~? WHERE number = ?", flagFirstDiffers, m.Number)
		default:
			err = a.c.query(ctx, `UPDATE matching SET differs = ?1 WHERE differs <> ?1 AND number = (SELECT number FROM matching WHERE event = ?2 ORDER BY number LIMIT 1 OFFSET ?3)
					RETURNING number`, func(r row) error {
				a.said.say(differsText(r.num(0), differs))
				return nil
			}, differs, m.Number, i-1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// dropChanges removes the changes of an event, with what was derived for them, and returns their numbers, to be used again.
func (a *appender) dropChanges(ctx context.Context, event uint32) ([]int64, error) {
	var numbers []int64
	err := a.c.query(ctx, "SELECT number, derive_key, k.key FROM change LEFT JOIN continuity k ON k.change = number WHERE event = ? ORDER BY ordinal", func(r row) error {
		numbers = append(numbers, r.num(0))
		a.log.changes = append(a.log.changes, uint32(r.num(0)))
		if !r.null(1) {
			a.touched[uint32(r.num(1))] = struct{}{}
		}
		if !r.null(2) {
			a.reopened[r.num(2)] = struct{}{}
		}
		return nil
	}, event)
	if err != nil {
		return nil, err
	}
	for _, n := range numbers {
		if err := a.c.exec("DELETE FROM derivation WHERE change = ?", n); err != nil {
			return nil, err
		}
		if err := a.c.exec("DELETE FROM continuity WHERE change = ?", n); err != nil {
			return nil, err
		}
		if err := a.c.exec("DELETE FROM change WHERE number = ?", n); err != nil {
			return nil, err
		}
	}
	return numbers, nil
}

// changed notes that the rows of an event are not what they were.
func (a *appender) changed(ctx context.Context, event uint32) error {
	a.log.events = append(a.log.events, event)
	return a.c.query(ctx, "SELECT number FROM change WHERE event = ?", func(r row) error {
		a.log.changes = append(a.log.changes, uint32(r.num(0)))
		return nil
	}, event)
}

func (a *appender) unreadable() error {
	for i := range a.b.Unreadable {
		u := &a.b.Unreadable[i]
		block, err := a.block(u.Raw)
		if err != nil {
			return fmt.Errorf("line %d: %w", u.Line, err)
		}
		a.m.unreadable++
		if err := a.insert("unreadable", "INSERT INTO unreadable VALUES (?,?,?,?,?,?,?,?,?)",
			a.m.unreadable, a.b.Source, u.Line, u.Offset, u.Reason, u.Excerpt, block, max(u.Raw.Offset, 0), u.Raw.Len); err != nil {
			return err
		}
	}
	return nil
}

func (a *appender) other() error {
	for _, o := range a.b.Other {
		if err := a.c.exec(`INSERT INTO other_line VALUES (?,?,?,?,?) ON CONFLICT DO UPDATE SET count = count + excluded.count`,
			a.b.Source, o.Pattern, o.Count, o.Line, o.Example); err != nil {
			return err
		}
	}
	return nil
}

func (a *appender) days() error {
	days := make([]string, 0, len(a.b.Days))
	for d := range a.b.Days {
		days = append(days, d)
	}
	sort.Strings(days)
	for _, d := range days {
		if err := a.c.exec(`INSERT INTO source_day VALUES (?,?,?) ON CONFLICT DO UPDATE SET count = count + excluded.count`, a.b.Source, d, a.b.Days[d]); err != nil {
			return err
		}
	}
	return nil
}

// account adds to the source's counts and says how far it was read.
func (a *appender) account() error {
	n, cp := a.b.Counts, a.b.Checkpoint
	if re := a.b.Recovered; re != nil {
		return a.c.exec(`UPDATE source SET records = records + ?, events = events + ?, matching = matching + ?, duplicates = duplicates + ?, unreadable = unreadable + ?,
				first = min(coalesce(first, ?6), coalesce(?6, first)), last = max(coalesce(last, ?7), coalesce(?7, last)), form = ?8, shape = ?9, note = ?10 WHERE number = ?11`,
			n.Records, n.Events, n.Matching, n.Duplicates, n.Unreadable, timeOrNil(a.b.First), timeOrNil(a.b.Last), re.Form, re.Shape, re.Note, a.b.Source)
	}
	return a.c.exec(`UPDATE source SET lines = lines + ?, record_lines = record_lines + ?, records = records + ?, events = events + ?, matching = matching + ?,
			duplicates = duplicates + ?, other = other + ?, unreadable = unreadable + ?,
			first = min(coalesce(first, ?9), coalesce(?9, first)), last = max(coalesce(last, ?10), coalesce(?10, last)),
			checkpoint_pieces = ?11, checkpoint_line = ?12, checkpoint_offset = ?13, checkpoint_bytes = ?14, checkpoint_sha256 = ?15 WHERE number = ?16`,
		n.Lines, n.RecordLines, n.Records, n.Events, n.Matching, n.Duplicates, n.Other, n.Unreadable,
		timeOrNil(a.b.First), timeOrNil(a.b.Last), cp.Pieces, cp.Line, cp.Offset, cp.Bytes, cp.SHA256, a.b.Source)
}

// saveTouched notes the derive keys whose changes are not derived yet, and those where a change went whose neighbours are to be
// compared anew, so that a killed import is made good.
func (a *appender) saveTouched(generation int64) error {
	for k := range a.touched {
		if err := a.c.exec("INSERT INTO underived VALUES (?, ?) ON CONFLICT DO UPDATE SET generation = excluded.generation", k, generation); err != nil {
			return err
		}
	}
	if len(a.settings)+len(a.reopened) == 0 {
		return nil
	}
	return a.c.exec("INSERT INTO uncompared VALUES (NULL, ?, ?)", list(a.settings), list(slices.Collect(maps.Keys(a.reopened))))
}

func timeOrNil(t *audit.Time) any {
	if t == nil {
		return nil
	}
	return int64(*t)
}
