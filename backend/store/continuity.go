package store

import (
	"context"
	"database/sql/driver"
	"fmt"
	"slices"

	"auditdesk/backend/audit"
)

// Followed is how the value before that a change logs compares with what the change before it left.
type Followed struct {
	Change         uint32
	State          audit.Continuity
	Previous, Next uint32 // changes: that left the value compared with, and where a break lies after this one; 0 for none
	Event, Ordinal uint32 // of a change of Coder v2 alone: its event, and its place in it
}

// SettingChange is a change of a setting of Coder v2, with what tells settings apart. Two changes of one Key may still be of
// different settings.
type SettingChange struct {
	Key     int64
	Setting Setting
	Event   uint32
	Number  uint32
	Ref     audit.Ref
	Time    audit.Time
	Outcome audit.Outcome
	Change  audit.Change // old, new and the states of a secret only
	Was     Followed     // as it is stored; its state is "" where it was not looked at yet
}

// Setting is what a change is of. Deployment, ID, Organization (its id) and Field (of the folded name) are codes; ID is 0 where
// none is recorded, or zeros, and Target is as logged, left out where there is one.
type Setting struct {
	Type, Target                        string
	Deployment, ID, Organization, Field uint32
}

const settingOfV2 = `e.version = 2 AND e.log = 1 AND e.flags & 8 AND c.field <> 0 AND follows_v2(resource_type.value, field.value)`

// TouchedSettings gives the changes that came since the last comparison their rows, and returns the keys of the settings that
// they, and those which went, are of. What it returned counts as compared with the next [Store.DerivationDone].
func (s *Store) TouchedSettings(ctx context.Context) ([]int64, error) {
	var out []int64
	var upTo int64
	some, err := s.uncompared(ctx)
	if err != nil || !some {
		return nil, err
	}
	err = s.write(ctx, "look for settings that changed", func(c *conn) error {
		if err := c.exec(`INSERT OR IGNORE INTO continuity
				SELECT c.number, e.resource << 32 | c.field AS key, 0, NULL, NULL FROM uncompared u CROSS JOIN json_each(u.changes) j
				CROSS JOIN change c ON c.number = j.value
				CROSS JOIN event e ON e.number = c.event
				CROSS JOIN field ON field.code = c.field
				CROSS JOIN resource_type ON resource_type.code = e.resource_type
				WHERE ` + settingOfV2 + ` ORDER BY key`); err != nil {
			return err
		}
		if upTo, err = c.number(ctx, "SELECT max(number) FROM uncompared"); err != nil {
			return err
		}
		return c.scan(ctx, `SELECT k.key FROM uncompared u CROSS JOIN json_each(u.changes) j CROSS JOIN continuity k ON k.change = j.value WHERE k.key IS NOT NULL
				UNION SELECT j.value FROM uncompared u CROSS JOIN json_each(u.keys) j`, func(r row) error {
			out = append(out, r.num(0))
			return nil
		})
	})
	if err == nil {
		s.mu.Lock()
		s.compared = upTo
		s.mu.Unlock()
	}
	return out, err
}

func (s *Store) uncompared(ctx context.Context) (some bool, err error) {
	err = s.read(ctx, "look for settings that changed", func(c *conn) error {
		n, err := c.number(ctx, "SELECT EXISTS (SELECT 1 FROM uncompared)")
		some = n > 0
		return err
	})
	return some, err
}

// AllSettings returns every key of a setting of Coder v2, in ascending order.
func (s *Store) AllSettings(ctx context.Context) ([]int64, error) {
	return s.keysOf(ctx, "SELECT DISTINCT key FROM continuity WHERE key IS NOT NULL ORDER BY key")
}

func (s *Store) keysOf(ctx context.Context, sql string) ([]int64, error) {
	var out []int64
	err := s.read(ctx, "read which settings changed", func(c *conn) error {
		return c.scan(ctx, sql, func(r row) error { out = append(out, r.num(0)); return nil })
	})
	return out, err
}

