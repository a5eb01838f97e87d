package casefile

import (
	"context"
	"slices"
	"strings"

	"auditdesk/backend/audit"
	"auditdesk/backend/diff"
	"auditdesk/backend/store"
)

// derive works out anew the values before v1 changes and how changes follow one another, for the settings that the last
// appends touched. It returns how many these are.
func (c *Case) derive(ctx context.Context) (touched int, err error) {
	keys, err := c.store.TouchedKeys(ctx)
	if err != nil {
		return 0, err
	}
	some, err := c.store.FollowedV1(ctx)
	if err != nil {
		return 0, err
	}
	for chunk := range slices.Chunk(keys, settingsAtOnce) {
		if err := c.deriveSome(ctx, chunk, some); err != nil {
			return 0, err
		}
	}
	settings, err := c.store.TouchedSettings(ctx)
	if err != nil {
		return 0, err
	}
	if err := c.compareSettings(ctx, settings); err != nil {
		return 0, err
	}
	return len(keys) + len(settings), c.store.DerivationDone(ctx)
}

// deriveSome derives some keys; followed says that something is stored already of how changes of Coder v1 follow one another.
func (c *Case) deriveSome(ctx context.Context, keys []uint32, followed bool) error {
	// What is right is written when all are read: a read is a snapshot.
	olds := make(map[uint32][]store.DerivedOld, len(keys))
	var follow []store.Followed
	if err := c.store.EachDerivePoints(ctx, keys, func(key uint32, points []store.Point) error {
		olds[key] = derived(points)
		// v1 mostly logs no value before: then there is nothing to compare, and nothing stored.
		if followed || slices.ContainsFunc(points, holdsOld) {
			follow = append(follow, followedV1(points)...)
		}
		return nil
	}); err != nil {
		return err
	}
	for _, key := range keys {
		if err := c.store.SetDerived(ctx, key, olds[key]); err != nil {
			return err
		}
	}
	return c.store.SetFollowed(ctx, follow)
}

// derived works out the values before the changes of one key.
func derived(points []store.Point) []store.DerivedOld {
	in := make([]diff.Point, len(points))
	for i, p := range points {
		in[i] = diff.Point{
			Ref: p.Ref, Time: p.Time, Outcome: p.Change.Outcome, Status: p.Status, Old: p.Change.Old, New: p.Change.New,
			Secret: p.Change.Secret, Was: p.Change.SecretWas, Now: p.Change.SecretNow,
		}
	}
	var out []store.DerivedOld
	for i, d := range diff.Derive(in) {
		if d.From == "" {
			continue
		}
		ch := points[i].Change
		d.Apply(&ch, points[i].Action)
		out = append(out, store.DerivedOld{Change: points[i].Number, From: d.From, Old: ch.Old, Was: ch.SecretWas, Words: ch.Words, Note: ch.Note})
	}
	return out
}

// How many settings are read by one question, and how many of their changes stand in memory, some 250 bytes each, where all are read.
const (
	settingsAtOnce = 500
	changesAtOnce  = 500_000
)

// compareSettings compares the value before that each change of a v2 setting logs with the one that the change before it left.
func (c *Case) compareSettings(ctx context.Context, keys []int64) error {
	return c.eachSetting(ctx, keys, func(was, now []store.Followed) error {
		var other []store.Followed
		for i := range now {
			if now[i].Event, now[i].Ordinal = was[i].Event, was[i].Ordinal; now[i] != was[i] {
				other = append(other, now[i])
			}
		}
		return c.store.SetFollowed(ctx, other)
	})
}

// eachSetting calls fn with the changes of each setting of the keys: what is stored of them, and what is right. Where most settings
// are among them it takes all, in the order of import.
func (c *Case) eachSetting(ctx context.Context, keys []int64, fn func(was, now []store.Followed) error) error {
	if len(keys) == 0 { // most imports touch none: then they are not counted either
		return nil
	}
	known, changes, err := c.store.Settings(ctx)
	if err != nil {
		return err
	}
	if 2*int64(len(keys)) > known {
		parts := changes/changesAtOnce + 1
		for part := range parts {
			if err := compareSome(fn, func(add func(*store.SettingChange) error) error {
				return c.store.EachSettingChange(ctx, part, parts, add)
			}); err != nil {
				return err
			}
		}
		return nil
	}
	for chunk := range slices.Chunk(keys, settingsAtOnce) {
		if err := compareSome(fn, func(add func(*store.SettingChange) error) error {
			return c.store.SettingChanges(ctx, chunk, add)
		}); err != nil {
			return err
		}
	}
	return nil
}

// compareSome compares the changes that read gives: all of some settings, in any order.
func compareSome(fn func(was, now []store.Followed) error, read func(add func(*store.SettingChange) error) error) error {
	type changes struct {
		steps []diff.Step
		was   []store.Followed
	}
	type setting struct {
		key int64
		is  store.Setting
	}
	of := map[setting]*changes{}
	var order []*changes
	if err := read(func(ch *store.SettingChange) error {
		one := setting{ch.Key, oneSetting(ch.Setting)}
		all := of[one]
		if all == nil {
			all = &changes{}
			of[one], order = all, append(order, all)
		}
		all.steps = append(all.steps, diff.StepOf(ch.Number, ch.Ref, ch.Time, ch.Outcome, &ch.Change, audit.V2))
		all.was = append(all.was, ch.Was)
		return nil
	}); err != nil {
		return err
	}
	// What is right is written when all are read: a read is a snapshot.
	for _, all := range order {
		if err := fn(all.was, followed(all.steps, audit.ContinuityDoubtful)); err != nil {
			return err
		}
	}
	return nil
}

// oneSetting leaves of what a change is of what tells one setting of Coder v2 from another. Most things have an id. Membership in
// an organization bears the id of the person, and the settings of IdP sync bear none, or one for all: there the organization
// belongs to it.
func oneSetting(s store.Setting) store.Setting {
	s.Type = audit.FoldKey(s.Type)
	switch {
	case strings.HasPrefix(s.Type, "idp sync "):
		s.ID, s.Target = 0, ""
	case s.ID == 0:
		s.Target = audit.FoldKey(s.Target)
	case s.Type != "organization member":
		s.Organization = 0
	}
	return s
}

// followed compares the changes of one setting. untested is what a change gets that can't be compared.
func followed(steps []diff.Step, untested audit.Continuity) []store.Followed {
	out := make([]store.Followed, len(steps))
	for i, f := range diff.Continuity(steps) {
		out[i] = store.Followed{Change: steps[i].Change, State: f.State, Previous: f.Before, Next: f.After}
		if f.State == "" {
			out[i].State = untested
		}
	}
	return out
}

// holdsOld reports whether the record of a v1 change says what was before.
func holdsOld(p store.Point) bool {
	return p.Change.Old != nil || p.Change.Secret && p.Change.SecretWas != audit.SecretUnknown
}

// followedV1 is followed for the changes of a derive key. A change that logs no value before has no state.
func followedV1(points []store.Point) []store.Followed {
	steps := make([]diff.Step, len(points))
	for i := range points {
		p := &points[i]
		steps[i] = diff.StepOf(p.Number, p.Ref, p.Time, p.Change.Outcome, &p.Change, audit.V1)
	}
	out := followed(steps, "")
	for i := range out {
		if !steps[i].HasOld {
			out[i].State, out[i].Previous = "", 0
		}
	}
	return out
}
