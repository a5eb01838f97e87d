package store

import (
	"cmp"
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"

	"auditdesk/backend/audit"
)

// Point is one change of a derive key: one deployment, type, resource (else target) and field. See package diff.
type Point struct {
	Number uint32 // of the change
	Event  uint32
	// Ordinal is the place of the change in its event.
	Ordinal uint32
	Ref     audit.Ref
	Time    audit.Time
	Action  string
	Status  int          // or [audit.NoStatus]
	Change  audit.Change // as logged, without what was derived before
}

// DerivedOld is what was worked out to be the value before a change.
type DerivedOld struct {
	Change uint32          // number of the change
	From   audit.Ref       // the event that logged it, of the same key; "" where nothing is known
	Old    json.RawMessage // nil for a secret
	Was    audit.SecretState
	Words  string // the change in words, with the value before
	Note   string
}

// pendingDerivation is what SetDerived has not written yet: one transaction per key would wait for the disk at each.
type pendingDerivation struct {
	keys   []uint32
	olds   []DerivedOld
	follow []Followed
}

const flushDerived = 10_000

// TouchedKeys returns the derive keys with changes that came (or went) after they were derived last, also when the process
// that imported them was killed.
func (s *Store) TouchedKeys(ctx context.Context) ([]uint32, error) {
	var out []uint32
	err := s.read(ctx, "read what is to be derived", func(c *conn) error {
		n, err := c.number(ctx, "SELECT value FROM meta WHERE key = 'generation'")
		if err != nil {
			return err
		}
		s.counted.Lock()
		s.touchedAt = n
		s.counted.Unlock()
		return c.scan(ctx, "SELECT key FROM underived ORDER BY key", func(r row) error {
			out = append(out, uint32(r.num(0)))
			return nil
		})
	})
	return out, err
}

// DerivationPending reports whether some keys are not derived anew.
func (s *Store) DerivationPending(ctx context.Context) (pending bool, err error) {
	err = s.read(ctx, "read what is to be derived", func(c *conn) error {
		n, err := c.number(ctx, "SELECT EXISTS (SELECT 1 FROM underived) OR EXISTS (SELECT 1 FROM uncompared)")
		pending = n > 0
		return err
	})
	return pending, err
}

// Derivations counts the values before changes that are stored as derived.
func (s *Store) Derivations(ctx context.Context) (n int64, err error) {
	err = s.read(ctx, "count what is derived", func(c *conn) error {
		n, err = c.number(ctx, "SELECT count(*) FROM derivation")
		return err
	})
	return n, err
}

// DerivePoints returns the changes of a key, in the order of import.
func (s *Store) DerivePoints(ctx context.Context, key uint32) (out []Point, err error) {
	err = s.EachDerivePoints(ctx, []uint32{key}, func(_ uint32, points []Point) error {
		out = points
		return nil
	})
	return out, err
}

