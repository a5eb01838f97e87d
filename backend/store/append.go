package store

import (
	"context"
	"crypto/sha256"
	"database/sql/driver"
	"fmt"
	"math"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/catalog"
)

// Append adds a batch in one transaction: all of it, or nothing. When it returns, the batch is on the disk. Batches must
// not be empty of meaning: the numbers of new events go on from [Store.Events] without a gap.
//
// A disk that is full is an [*audit.Error]; the case is then as it was before the batch.
func (s *Store) Append(ctx context.Context, b *Batch) error {
	var log changeEntry
	var last int64
	err := s.write(ctx, fmt.Sprintf("append to source %d", b.Source), func(c *conn) error {
		m, err := s.memory(ctx)
		if err != nil {
			return err
		}
		a := appender{c: c, m: m, b: b, known: m.events, said: s.said, touched: map[uint32]struct{}{}, reopened: map[int64]struct{}{}, now: s.now().UnixNano(), follower: s.follower}
		if err := s.beginRun(ctx, c); err != nil {
			return err
		}
		if err := a.all(ctx); err != nil {
			return err
		}
		if err := s.saySource(ctx, c, b.Source); err != nil {
			return err
		}
		// Numbers of changes are never given twice, also after the last ones were replaced by fewer.
		if err := c.exec("UPDATE meta SET value = ? WHERE key = 'changes'", m.changes); err != nil {
			return err
		}
		last = m.events
		log = a.log
		log.generation, err = s.nextGeneration(ctx, c)
		if err != nil {
			return err
		}
		return a.saveTouched(log.generation)
	})
	if err != nil {
		return err
	}
	committed(ctx, func() {
		s.setEvents(uint32(last))
		s.noteChanged(log)
	})
	return nil
}

// appender writes one batch.
type appender struct {
	c        *conn
	m        *memory
	b        *Batch
	first    int64 // number of the first raw block of the batch
	known    int64 // events before the batch
	event    *stmt
	change   *stmt
	touched  map[uint32]struct{} // derive keys
	settings []int64             // changes whose values before are to be compared
	reopened map[int64]struct{}  // keys of continuity that a change left
	log      changeEntry

	id, requestID idBuffer
	digest        [16]byte
	digestBoxed   driver.Value // of digest
	time          [48]byte     // room for a time in words

	now    int64
	said   *said
	row    []byte               // the encoding of an event and its changes
	hashes []byte               // those of the events of the batch, one behind the other
	was    map[uint32]eventHash // of events that are touched, before

	touchedEvents []uint32

	follower Follower
	told     audit.Row
	codes    []audit.ChangeCodes // of the event at hand
	values   []uint32            // of each of them, as [audit.Row.New] has it
}

func (a *appender) all(ctx context.Context) error {
	if err := a.checkDeployment(ctx); err != nil {
		return err
	}
	steps := []struct {
		what string
		do   func() error
	}{
		{"raw records", a.blocks}, {"events", a.events}, {"the digest of the events", a.digestEvents}, {"what events were", func() error { return a.before(ctx) }}, {"matching records", func() error { return a.matches(ctx) }},
		{"merged values", func() error { return a.merged(ctx) }}, {"what events became", func() error { return a.revisions(ctx) }},
		{"unreadable records", a.unreadable}, {"recovered records", func() error { return a.recovered(ctx) }}, {"other lines", a.other}, {"days", a.days}, {"the account of the source", a.account},
	}
	for _, st := range steps {
		if err := st.do(); err != nil {
			return fmt.Errorf("store %s: %w", st.what, err)
		}
	}
	return nil
}

func (a *appender) checkDeployment(ctx context.Context) error {
	n, err := a.c.number(ctx, "SELECT count(*) FROM source WHERE number = ? AND (state = 'partial' OR ?)", a.b.Source, a.b.Recovered != nil)
	if err == nil && n == 0 {
		err = fmt.Errorf("source %d is not being imported", a.b.Source)
	}
	return err
}

