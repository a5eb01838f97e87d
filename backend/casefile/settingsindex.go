package casefile

import (
	"context"
	"fmt"
	"hash/maphash"
	"math"
	"slices"
	"sync"

	"auditdesk/backend/audit"
	"auditdesk/backend/diff"
	"auditdesk/backend/facet"
	"auditdesk/backend/settings"
	"auditdesk/backend/store"
)

// settingsCache is the writes to settings, for one state of the case. The zero value is empty.
type settingsCache struct {
	mu   sync.Mutex // held while writes are read, so that whoever waits gets the result
	read *settingsRead
}

// settingsRead is what was read of them. Of values only fingerprints are kept: the texts may be long, and are read when shown.
type settingsRead struct {
	generation int64
	index      *settings.Index
	seed       maphash.Seed
	types      coder
	subjects   coder
}

// coder gives numbers to texts; 0 is "".
type coder struct {
	texts []string
	codes map[string]uint32
}

func (n *coder) code(text string) uint32 {
	if n.codes == nil {
		n.texts, n.codes = []string{""}, map[string]uint32{"": 0}
	}
	code, ok := n.codes[text]
	if !ok {
		code = uint32(len(n.texts))
		n.texts, n.codes[text] = append(n.texts, text), code
	}
	return code
}

// settingsIndex is the writes to settings of the case as it is now, and the state of the case. It reads only what came or was replaced
// since it was asked last.
func (c *Case) settingsIndex(ctx context.Context) (*settings.Index, int64, error) {
	_, changes, generation, err := c.indexes(ctx)
	if err != nil {
		return nil, 0, err
	}
	c.settings.mu.Lock()
	defer c.settings.mu.Unlock()
	was := c.settings.read
	if was != nil && was.generation >= generation {
		return was.index, was.generation, nil
	}
	admin, err := changes.Select(ctx, facet.Filter{Query: adminQuery()})
	if err != nil {
		return nil, 0, err
	}
	next := &settingsRead{generation: generation, seed: maphash.MakeSeed()}
	var kept []settings.Write
	if was != nil {
		if _, replaced, known, err := c.store.Changed(ctx, was.generation); err == nil && known {
			*next = *was
			next.generation = generation
			kept = slices.DeleteFunc(slices.Clone(was.index.All()), func(w settings.Write) bool {
				_, again := slices.BinarySearch(replaced, w.Change)
				return again
			})
		}
	}
	if err := c.readSettings(ctx, next, kept, admin.Numbers(audit.Oldest, 0, math.MaxInt)); err != nil {
		return nil, 0, fmt.Errorf("read the writes to settings: %w", err)
	}
	c.settings.read = next
	return next.index, generation, nil
}

// readSettings brings the writes to those of the given changes, which are all that are class:admin, and builds the index of them.
func (c *Case) readSettings(ctx context.Context, r *settingsRead, writes []settings.Write, numbers []uint32) error {
	names, err := c.settingNames(ctx)
	if err != nil {
		return err
	}
	slices.Sort(numbers)
	writes = slices.DeleteFunc(writes, func(w settings.Write) bool {
		_, admin := slices.BinarySearch(numbers, w.Change)
		return !admin
	})
	have := make(map[uint32]struct{}, len(writes))
	for i := range writes {
		have[writes[i].Change] = struct{}{}
	}
	missing := slices.DeleteFunc(numbers, func(n uint32) bool {
		_, ok := have[n]
		return ok
	})
	values := map[valueOf][]slot{}
	if err := c.store.SettingWrites(ctx, missing, func(w *store.SettingWrite) error {
		out, ok := r.write(w, &names)
		if !ok {
			return nil
		}
		at := uint32(len(writes))
		writes = append(writes, out)
		if w.Secret || out.Key.Field == 0 {
			return nil
		}
		// A v2 record that leaves a value out holds the zero value.
		if w.Old != 0 || w.Version == audit.V2 {
			v := valueOf{w.Old, w.Version}
			values[v] = append(values[v], slot{at: at, single: settings.Single(w.Version, names.types[w.Type])})
		}
		if w.New != 0 || w.Version == audit.V2 {
			v := valueOf{w.New, w.Version}
			values[v] = append(values[v], slot{at: at, isNew: true})
		}
		return nil
	}); err != nil {
		return err
	}
	if err := c.fingerprints(ctx, r.seed, writes, values); err != nil {
		return err
	}
	v1, err := c.deploymentsV1(ctx, names.deployments)
	if err != nil {
		return err
	}
	turns, err := c.turns(ctx, r, &names, writes)
	if err != nil {
		return err
	}
	r.index = settings.Build(writes, turns, settings.Words{
		Deployments: names.deployments, Panels: names.panels, Labels: names.labels, Targets: names.targets, Types: names.types, Folded: r.types.texts,
		Spellings: names.Spellings, Fields: names.Fields, Subjects: r.subjects.texts, Same: diff.SameMark,
	}, v1...)
	return nil
}