// Settings counts the keys of settings of Coder v2, and their changes.
func (s *Store) Settings(ctx context.Context) (keys, changes int64, err error) {
	err = s.read(ctx, "count the changes of settings", func(c *conn) error {
		return c.query(ctx, "SELECT count(DISTINCT key), count(*) FROM continuity WHERE key IS NOT NULL", func(r row) error {
			keys, changes = r.num(0), r.num(1)
			return nil
		})
	})
	return keys, changes, err
}

// SettingChanges calls fn with every change of the keys, key by key.
func (s *Store) SettingChanges(ctx context.Context, keys []int64, fn func(*SettingChange) error) error {
	return s.settingChanges(ctx, "json_each(?2) j CROSS JOIN continuity k ON k.key = j.value", fn, list(keys))
}

// EachSettingChange calls fn with every change of all settings of one of so many parts, in the order in which they were imported:
// for many of them that is far cheaper than key by key. All changes of a setting are in one part.
func (s *Store) EachSettingChange(ctx context.Context, part, parts int64, fn func(*SettingChange) error) error {
	return s.settingChanges(ctx, "(SELECT * FROM continuity NOT INDEXED WHERE key IS NOT NULL AND (key >> 32) % ?2 = ?3) k", fn, parts, part)
}

// settingChanges reads changes from a table k of their rows of continuity. Its arguments are ?2 and on.
func (s *Store) settingChanges(ctx context.Context, from string, fn func(*SettingChange) error, args ...any) error {
	types, err := s.Dictionary(ctx, audit.DimType)
	if err != nil {
		return err
	}
	return s.read(ctx, "read the changes of settings", func(c *conn) error {
		zero, err := c.number(ctx, "SELECT code FROM resource WHERE value = zeroblob(16)")
		if err != nil {
			return err
		}
		var out SettingChange
		return c.scan(ctx, `SELECT k.key, c.number << 32 | e.number, e.ref, e.time, e.status, e.deployment << 32 | e.resource_type, e.organization_id << 32 | c.field,
				(c.secret << 16) | (c.secret_was << 8) | c.secret_now, old.value, new.value, k.state, ifnull(k.previous, 0) << 32 | ifnull(k.next, 0),
				(e.resource << 32) | c.ordinal, iif(e.resource = 0 OR e.resource = ?1, (SELECT value FROM target WHERE code = e.target), '')
				FROM `+from+`
				CROSS JOIN change c ON c.number = k.change
				CROSS JOIN event e ON e.number = c.event
				LEFT JOIN value old ON old.code = c.old
				LEFT JOIN value new ON new.code = c.new`, func(r row) error {
			secret := r.num(7)
			out = SettingChange{Key: r.num(0), Ref: audit.RefOf(uint64(r.num(2))), Time: audit.Time(r.num(3)), Outcome: audit.OutcomeNone,
				Change: audit.Change{Secret: secret>>16 != 0, SecretWas: audit.SecretState(secret >> 8), SecretNow: audit.SecretState(secret), Old: rawJSON(r, 8), New: rawJSON(r, 9)}}
			out.Number, out.Event = halves(r.num(1))
			if !r.null(4) {
				out.Outcome = audit.OutcomeOf(int(r.num(4)))
			}
			deployment, typ := halves(r.num(5))
			if int(typ) < len(types) {
				out.Setting.Type = types[typ]
			}
			out.Setting.Deployment = deployment
			out.Setting.Organization, out.Setting.Field = halves(r.num(6))
			id, ordinal := halves(r.num(12))
			if int64(id) != zero {
				out.Setting.ID = id
			}
			out.Setting.Target = r.text(13)
			previous, next := halves(r.num(11))
			out.Was, err = followedOf(out.Number, r.num(10), int64(previous), int64(next))
			out.Was.Event, out.Was.Ordinal = out.Event, ordinal
			if err != nil {
				return err
			}
			return fn(&out)
		}, append([]any{zero}, args...)...)
	})
}