func (a *appender) blocks() error {
	a.first = a.m.blocks + 1
	for i := range a.b.Blocks {
		bl := &a.b.Blocks[i]
		if bl.Size <= 0 || len(bl.Data) == 0 {
			return fmt.Errorf("block %d is empty", i)
		}
		a.m.blocks++
		if err := a.c.exec("INSERT INTO raw_block VALUES (?, ?, ?, ?, ?)", a.m.blocks, a.b.Source, bl.Size, bl.SHA256[:], bl.Data); err != nil {
			return err
		}
		a.said.say(blockText(a.m.blocks, a.b.Source, int64(bl.Size), bl.SHA256[:], bl.Data))
	}
	return nil
}

// block checks a raw position and returns the number of its block, nil for a record without bytes.
func (a *appender) block(r RawRef) (driver.Value, error) {
	if r.Len == 0 {
		return nil, nil
	}
	if r.Stored > 0 && a.b.Recovered != nil {
		return r.Stored, nil
	}
	if r.Block < 0 || r.Block >= len(a.b.Blocks) || r.Offset < 0 || r.Len < 0 || r.Offset+r.Len > a.b.Blocks[r.Block].Size {
		return nil, fmt.Errorf("raw position %+v lies in no block", r)
	}
	return a.first + int64(r.Block), nil
}

const insertEvent = `INSERT INTO event (` + eventRowColumns + `)
VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`

const insertChange = `INSERT INTO change (` + changeRowColumns + `)
VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`

func (a *appender) events() error {
	if len(a.b.Events) == 0 {
		return nil
	}
	var err error
	if a.event, err = a.c.stmt(insertEvent); err != nil {
		return err
	}
	defer a.event.release() // its last values lie within the appender, and would keep all that it knows
	source := driver.Value(a.b.Source)
	for i := range a.b.Events {
		n := &a.b.Events[i]
		if int64(n.Number) != a.m.events+1 {
			return fmt.Errorf("event %d follows event %d", n.Number, a.m.events)
		}
		if err := a.newEvent(n, source); err != nil {
			return fmt.Errorf("event %d, line %d: %w", n.Number, n.Line, err)
		}
		a.m.events++
	}
	return nil
}

// facts are the columns that a record's values stand in: what an event is made of, and what a merge replaces.
type facts struct {
	resourceType, action, target, account, organization, ip, status, version, log, deployment driver.Value
	buildReason, resource, flags, rank, content, form                                         driver.Value
	userAgent, organizationID, description, id, requestID, timeText, additional               driver.Value
	key                                                                                       deriveKey // without the field
	derives                                                                                   bool
	settings                                                                                  bool // its changes are of settings that log values before
}

func (a *appender) facts(f *facts, e *audit.Event, admin bool, content uint64) error {
	m := a.m
	for _, d := range [...]struct {
		to   *driver.Value
		dict *dictionary
		text string
	}{
		{&f.resourceType, m.resourceType, e.ResourceType}, {&f.action, m.action, e.Action}, {&f.target, m.target, e.ResourceTarget},
		{&f.organization, m.organization, e.Organization}, {&f.ip, m.ip, e.IP}, {&f.deployment, m.deployment, e.Deployment},
		{&f.buildReason, m.buildReason, e.BuildReason}, {&f.resource, m.resource, e.ResourceID},
		{&f.userAgent, m.userAgent, e.UserAgent}, {&f.organizationID, m.organizationID, e.OrganizationID}, {&f.description, m.description, e.Description},
	} {
		k, err := d.dict.code(d.text)
		if err != nil {
			return err
		}
		*d.to = k.boxed
	}
	// Only v1 leaves out values before.
	if f.derives = e.Version == audit.V1 && e.Log == audit.AuditLog && len(e.Changes) > 0; f.derives {
		f.key = deriveKey{deployment: uint32(f.deployment.(int64)), resourceType: audit.FoldKey(e.ResourceType), byID: e.ResourceID != "", subject: e.ResourceID}
		if !f.key.byID {
			f.key.subject = audit.FoldKey(e.ResourceTarget)
		}
	}
	f.settings = admin && e.Version == audit.V2 && e.Log == audit.AuditLog
	var err error
	if f.account, err = m.account(a.c, e.User); err != nil {
		return err
	}
	f.status = nil
	if e.Status != audit.NoStatus {
		if e.Status < 0 || e.Status > math.MaxInt32 {
			return fmt.Errorf("status %d is none", e.Status)
		}
		f.status = int64(e.Status)
	}
	if f.version, f.log, f.form, err = codesOf(e); err != nil {
		return err
	}
	f.rank, f.content = int64(e.Rank), int64(content)
	f.flags = int64(flagsOf(e, admin))
	f.timeText, f.additional = nil, nil
	f.id, f.requestID = a.id.value(e.ID), a.requestID.value(e.RequestID)
	if e.TimeText != string(e.Time.Std().AppendFormat(a.time[:0], time.RFC3339Nano)) {
		f.timeText = e.TimeText
	}
	if e.Additional != "" {
		f.additional = e.Additional
	}
	return nil
}

