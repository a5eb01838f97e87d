package store

import (
	"crypto/sha256"
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"hash"
	"math"
)

// Rows are digested over an encoding of their values in the order of the table's columns, so that another program can take
// the digests from any SQLite library (docs/case-format.md): a tag, and behind it
//
//	0 NULL     nothing
//	1 INTEGER  a zigzag varint, as in Protocol Buffers
//	2 TEXT     its length in bytes as a varint, and the bytes
//	3 BLOB     the same
//	4 REAL     its 8 bytes, big endian; no column holds one unless somebody damaged it
//
// Every value says how long it is and every row of a table has as many values, so that nothing stands between them.
func appendValue(b []byte, v driver.Value) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, 0)
	case int64:
		if uint64(v) < 1<<6 { // codes are mostly small
			return append(b, 1, byte(v)<<1)
		}
		return binary.AppendVarint(append(b, 1), v)
	case string:
		return append(binary.AppendUvarint(append(b, 2), uint64(len(v))), v...)
	case []byte:
		return append(binary.AppendUvarint(append(b, 3), uint64(len(v))), v...)
	case bool:
		if v {
			return append(b, 1, 2)
		}
		return append(b, 1, 0)
	case float64:
		return binary.BigEndian.AppendUint64(append(b, 4), math.Float64bits(v))
	default:
		return fmt.Appendf(append(b, 255), "%T", v) // no value that SQLite has
	}
}

func appendRow(b []byte, values []driver.Value) []byte {
	for _, v := range values {
		b = appendValue(b, v)
	}
	return b
}

// rowsDigest is the SHA-256 over rows that follow one another.
type rowsDigest struct {
	h   hash.Hash
	buf []byte
}

func newRowsDigest() *rowsDigest { return &rowsDigest{h: sha256.New()} }

const digestBuffer = 8 << 10

func (d *rowsDigest) add(values ...driver.Value) {
	d.buf = appendRow(d.buf, values)
	d.keepShort()
}

// keepShort hashes what waits where it is much.
func (d *rowsDigest) keepShort() {
	if len(d.buf) >= digestBuffer {
		d.flush()
	}
}

func (d *rowsDigest) flush() {
	d.h.Write(d.buf)
	d.buf = d.buf[:0]
}

// sum also makes it ready for the next rows.
func (d *rowsDigest) sum() []byte {
	d.flush()
	sum := d.h.Sum(nil)
	d.h.Reset()
	return sum
}

// eventHash is the SHA-256 over the row of an event and, behind it, those of its changes in their order.
type eventHash = [sha256.Size]byte

// markLen is how many bytes of an event's hash event_mark keeps: enough to tell which event of a stretch is not the one that
// was written, which the digest over the stretch can't. It is that digest which shows that none was changed.
const markLen = 4

// growing is a table to which rows are only added. What one write adds to it is digested together.
type growing struct {
	table   string
	columns string // as the table has them, the key first
}

// growingTables are in the order in which a link names them.
func growingTables() []growing {
	var out []growing
	for _, d := range append(dictionaryTables(), "value") {
		out = append(out, growing{d, "code, value"})
	}
	return append(out,
		growing{"account", "code, id, username, email, name"},
		growing{"spelling", "code, value, field"},
		growing{"derive_key", "code, deployment, resource_type, by_id, subject, field"},
		growing{"matching", "number, event, source, form, rank, line, byte_offset, block, block_offset, length, duplicate, differs"},
		growing{"unreadable", "number, source, line, byte_offset, reason, excerpt, block, block_offset, length"},
		growing{"recovered", "number, unreadable, time, version"},
		growing{"revision", "number, event, was, now"},
		growing{"event_mark", "first, marks"},
		growing{"reveal_note", "number, time, ref"},
		growing{"export_note", "number, time, name, query, zone, rows, sha256, head"},
	)
}

// key is the name of the table's key.
func (g growing) key() string {
	for i := range g.columns {
		if g.columns[i] == ',' {
			return g.columns[:i]
		}
	}
	return g.columns
}

// growth is what one write adds to a growing table.
type growth struct {
	growing
	rowsDigest
	rows, first, last int64
}

// add digests a row as it is inserted; its key comes first.
func (g *growth) add(values ...driver.Value) {
	n, _ := values[0].(int64)
	g.grew(n)
	g.rowsDigest.add(values...)
}

func (g *growth) grew(key int64) {
	if g.rows == 0 {
		g.first = key
	}
	g.last = key
	g.rows++
}

const eventRowColumns = `number, time, ref, resource_type, action, target, account, organization, ip, status, version, log, deployment, source,
  build_reason, resource, flags, digest, rank, content, form, first_form, occurrence, line, byte_offset, block, block_offset, length,
  user_agent, organization_id, description, id, request_id, time_text, additional`

const changeRowColumns = `number, event, ordinal, field, spelling, setting, panel, kind, basis, secret, secret_was, secret_now, old, new, words, note, derive_key`

// sourceColumns are those of a source without its receipt, which may change.
const sourceColumns = `number, run, path, sha256, bytes, unpacked, form, shape, deployment, state, lines, record_lines, records, events, matching, duplicates, other,
  unreadable, first, last, imported, note, checkpoint_pieces, checkpoint_line, checkpoint_offset, stated, checkpoint_bytes, checkpoint_sha256`

const receiptColumns = `number, receipt_from, receipt_received, receipt_request, receipt_method, receipt_sha256, receipt_count, receipt_replaces`

const engagementColumns = `one, title, reference, prepared_by, first_day, last_day, zone, made_up, deployments`
