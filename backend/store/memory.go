package store

import (
	"context"
	"database/sql/driver"
	"encoding/hex"
	"fmt"
	"strings"

	"auditdesk/backend/audit"
)

// memory is what the writer keeps in memory between batches: the dictionaries and the next numbers. It is read anew after a
// write that failed, and after another process may have written.
type memory struct {
	action, resourceType, target, organization, ip, userAgent, description, buildReason, deployment, setting, panel *dictionary
	resource, organizationID                                                                                        *dictionary
	field                                                                                                           *dictionary
	values, phrases                                                                                                 *dictionary

	accounts  *codes[audit.Person]
	lastWho   audit.Person
	lastCode  driver.Value
	spellings *codes[string]
	fields    []uint32 // of spellings, by code
	keys      *codes[deriveKey]

	events, changes, blocks, matching, unreadable, revisions, accountsN, spellingsN, keysN int64

	said *said // what is added to dictionaries goes there too
}

// entries is how many keys of dictionaries it remembers.
func (m *memory) entries() int {
	n := m.accounts.len() + m.spellings.len() + m.keys.len()
	for _, d := range []*dictionary{
		m.action, m.resourceType, m.target, m.organization, m.ip, m.userAgent, m.description, m.buildReason, m.deployment, m.setting, m.panel,
		m.resource, m.organizationID, m.field, m.values, m.phrases,
	} {
		n += d.codes.len()
	}
	return n
}

// coded is a code, boxed once for binding.
type coded struct {
	code  uint32
	boxed driver.Value
}

func codeOf(n int64) coded { return coded{uint32(n), n} }

type spelling struct {
	spelling, field coded
}

// deriveKey names what a derived "before" is known for. Type and target are folded.
type deriveKey struct {
	deployment   uint32
	resourceType string
	byID         bool
	subject      string // the resource id, else the target
	field        uint32
}

// shortValue is up to how many bytes values and phrases are stored once; longer ones seldom recur.
const shortValue = 64

// maxShort bounds how many short values are remembered: about 35 MB. Later ones are stored anew each time.
const maxShort = 1 << 20

// dictionary turns texts into codes.
type dictionary struct {
	table string
	codes *codes[string]
	next  int64
	ids   bool // canonical UUIDs are stored as 16 bytes
	short bool // remembers short texts only
	c     *conn
	grown *growth

	lastText string // neighbours are often alike
	last     coded
	boxed    []driver.Value // codes that were asked for, ready to be bound, by code
}

// maxBoxed is up to which code a dictionary keeps codes ready to be bound.
const maxBoxed = 1 << 16

// ready is a code that the dictionary has, boxed at most once where it is low.
func (d *dictionary) ready(n uint32) coded {
	if n >= maxBoxed {
		return codeOf(int64(n))
	}
	if int(n) >= len(d.boxed) {
		d.boxed = append(d.boxed, make([]driver.Value, int(n)+1-len(d.boxed))...)
	}
	if d.boxed[n] == nil {
		d.boxed[n] = int64(n)
	}
	return coded{n, d.boxed[n]}
}

// dictionaryTables lists the tables of (code, value) whose code 0 means "not recorded".
func dictionaryTables() []string {
	return []string{"action", "resource_type", "target", "organization", "ip", "user_agent", "description", "build_reason", "deployment", "setting", "panel",
		"resource", "organization_id", "field", "phrase"}
}