// deploymentsV1 are the codes of the deployments with audit records of Coder v1.
func (c *Case) deploymentsV1(ctx context.Context, names []string) ([]uint32, error) {
	events, _, _, err := c.indexes(ctx)
	if err != nil {
		return nil, err
	}
	known, err := deployments(ctx, events)
	if err != nil {
		return nil, err
	}
	var out []uint32
	for _, d := range known {
		if code := slices.Index(names, d.Name); code > 0 && slices.Contains(d.Versions, audit.V1) {
			out = append(out, uint32(code))
		}
	}
	return out, nil
}

// settingNames are the texts behind the codes of writes.
type settingNames struct {
	store.SettingWords
	deployments, types, resources, targets, organizations, actions, panels, labels []string
}

func (c *Case) settingNames(ctx context.Context) (n settingNames, err error) {
	if n.SettingWords, err = c.store.SettingWords(ctx); err != nil {
		return n, err
	}
	for _, d := range []struct {
		to  *[]string
		dim audit.Dim
	}{
		{&n.deployments, audit.DimDeployment}, {&n.types, audit.DimType}, {&n.resources, audit.DimResourceID}, {&n.targets, audit.DimTarget},
		{&n.organizations, audit.DimOrganization}, {&n.actions, audit.DimAction},
	} {
		if *d.to, err = c.store.Dictionary(ctx, d.dim); err != nil {
			return n, err
		}
	}
	if n.panels, err = c.store.ChangeDictionary(ctx, audit.DictPanel); err != nil {
		return n, err
	}
	n.labels, err = c.store.ChangeDictionary(ctx, audit.DictSetting)
	return n, err
}

// thing is what the settings of an event are of. It is not known where its words came after the dictionaries were read: it is read with the
// next state of the case then.
func (r *settingsRead) thing(e *store.SettingEvent, n *settingNames) (key settings.Key, known bool) {
	for _, c := range []struct {
		code uint32
		list []string
	}{
		{e.Deployment, n.deployments}, {e.Type, n.types}, {e.Resource, n.resources}, {e.Target, n.targets}, {e.Organization, n.organizations},
		{e.OrganizationID, n.OrganizationIDs}, {e.Action, n.actions},
	} {
		if int(c.code) >= len(c.list) {
			return key, false
		}
	}
	typ, organization := n.types[e.Type], n.OrganizationIDs[e.OrganizationID]
	if organization == "" {
		organization = n.organizations[e.Organization]
	}
	key = settings.Key{
		Deployment: e.Deployment, Version: 1, Type: r.types.code(audit.FoldKey(typ)),
		Subject: r.subjects.code(settings.Subject(e.Version, typ, n.resources[e.Resource], n.targets[e.Target], organization)),
	}
	if e.Version == audit.V2 {
		key.Version = 2
	}
	return key, true
}