// EachDerivePoints calls fn with the changes of each of the keys that has some, in the order of import.
func (s *Store) EachDerivePoints(ctx context.Context, keys []uint32, fn func(key uint32, points []Point) error) error {
	return s.read(ctx, "read the changes of settings", func(c *conn) error {
		var points []Point
		last := uint32(0)
		flush := func() error {
			if len(points) == 0 {
				return nil
			}
			slices.SortFunc(points, func(a, b Point) int { return cmp.Or(cmp.Compare(a.Event, b.Event), cmp.Compare(a.Ordinal, b.Ordinal)) })
			err := fn(last, points)
			points = nil
			return err
		}
		if err := c.query(ctx, `SELECT c.number, c.event, e.ref, e.time, action.value, e.status, spelling.value, setting.value, panel.value, c.kind, c.basis, c.secret,
				c.secret_was, c.secret_now, old.value, new.value, words.value, note.value, NULL, 0, j.value << 32 | c.ordinal
				FROM json_each(?) j CROSS JOIN change c ON c.derive_key = j.value CROSS JOIN event e ON e.number = c.event
				CROSS JOIN action ON action.code = e.action
				CROSS JOIN spelling ON spelling.code = c.spelling
				CROSS JOIN setting ON setting.code = c.setting
				CROSS JOIN panel ON panel.code = c.panel
				CROSS JOIN phrase words ON words.code = c.words
				CROSS JOIN phrase note ON note.code = c.note
				LEFT JOIN value old ON old.code = c.old
				LEFT JOIN value new ON new.code = c.new`, func(r row) error {
			key, ordinal := halves(r.num(20))
			if key != last {
				if err := flush(); err != nil {
					return err
				}
				last = key
			}
			p := Point{Number: uint32(r.num(0)), Event: uint32(r.num(1)), Ordinal: ordinal, Ref: audit.RefOf(uint64(r.num(2))), Time: audit.Time(r.num(3)), Action: r.text(4), Status: audit.NoStatus}
			if !r.null(5) {
				p.Status = int(r.num(5))
			}
			if err := scanChange(&p.Change, r, 6); err != nil {
				return err
			}
			p.Change.Outcome = audit.OutcomeOf(p.Status)
			points = append(points, p)
			return nil
		}, list(keys)); err != nil {
			return err
		}
		return flush()
	})
}

// SetDerived replaces what was derived for the changes of a key: those of its changes that are not among olds, or come
// without From, lose what they had. It may keep its work in memory until the next Append or [Store.DerivationDone].
func (s *Store) SetDerived(ctx context.Context, key uint32, olds []DerivedOld) error {
	s.mu.Lock()
	s.derive.keys = append(s.derive.keys, key)
	s.derive.olds = append(s.derive.olds, olds...)
	return s.flushDerived(ctx)
}

// flushDerived is called with the lock held, and gives it back.
func (s *Store) flushDerived(ctx context.Context) error {
	full := len(s.derive.keys)+len(s.derive.olds)+len(s.derive.follow) >= flushDerived
	s.mu.Unlock()
	if full {
		return s.writeDerived(ctx, false)
	}
	return nil
}

// DerivationDone writes what SetDerived and SetFollowed were given. Keys that they were not given stay touched.
func (s *Store) DerivationDone(ctx context.Context) error { return s.writeDerived(ctx, true) }

// writeDerived notes what was compared only when all of it is written: a killed process compares it again.
func (s *Store) writeDerived(ctx context.Context, done bool) error {
	var log changeEntry
	err := s.write(ctx, "store derived values", func(c *conn) error {
		if len(s.derive.keys)+len(s.derive.follow) == 0 && (!done || s.compared == 0) {
			return nil
		}
		m, err := s.memory(ctx)
		if err != nil {
			return err
		}
		if log.generation, err = s.nextGeneration(ctx, c); err != nil {
			return err
		}
		s.counted.Lock()
		d := deriver{c: c, m: m, log: &log, readAt: s.touchedAt}
		if done {
			d.compared = s.compared
		}
		s.counted.Unlock()
		if err := d.all(ctx, s.derive); err != nil {
			return err
		}
		return d.followed(ctx, s.derive.follow)
	})
	s.mu.Lock()
	s.derive = pendingDerivation{} // what could not be written is still touched
	if done {
		s.compared = 0
	}
	s.mu.Unlock()
	if err == nil && log.generation > 0 {
		s.noteChanged(log)
	}
	return err
}

type deriver struct {
	c        *conn
	m        *memory
	log      *changeEntry
	compared int64 // rows of uncompared up to this one are done with
	readAt   int64 // generation of the touched keys: what was appended since is touched anew
}

// known is a derivation as it is stored.
type knownDerivation struct {
	has              bool
	from, old        driver.Value
	was, words, note int64
}

// keyed is a change of a key with what is derived for it.
type keyed struct {
	number, event uint32
	ref           audit.Ref
	now           driver.Value // code of its new value
	nowText       string
	is            knownDerivation
	words, note   string // of is
}