func loadMemory(ctx context.Context, c *conn, said *said) (*memory, error) {
	m := &memory{said: said, accounts: newCodes[audit.Person](), spellings: newCodes[string](), keys: newCodes[deriveKey]()}
	for _, d := range []struct {
		to         **dictionary
		table      string
		ids, short bool
	}{
		{&m.action, "action", false, false}, {&m.resourceType, "resource_type", false, false}, {&m.target, "target", false, false},
		{&m.organization, "organization", false, false}, {&m.ip, "ip", false, false}, {&m.userAgent, "user_agent", false, false},
		{&m.description, "description", false, false}, {&m.buildReason, "build_reason", false, false}, {&m.deployment, "deployment", false, false},
		{&m.setting, "setting", false, false}, {&m.panel, "panel", false, false}, {&m.resource, "resource", true, false},
		{&m.organizationID, "organization_id", true, false}, {&m.field, "field", false, false},
		{&m.values, "value", false, true}, {&m.phrases, "phrase", false, true},
	} {
		dict, err := loadDictionary(ctx, c, d.table, d.ids, d.short)
		if err != nil {
			return nil, err
		}
		dict.grown = said.byTable[d.table]
		*d.to = dict
	}
	if err := c.scan(ctx, "SELECT code, id, username, email, name FROM account", func(r row) error {
		m.accounts.set(audit.Person{ID: idText(r[1]), Username: r.text(2), Email: r.text(3), Name: r.text(4)}, uint32(r.num(0)))
		return nil
	}); err != nil {
		return nil, err
	}
	if err := c.scan(ctx, "SELECT code, value, field FROM spelling", func(r row) error {
		m.spellings.set(r.text(1), uint32(r.num(0)))
		return put(&m.fields, r.num(0), uint32(r.num(2)))
	}); err != nil {
		return nil, err
	}
	if err := c.scan(ctx, "SELECT code, deployment, resource_type, by_id, subject, field FROM derive_key", func(r row) error {
		m.keys.set(deriveKey{uint32(r.num(1)), r.text(2), r.num(3) != 0, r.text(4), uint32(r.num(5))}, uint32(r.num(0)))
		return nil
	}); err != nil {
		return nil, err
	}
	for _, n := range []struct {
		to  *int64
		sql string
	}{
		{&m.events, "SELECT max(number) FROM event"}, {&m.changes, "SELECT value FROM meta WHERE key = 'changes'"}, {&m.blocks, "SELECT max(number) FROM raw_block"},
		{&m.accountsN, "SELECT max(code) FROM account"}, {&m.spellingsN, "SELECT max(code) FROM spelling"}, {&m.keysN, "SELECT max(code) FROM derive_key"},
		{&m.matching, "SELECT max(number) FROM matching"}, {&m.unreadable, "SELECT max(number) FROM unreadable"}, {&m.revisions, "SELECT max(number) FROM revision"},
	} {
		var err error
		if *n.to, err = c.number(ctx, n.sql); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func loadDictionary(ctx context.Context, c *conn, table string, ids, short bool) (*dictionary, error) {
	d := &dictionary{table: table, codes: newCodes[string](), ids: ids, short: short, c: c}
	var err error
	if d.next, err = c.number(ctx, "SELECT coalesce(max(code), 0) + 1 FROM "+table); err != nil {
		return nil, err
	}
	sql := "SELECT code, value FROM " + table
	if short {
		sql += fmt.Sprintf(" WHERE octet_length(value) <= %d LIMIT %d", shortValue, maxShort)
	}
	return d, c.scan(ctx, sql, func(r row) error {
		d.codes.set(idText(r[1]), uint32(r.num(0)))
		return nil
	})
}

// code is the code of a text, which is added where it is new.
func (d *dictionary) code(text string) (coded, error) {
	if text == d.lastText && d.last.boxed != nil {
		return d.last, nil
	}
	if n, ok := d.codes.get(text); ok {
		d.lastText, d.last = text, d.ready(n)
		return d.last, nil
	}
	var v driver.Value = text
	if d.ids {
		v = idValue(text)
	}
	k := codeOf(d.next)
	s, err := d.c.stmt("INSERT INTO " + d.table + " VALUES (?, ?)")
	if err != nil {
		return k, err
	}
	s.args[0].Value, s.args[1].Value = k.boxed, v
	if err := s.run(); err != nil {
		return k, fmt.Errorf("add to %s: %w", d.table, err)
	}
	d.grown.add(k.boxed, v)
	d.next++
	if !d.short || len(text) <= shortValue && d.codes.len() < maxShort {
		d.codes.set(strings.Clone(text), k.code) // decoded texts share memory with others
	}
	return k, nil
}

func (m *memory) account(c *conn, p audit.Person) (driver.Value, error) {
	if p == m.lastWho && m.lastCode != nil {
		return m.lastCode, nil
	}
	if n, ok := m.accounts.get(p); ok {
		m.lastWho, m.lastCode = p, codeOf(int64(n)).boxed
		return m.lastCode, nil
	}
	k := codeOf(m.accountsN + 1)
	if err := c.exec("INSERT INTO account VALUES (?, ?, ?, ?, ?)", k.boxed, idValue(p.ID), p.Username, p.Email, p.Name); err != nil {
		return nil, fmt.Errorf("add to account: %w", err)
	}
	m.said.add("account", k.boxed, idValue(p.ID), p.Username, p.Email, p.Name)
	m.accountsN++
	m.accounts.set(audit.Person{ID: strings.Clone(p.ID), Username: strings.Clone(p.Username), Email: strings.Clone(p.Email), Name: strings.Clone(p.Name)}, k.code)
	return k.boxed, nil
}

func (m *memory) spelling(c *conn, name string) (spelling, error) {
	if n, ok := m.spellings.get(name); ok {
		return spelling{codeOf(int64(n)), codeOf(int64(m.fields[n]))}, nil
	}
	field, err := m.field.code(audit.FoldKey(name))
	if err != nil {
		return spelling{}, err
	}
	sp := spelling{codeOf(m.spellingsN + 1), field}
	if err := c.exec("INSERT INTO spelling VALUES (?, ?, ?)", sp.spelling.boxed, name, field.boxed); err != nil {
		return sp, fmt.Errorf("add to spelling: %w", err)
	}
	m.said.add("spelling", sp.spelling.boxed, name, field.boxed)
	m.spellingsN++
	m.spellings.set(strings.Clone(name), sp.spelling.code)
	return sp, put(&m.fields, m.spellingsN, field.code)
}

func (m *memory) deriveKey(c *conn, k deriveKey) (coded, error) {
	if n, ok := m.keys.get(k); ok {
		return codeOf(int64(n)), nil
	}
	code := codeOf(m.keysN + 1)
	if err := c.exec("INSERT INTO derive_key VALUES (?, ?, ?, ?, ?, ?)", code.boxed, k.deployment, k.resourceType, k.byID, k.subject, k.field); err != nil {
		return code, fmt.Errorf("add to derive_key: %w", err)
	}
	m.said.add("derive_key", code.boxed, k.deployment, k.resourceType, k.byID, k.subject, k.field)
	m.keysN++
	k.resourceType, k.subject = strings.Clone(k.resourceType), strings.Clone(k.subject)
	m.keys.set(k, code.code)
	return code, nil
}

// idValue is how an id is stored: a canonical lower-case UUID as its 16 bytes, anything else as it stands.
func idValue(id string) driver.Value {
	var b [16]byte
	if !parseUUID(id, &b) {
		return id
	}
	return b[:]
}

// idBuffer is idValue without its allocations: the value is good until the next.
type idBuffer struct {
	bytes [16]byte
	boxed driver.Value // of bytes
}

func (b *idBuffer) value(id string) driver.Value {
	if id == "" {
		return nil
	}
	if !parseUUID(id, &b.bytes) {
		return id
	}
	if b.boxed == nil {
		b.boxed = b.bytes[:]
	}
	return b.boxed
}

func parseUUID(id string, out *[16]byte) bool {
	if len(id) != 36 || id[8] != '-' || id[13] != '-' || id[18] != '-' || id[23] != '-' {
		return false
	}
	n := 0
	for i := 0; i < 36; i += 2 {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			i++
		}
		hi, lo := nibble(id[i]), nibble(id[i+1])
		if hi|lo > 0xf {
			return false
		}
		out[n] = hi<<4 | lo
		n++
	}
	return true
}

// nibble is the value of a lower-case hexadecimal digit, 0xff of anything else. It has no branch on the digit itself: ids are
// random, and the processor would guess wrong every third time.
func nibble(c byte) byte {
	v := c&0xf + 9*(c>>6)
	if "0123456789abcdef"[v&0xf] != c {
		return 0xff
	}
	return v
}

// idText is the text of a stored id, "" for NULL.
func idText(v driver.Value) string {
	switch v := v.(type) {
	case string:
		return v
	case []byte:
		if len(v) != 16 { // no id that we stored
			return hex.EncodeToString(v)
		}
		var b [36]byte
		hex.Encode(b[0:8], v[0:4])
		b[8] = '-'
		hex.Encode(b[9:13], v[4:6])
		b[13] = '-'
		hex.Encode(b[14:18], v[6:8])
		b[18] = '-'
		hex.Encode(b[19:23], v[8:10])
		b[23] = '-'
		hex.Encode(b[24:36], v[10:16])
		return string(b[:])
	}
	return ""
}