func followedOf(change uint32, state, previous, next int64) (Followed, error) {
	states := audit.Continuities()
	if state < 0 || state >= int64(len(states)) {
		return Followed{}, fmt.Errorf("continuity %d of change %d: %w", state, change, audit.ErrDamaged)
	}
	return Followed{Change: change, State: states[state], Previous: uint32(previous), Next: uint32(next)}, nil
}

// Followed returns what is stored of the changes of a derive key: those of Coder v1. Changes without anything are left out.
func (s *Store) Followed(ctx context.Context, key uint32) (map[uint32]Followed, error) {
	out := map[uint32]Followed{}
	err := s.read(ctx, "read the continuity of a setting", func(c *conn) error {
		return c.query(ctx, `SELECT k.change, k.state, ifnull(k.previous, 0), ifnull(k.next, 0) FROM change c CROSS JOIN continuity k ON k.change = c.number
				WHERE c.derive_key = ?`, func(r row) error {
			f, err := followedOf(uint32(r.num(0)), r.num(1), r.num(2), r.num(3))
			out[f.Change] = f
			return err
		}, key)
	})
	return out, err
}

// FollowedV1 reports whether anything is stored of changes of Coder v1.
func (s *Store) FollowedV1(ctx context.Context) (some bool, err error) {
	err = s.read(ctx, "look for compared changes", func(c *conn) error {
		n, err := c.number(ctx, "SELECT EXISTS (SELECT 1 FROM continuity WHERE key IS NULL)")
		some = n > 0
		return err
	})
	return some, err
}

// SetFollowed stores how changes follow one another: of Coder v2 those that are not as they are stored already. A change of Coder
// v1 without a state and without Next loses what it had. Like [Store.SetDerived] it may keep its work in memory.
func (s *Store) SetFollowed(ctx context.Context, follow []Followed) error {
	s.mu.Lock()
	s.derive.follow = append(s.derive.follow, follow...)
	return s.flushDerived(ctx)
}

// followed writes what is not there yet.
func (d *deriver) followed(ctx context.Context, follow []Followed) error {
	codes := map[audit.Continuity]int64{}
	for i, state := range audit.Continuities() {
		codes[state] = int64(i)
	}
	if s := d.compared; s > 0 {
		if err := d.c.exec("DELETE FROM uncompared WHERE number <= ?", s); err != nil {
			return err
		}
	}
	for _, f := range follow {
		state, ok := codes[f.State]
		if !ok {
			return fmt.Errorf("there is no continuity %q", f.State)
		}
		var event uint32
		var has, same, keyed bool
		next := [3]driver.Value{state, orNull(f.Previous), orNull(f.Next)}
		if f.Event != 0 {
			d.log.follows = append(d.log.follows, f)
			if err := d.c.exec("UPDATE continuity SET state = ?, previous = ?, next = ? WHERE change = ?", next[0], next[1], next[2], f.Change); err != nil {
				return fmt.Errorf("change %d: %w", f.Change, err)
			}
			continue
		}
		if err := d.c.query(ctx, "SELECT c.event, k.change IS NOT NULL, k.key IS NOT NULL, k.state, k.previous, k.next FROM change c LEFT JOIN continuity k ON k.change = c.number WHERE c.number = ?", func(r row) error {
			event, has, keyed, same = uint32(r.num(0)), r.num(1) != 0, r.num(2) != 0, [3]driver.Value{r[3], r[4], r[5]} == next
			return nil
		}, f.Change); err != nil {
			return err
		}
		none := state == 0 && f.Next == 0 && !keyed
		if event == 0 || has && same || none && !has {
			continue
		}
		d.changed(event, f.Change)
		var err error
		switch {
		case none:
			err = d.c.exec("DELETE FROM continuity WHERE change = ?", f.Change)
		case has:
			err = d.c.exec("UPDATE continuity SET state = ?, previous = ?, next = ? WHERE change = ?", next[0], next[1], next[2], f.Change)
		default:
			err = d.c.exec("INSERT INTO continuity VALUES (?, NULL, ?, ?, ?)", f.Change, next[0], next[1], next[2])
		}
		if err != nil {
			return fmt.Errorf("change %d: %w", f.Change, err)
		}
	}
	return nil
}