// codesOf are the small integers of closed sets.
func codesOf(e *audit.Event) (version, log, form driver.Value, err error) {
	switch e.Version {
	case audit.V1:
		version = int64(1)
	case audit.V2:
		version = int64(2)
	default:
		return nil, nil, nil, fmt.Errorf("there is no version %q", e.Version)
	}
	switch e.Log {
	case audit.AuditLog:
		log = int64(1)
	case audit.ConnectionLog:
		log = int64(2)
	default:
		return nil, nil, nil, fmt.Errorf("there is no log %q", e.Log)
	}
	n, err := formCode(e.Form)
	return version, log, n, err
}

func formCode(f audit.Form) (int64, error) {
	for i, known := range audit.Forms() {
		if f == known {
			return int64(i), nil
		}
	}
	return 0, fmt.Errorf("there is no form %q", f)
}

// flagFirstDiffers stands beside an event's [audit.Flags]: a value of its first record differs from the event's, which is that of
// a record of better rank. Of further records, column differs says so.
const flagFirstDiffers = 64

func flagsOf(e *audit.Event, admin bool) audit.Flags {
	var f audit.Flags
	for i := range e.Changes {
		if e.Changes[i].Field != "" {
			f |= audit.FlagChanges
		}
		if e.Changes[i].Secret {
			f |= audit.FlagSecret
		}
	}
	for _, set := range [...]struct {
		on   bool
		flag audit.Flags
	}{{e.Unrecorded, audit.FlagUnrecorded}, {admin, audit.FlagAdmin}, {e.Differs, audit.FlagDiffers}, {e.Synthetic, audit.FlagSynthetic}} {
		if set.on {
			f |= set.flag
		}
	}
	return f
}

func (a *appender) newEvent(n *NewEvent, source driver.Value) error {
	var f facts
	e := n.Event
	if err := a.facts(&f, e, n.Admin, n.Content); err != nil {
		return err
	}
	block, err := a.block(n.Raw)
	if err != nil {
		return err
	}
	first := f.form
	if n.Form != "" {
		if first, err = formCode(n.Form); err != nil {
			return err
		}
	}
	if n.Differs {
		f.flags = f.flags.(int64) | flagFirstDiffers
	}
	number := driver.Value(int64(n.Number))
	a.digest = n.Digest
	if a.digestBoxed == nil {
		a.digestBoxed = a.digest[:]
	}
	for i, v := range [...]driver.Value{
		number, int64(e.Time), int64(n.Digest.Ref60()), f.resourceType, f.action, f.target, f.account, f.organization, f.ip, f.status, f.version, f.log,
		f.deployment, source, f.buildReason, f.resource, f.flags, a.digestBoxed, f.rank, f.content, f.form, first, int64(n.Occurrence), n.Line, n.Offset,
		block, int64(max(n.Raw.Offset, 0)), int64(n.Raw.Len), f.userAgent, f.organizationID, f.description, f.id, f.requestID, f.timeText, f.additional,
	} {
		a.event.args[i].Value = v
	}
	if err := a.event.run(); err != nil {
		return err
	}
	a.row = a.event.appendArgs(a.row[:0])
	a.codes, a.values = a.codes[:0], a.values[:0]
	for i := range e.Changes {
		a.m.changes++
		if err := a.newChange(a.m.changes, number, i, &e.Changes[i], &f, e.ResourceType); err != nil {
			return fmt.Errorf("change %d: %w", i+1, err)
		}
		a.row = a.change.appendArgs(a.row)
	}
	hash := sha256.Sum256(a.row)
	a.hashes = append(a.hashes, hash[:]...)
	if a.follower == nil {
		return nil
	}
	return a.tell(n, &f, source)
}