// write turns codes into those of the index. A change that is no setting, or whose words are not known yet, is left out.
func (r *settingsRead) write(w *store.SettingWrite, n *settingNames) (settings.Write, bool) {
	key, known := r.thing(&w.SettingEvent, n)
	if !known || int(w.Field) >= len(n.Fields) || int(w.Spelling) >= len(n.Spellings) || int(w.Setting) >= len(n.labels) || int(w.Panel) >= len(n.panels) {
		return settings.Write{}, false
	}
	if w.Kind != audit.KindUnrecorded && !settings.Holds(w.Version, n.types[w.Type], n.Spellings[w.Spelling]) {
		return settings.Write{}, false
	}
	key.Field = w.Field
	return settings.Write{
		Change: w.Change, Event: w.Event, Ordinal: uint16(min(w.Ordinal, math.MaxUint16)), Time: w.Time, Ref60: w.Ref60, Key: key,
		Panel: w.Panel, Label: w.Setting, Spelling: w.Spelling, Type: w.Type, Target: w.Target, Action: settings.ActionOf(n.actions[w.Action]), Status: int32(w.Status), Kind: w.Kind,
		Secret: w.Secret, Was: w.Was, Now: w.Now, Broke: w.Broke,
	}, true
}

// turns reads the events that delete or create what the writes are of. Those of Coder rarely name a field, so that no write stands for them.
func (c *Case) turns(ctx context.Context, r *settingsRead, names *settingNames, writes []settings.Write) ([]settings.Turn, error) {
	events, _, _, err := c.indexes(ctx)
	if err != nil {
		return nil, err
	}
	things, types := map[settings.Key]bool{}, map[string]bool{}
	for i := range writes {
		things[writes[i].Key.Thing()] = true
		types[r.types.texts[writes[i].Key.Type]] = true
	}
	of := audit.Term{Field: audit.FieldType}
	for _, name := range names.types {
		switch {
		case !types[audit.FoldKey(name)]:
		case name == "":
			of.Values = append(of.Values, audit.Value{Op: audit.OpNotRecorded})
		default:
			of.Values = append(of.Values, audit.Value{Op: audit.OpEqual, Text: name})
		}
	}
	acts := audit.Term{Field: audit.FieldAction}
	for _, name := range names.actions {
		if settings.ActionOf(name) != settings.Writes {
			acts.Values = append(acts.Values, audit.Value{Op: audit.OpEqual, Text: name})
		}
	}
	if len(of.Values) == 0 || len(acts.Values) == 0 {
		return nil, nil
	}
	selected, err := events.Select(ctx, facet.Filter{Query: audit.Query{}.With(of).With(acts)})
	if err != nil {
		return nil, err
	}
	var out []settings.Turn
	err = c.store.SettingEvents(ctx, selected.Numbers(audit.Oldest, 0, math.MaxInt), func(e *store.SettingEvent) error {
		if key, known := r.thing(e, names); known && things[key] {
			out = append(out, settings.Turn{
				Event: e.Event, Time: e.Time, Ref60: e.Ref60, Thing: key, Status: int32(e.Status), Deletes: settings.ActionOf(names.actions[e.Action]) == settings.Deletes,
			})
		}
		return nil
	})
	return out, err
}

// valueOf is a value as logged; what it means depends on the version.
type valueOf struct {
	code    uint32
	version audit.Version
}

// slot is one of the two values of a write.
type slot struct {
	at     uint32 // place of the write
	isNew  bool
	single bool // an old value that is zero says nothing
}

// fingerprints reads each value once and notes it at the writes that have it.
func (c *Case) fingerprints(ctx context.Context, seed maphash.Seed, writes []settings.Write, values map[valueOf][]slot) error {
	set := func(v valueOf, raw []byte) {
		token := diff.TokenOf(raw, v.version)
		mark := token.Mark(func(text string) uint64 { return maphash.String(seed, text) })
		for _, s := range values[v] {
			switch w := &writes[s.at]; {
			case s.isNew:
				w.New = mark
			case !s.single || !token.Nothing():
				w.Old = mark
			}
		}
	}
	var codes []uint32
	for v := range values {
		if v.code == 0 {
			set(v, nil)
			continue
		}
		codes = append(codes, v.code)
	}
	slices.Sort(codes)
	return c.store.Values(ctx, slices.Compact(codes), func(code uint32, text string) error {
		for _, version := range []audit.Version{audit.V1, audit.V2} {
			if v := (valueOf{code, version}); values[v] != nil {
				set(v, []byte(text))
			}
		}
		return nil
	})
}