func orNull(n uint32) driver.Value {
	if n == 0 {
		return nil
	}
	return int64(n)
}

// Continuity counts the rows that say how changes follow one another, and tells what is amiss with those of Coder v2: changes of
// settings without a row, or with another key than their event's, and rows of other changes.
func (s *Store) Continuity(ctx context.Context) (rows, amiss int64, err error) {
	err = s.read(ctx, "count what is compared", func(c *conn) error {
		if rows, err = c.number(ctx, "SELECT count(*) FROM continuity"); err != nil {
			return err
		}
		keyed, err := c.number(ctx, "SELECT count(*) FROM continuity WHERE key IS NOT NULL")
		if err != nil {
			return err
		}
		return c.query(ctx, `SELECT count(*), sum(k.change IS NOT NULL) FROM event e
				CROSS JOIN change c ON c.event = e.number
				CROSS JOIN field ON field.code = c.field
				CROSS JOIN resource_type ON resource_type.code = e.resource_type
				LEFT JOIN continuity k ON k.change = c.number AND k.key = e.resource << 32 | c.field
				WHERE `+settingOfV2, func(r row) error {
			amiss = r.num(0) - r.num(1) + keyed - r.num(1)
			return nil
		})
	})
	return rows, amiss, err
}

// breakEnd is one end of a break: a change that was read, and the number of the change at the other end.
type breakEnd struct {
	row, change int64
	other       uint32
	before      bool // the break lies before the change that was read
}

type breakEnds struct{ ends []breakEnd }

// note reads from column i on: previous of a break, next.
func (b *breakEnds) note(row, change int64, r row, i int) {
	if n := r.num(i); n > 0 {
		b.ends = append(b.ends, breakEnd{row, change, uint32(n), true})
	}
	if n := r.num(i + 1); n > 0 {
		b.ends = append(b.ends, breakEnd{row, change, uint32(n), false})
	}
}

// read completes the changes that have a break at a side. Its words are left to who knows how to put them.
func (b *breakEnds) read(ctx context.Context, c *conn, of func(breakEnd) (*audit.Change, audit.Ref, audit.Time, audit.Version)) error {
	if len(b.ends) == 0 {
		return nil
	}
	numbers := make([]uint32, len(b.ends))
	for i, e := range b.ends {
		numbers[i] = e.other
	}
	return c.query(ctx, `SELECT j.key, e.ref, e.time, c.secret, c.secret_was, c.secret_now, old.value, new.value FROM json_each(?) j
			CROSS JOIN change c ON c.number = j.value CROSS JOIN event e ON e.number = c.event
			LEFT JOIN value old ON old.code = c.old LEFT JOIN value new ON new.code = c.new`, func(r row) error {
		end := b.ends[r.num(0)]
		ch, ref, at, _ := of(end)
		there := audit.Change{Secret: r.num(3) != 0, SecretWas: audit.SecretState(r.num(4)), SecretNow: audit.SecretState(r.num(5)), Old: rawJSON(r, 6), New: rawJSON(r, 7)}
		br := &audit.Break{AfterEvent: audit.RefOf(uint64(r.num(1))), AfterTime: audit.Time(r.num(2)), BeforeEvent: ref, BeforeTime: at}
		first, second := &there, ch
		if end.before {
			ch.BreakBefore = br
		} else {
			br.AfterEvent, br.AfterTime, br.BeforeEvent, br.BeforeTime = ref, at, br.AfterEvent, br.AfterTime
			first, second = ch, &there
			ch.BreakAfter = br
		}
		br.ValueThen, br.OldLogged = first.New, second.Old
		br.Then, br.Old = first.SecretNow, second.SecretWas
		return nil
	}, list(numbers))
}

// code is the state as [audit.ChangeCodes] has it.
func (f *Followed) code() uint8 {
	code := uint8(max(slices.Index(audit.Continuities(), f.State), 0))
	if f.Next != 0 {
		code |= audit.BreakAfter
	}
	return code
}