func (a *appender) newChange(number int64, event driver.Value, ordinal int, ch *audit.Change, f *facts, typ string) error {
	m := a.m
	kind, basis, err := changeCodes(ch)
	if err != nil {
		return err
	}
	var sp spelling
	if ch.Field == "" {
		sp.spelling, sp.field = coded{0, int64(0)}, coded{0, int64(0)}
	} else if sp, err = m.spelling(a.c, ch.Field); err != nil {
		return err
	}
	setting, err := m.setting.code(ch.Setting)
	if err != nil {
		return err
	}
	panel, err := m.panel.code(ch.Panel)
	if err != nil {
		return err
	}
	words, err := m.phrases.code(ch.Words)
	if err != nil {
		return err
	}
	note, err := m.phrases.code(ch.Note)
	if err != nil {
		return err
	}
	var old, now driver.Value
	if old, err = m.json(ch.Old); err != nil {
		return err
	}
	if now, err = m.json(ch.New); err != nil {
		return err
	}
	var key driver.Value
	if f.derives && ch.Field != "" && ch.Kind != audit.KindUnrecorded {
		k := f.key
		k.field = sp.field.code
		code, err := m.deriveKey(a.c, k)
		if err != nil {
			return err
		}
		a.touched[code.code] = struct{}{}
		key = code.boxed
	}
	if a.change == nil {
		if a.change, err = a.c.stmt(insertChange); err != nil {
			return err
		}
	}
	for i, v := range [...]driver.Value{
		number, event, int64(ordinal), sp.field.boxed, sp.spelling.boxed, setting.boxed, panel.boxed, kind, basis, ch.Secret, int64(ch.SecretWas), int64(ch.SecretNow),
		old, now, words.boxed, note.boxed, key,
	} {
		a.change.args[i].Value = v
	}
	if err := a.change.run(); err != nil {
		return err
	}
	a.codes = append(a.codes, audit.ChangeCodes{
		Field: sp.field.code, Setting: setting.code, Panel: panel.code, Kind: uint8(kind.(int64)), Basis: uint8(basis.(int64)),
	})
	a.values = append(a.values, newValue(ch.Secret, now))
	if f.settings && ch.Field != "" && ch.Kind != audit.KindUnrecorded && catalog.FollowsV2(typ, ch.Field) {
		a.settings = append(a.settings, number)
	}
	return nil
}

// newValue is [audit.Row.New] of a change.
func newValue(secret bool, code driver.Value) uint32 {
	switch n, ok := code.(int64); {
	case secret:
		return audit.NewSecret
	case ok:
		return uint32(n) + audit.NewValues
	}
	return 0
}

// json is the code of a value, nil for one that is not recorded.
func (m *memory) json(v []byte) (driver.Value, error) {
	if v == nil {
		return nil, nil
	}
	k, err := m.values.code(string(v))
	return k.boxed, err
}

// changeCodes are the small integers of kind and basis. A change without a kind is of unknown kind.
func changeCodes(ch *audit.Change) (kind, basis driver.Value, err error) {
	for i, k := range audit.Kinds() {
		if ch.Kind == k || ch.Kind == "" && k == audit.KindUnknown {
			kind = int64(i)
		}
	}
	for i, b := range audit.Bases() {
		if ch.Basis == b {
			basis = int64(i)
		}
	}
	switch {
	case kind == nil:
		return nil, nil, fmt.Errorf("there is no kind %q", ch.Kind)
	case basis == nil:
		return nil, nil, fmt.Errorf("there is no basis %q", ch.Basis)
	}
	return kind, basis, nil
}
