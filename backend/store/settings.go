package store

import (
	"context"
	"fmt"
	"slices"

	"auditdesk/backend/audit"
)

// SettingEvent is an event as the state of settings needs it: codes instead of texts.
type SettingEvent struct {
	Event                              uint32
	Time                               audit.Time
	Ref60                              uint64
	Deployment, Type, Resource, Target uint32 // codes of the dimensions
	Organization, OrganizationID       uint32 // the latter of [SettingWords.OrganizationIDs]
	Action                             uint32
	Version                            audit.Version
	Status                             int // or [audit.NoStatus]
}

const settingEventColumns = `e.number, e.time, e.ref, e.deployment << 32 | e.resource_type, e.resource << 32 | e.target, e.organization << 32 | e.organization_id,
	e.action << 8 | e.version, ifnull(e.status, -1)`

// settingEventWidth is how many columns these are.
const settingEventWidth = 8

func (e *SettingEvent) scan(r row) {
	e.Event, e.Time, e.Ref60 = uint32(r.num(0)), audit.Time(r.num(1)), uint64(r.num(2))
	e.Deployment, e.Type = halves(r.num(3))
	e.Resource, e.Target = halves(r.num(4))
	e.Organization, e.OrganizationID = halves(r.num(5))
	e.Action, e.Version, e.Status = uint32(r.num(6)>>8), versionOf(r.num(6)&0xff), int(r.num(7))
}

// SettingEvents calls fn with the events of the numbers that still exist, in any order.
func (s *Store) SettingEvents(ctx context.Context, numbers []uint32, fn func(*SettingEvent) error) error {
	return s.read(ctx, "read the events that make and delete what settings are of", func(c *conn) error {
		var e SettingEvent
		for chunk := range slices.Chunk(numbers, settingsAtOnce) {
			if err := c.scan(ctx, "SELECT "+settingEventColumns+" FROM json_each(?) j CROSS JOIN event e ON e.number = j.value", func(r row) error {
				e.scan(r)
				return fn(&e)
			}, list(chunk)); err != nil {
				return err
			}
		}
		return nil
	})
}

// SettingWrite is a change of a setting with its event, values apart.
type SettingWrite struct {
	SettingEvent
	Change, Ordinal                 uint32
	Field, Spelling, Setting, Panel uint32
	Kind                            audit.Kind
	Secret                          bool
	Was, Now                        audit.SecretState
	Old, New                        uint32 // codes of values as logged; 0 where the record does not hold one
	Broke                           uint32 // number of the change that left another value than this one logs before it; 0 where none did
}

// SettingWrites calls fn with the changes of the numbers that still exist, in any order. What was derived is not looked at.
func (s *Store) SettingWrites(ctx context.Context, numbers []uint32, fn func(*SettingWrite) error) error {
	kinds := audit.Kinds()
	broken := slices.Index(audit.Continuities(), audit.ContinuityBreakBefore)
	var w SettingWrite
	return s.read(ctx, "read the writes to settings", func(c *conn) error {
		for len(numbers) > 0 {
			n := min(len(numbers), settingsAtOnce)
			err := c.scan(ctx, "SELECT "+settingEventColumns+`, c.number << 32 | c.ordinal, c.field << 32 | c.spelling, c.setting << 32 | c.panel,
					(c.kind << 24) | (c.secret << 16) | (c.secret_was << 8) | c.secret_now, ifnull(c.old, 0) << 32 | ifnull(c.new, 0), iif(k.state = ?, k.previous, 0)
				FROM json_each(?) j CROSS JOIN change c ON c.number = j.value CROSS JOIN event e ON e.number = c.event LEFT JOIN continuity k ON k.change = c.number`, func(r row) error {
				w.scan(r)
				w.Change, w.Ordinal = halves(r.num(settingEventWidth))
				w.Field, w.Spelling = halves(r.num(settingEventWidth + 1))
				w.Setting, w.Panel = halves(r.num(settingEventWidth + 2))
				small := r.num(settingEventWidth + 3)
				w.Kind = audit.KindUnknown
				if k := small >> 24; k >= 0 && k < int64(len(kinds)) {
					w.Kind = kinds[k]
				}
				w.Secret, w.Was, w.Now = small>>16&0xff != 0, audit.SecretState(small>>8&0xff), audit.SecretState(small&0xff)
				w.Old, w.New = halves(r.num(settingEventWidth + 4))
				w.Broke = uint32(r.num(settingEventWidth + 5))
				return fn(&w)
			}, broken, list(numbers[:n]))
			if err != nil {
				return err
			}
			numbers = numbers[n:]
		}
		return nil
	})
}

const settingsAtOnce = 20_000

// Values calls fn with the JSON texts of the codes of changed values, in any order. The text is good for as long as one wants.
func (s *Store) Values(ctx context.Context, codes []uint32, fn func(code uint32, text string) error) error {
	return s.read(ctx, "read values", func(c *conn) error {
		for len(codes) > 0 {
			n := min(len(codes), settingsAtOnce)
			if err := c.scan(ctx, "SELECT v.code, v.value FROM json_each(?) j CROSS JOIN value v ON v.code = j.value", func(r row) error {
				return fn(uint32(r.num(0)), r.text(1))
			}, list(codes[:n])); err != nil {
				return err
			}
			codes = codes[n:]
		}
		return nil
	})
}

// SettingWords are the dictionaries that [SettingWrite] needs and nobody else: the index is the code.
type SettingWords struct {
	Fields          []string // folded
	Spellings       []string // as logged
	OrganizationIDs []string
}

// SettingWords reads them.
func (s *Store) SettingWords(ctx context.Context) (w SettingWords, err error) {
	if w.Fields, err = s.dictionary(ctx, "SELECT code, value FROM field"); err != nil {
		return w, err
	}
	if w.Spellings, err = s.Spellings(ctx); err != nil {
		return w, err
	}
	w.OrganizationIDs, err = s.dictionary(ctx, "SELECT code, value FROM organization_id")
	return w, err
}

// ChangePositions returns where the first record of each change's event stands, in the order of the numbers. A number without a change is
// [audit.ErrNotFound].
func (s *Store) ChangePositions(ctx context.Context, changes []uint32) ([]audit.Position, error) {
	out := make([]audit.Position, len(changes))
	err := s.read(ctx, "read where changes stand", func(c *conn) error {
		return c.query(ctx, `SELECT j.key, e.source, source.path, e.line, e.byte_offset, e.first_form FROM json_each(?) j CROSS JOIN change c ON c.number = j.value
				CROSS JOIN event e ON e.number = c.event CROSS JOIN source ON source.number = e.source`, func(r row) error {
			form, err := formOf(r.num(5))
			out[r.num(0)] = audit.Position{Source: r.num(1), Path: r.text(2), Line: r.num(3), Offset: r.num(4), Form: form}
			return err
		}, list(changes))
	})
	if err != nil {
		return nil, err
	}
	for i := range out {
		if out[i].Source == 0 {
			return nil, fmt.Errorf("change %d: %w", changes[i], audit.ErrNotFound)
		}
	}
	return out, nil
}