func (d *deriver) all(ctx context.Context, p pendingDerivation) error {
	olds := make(map[uint32]*DerivedOld, len(p.olds))
	for i := range p.olds {
		if p.olds[i].From != "" {
			olds[p.olds[i].Change] = &p.olds[i]
		}
	}
	for _, key := range p.keys {
		if err := d.key(ctx, key, olds); err != nil {
			return fmt.Errorf("derive key %d: %w", key, err)
		}
		if err := d.c.exec("DELETE FROM underived WHERE key = ? AND generation <= ?", key, d.readAt); err != nil {
			return err
		}
	}
	return nil
}

// key brings the derivations of a key's changes to olds, and writes only what is not there yet.
func (d *deriver) key(ctx context.Context, key uint32, olds map[uint32]*DerivedOld) error {
	var have []keyed
	if err := d.c.query(ctx, `SELECT c.number, c.event, e.ref, c.new, now.value, x.change IS NOT NULL, x.from_event, x.old, x.secret_was, x.words, x.note, words.value, note.value
			FROM change c CROSS JOIN event e ON e.number = c.event LEFT JOIN value now ON now.code = c.new LEFT JOIN derivation x ON x.change = c.number
			LEFT JOIN phrase words ON words.code = x.words LEFT JOIN phrase note ON note.code = x.note
			WHERE c.derive_key = ? ORDER BY c.number`, func(r row) error {
		have = append(have, keyed{uint32(r.num(0)), uint32(r.num(1)), audit.RefOf(uint64(r.num(2))), r[3], r.text(4),
			knownDerivation{r.num(5) != 0, r[6], r[7], r.num(8), r.num(9), r.num(10)}, r.text(11), r.text(12)})
		return nil
	}, key); err != nil {
		return err
	}
	byRef := map[audit.Ref][]*keyed{}
	for i := range have {
		byRef[have[i].ref] = append(byRef[have[i].ref], &have[i])
	}
	for i := range have {
		k := &have[i]
		want := olds[k.number]
		if want == nil {
			if !k.is.has {
				continue
			}
			d.changed(k.event, k.number)
			if err := d.c.exec("DELETE FROM derivation WHERE change = ?", k.number); err != nil {
				return err
			}
			continue
		}
		next, err := d.stored(want, k, byRef[want.From])
		if err != nil {
			return fmt.Errorf("change %d: %w", k.number, err)
		}
		if next == k.is {
			continue
		}
		d.changed(k.event, k.number)
		if err := d.c.exec("INSERT OR REPLACE INTO derivation VALUES (?, ?, ?, ?, ?, ?)", k.number, next.from, next.old, next.was, next.words, next.note); err != nil {
			return err
		}
	}
	return nil
}

// stored turns texts into codes, those that stand already first: long ones have no entry in the dictionaries.
func (d *deriver) stored(want *DerivedOld, k *keyed, from []*keyed) (knownDerivation, error) {
	out := knownDerivation{has: true, was: int64(want.Was), words: k.is.words, note: k.is.note}
	if len(from) == 0 {
		return out, fmt.Errorf("event %s, which its value is from, is not of this key", want.From)
	}
	out.from = int64(from[0].event)
	if !k.is.has || want.Words != k.words {
		words, err := d.m.phrases.code(want.Words)
		if err != nil {
			return out, err
		}
		out.words = words.boxed.(int64)
	}
	if !k.is.has || want.Note != k.note {
		note, err := d.m.phrases.code(want.Note)
		if err != nil {
			return out, err
		}
		out.note = note.boxed.(int64)
	}
	if want.Old == nil {
		return out, nil
	}
	for _, f := range from {
		if f.now != nil && f.nowText == string(want.Old) {
			out.old = f.now
			return out, nil
		}
	}
	var err error
	out.old, err = d.m.json(want.Old)
	return out, err
}

func (d *deriver) changed(event, change uint32) {
	d.log.events, d.log.changes = append(d.log.events, event), append(d.log.changes, change)
}
