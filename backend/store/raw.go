package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/klauspost/compress/zstd"

	"auditdesk/backend/audit"
)

// RawRecord is a record's very bytes, and where it stands. Bytes are nil for a record that was stored without any.
type RawRecord struct {
	audit.Position
	Bytes  []byte
	Masked bool // of a hand-over copy: something in it is masked, Bytes are not the record's own
}

// maxBlock bounds what a raw block may unpack to: a record may have 32 MiB, and stands in one block.
const maxBlock = 256 << 20

type rawPosition struct {
	block          *int64
	offset, length int64
}

// Raw returns the bytes of an event's records: the first record, then matching ones and duplicates in the order of import.
func (s *Store) Raw(ctx context.Context, number uint32) ([]RawRecord, error) {
	var out []RawRecord
	err := s.read(ctx, fmt.Sprintf("read the records of event %d", number), func(c *conn) error {
		events, err := eventsByNumber(ctx, c, []uint32{number})
		if err != nil {
			return err
		}
		var at []rawPosition
		if err := c.query(ctx, `SELECT block, block_offset, length FROM (
				SELECT 0 AS n, block, block_offset, length FROM event WHERE number = ?1
				UNION ALL SELECT number, block, block_offset, length FROM matching WHERE event = ?1) ORDER BY n`, func(r row) error {
			at = append(at, rawAt(r, 0))
			return nil
		}, number); err != nil {
			return err
		}
		u := s.unpacker(c)
		defer u.close()
		for i, p := range at {
			b, masked, err := u.record(ctx, p)
			if err != nil {
				return err
			}
			out = append(out, RawRecord{Position: events[0].Sources[i], Bytes: b, Masked: masked})
		}
		return nil
	})
	return out, err
}

// StoredRecord is a record of an event as far as a merge of its values needs it.
type StoredRecord struct {
	Source  int64
	Bytes   []byte // nil for a record that was stored without any; masked in a hand-over copy
	Differs bool   // a recorded value differs from the event's
}

// recordsAtOnce is how many events Records looks at together. Neighbours mostly share their raw blocks.
const recordsAtOnce = 256

// Records calls fn with the records of each event, in the order of the numbers and of [Store.Raw].
func (s *Store) Records(ctx context.Context, numbers []uint32, fn func(number uint32, records []StoredRecord) error) error {
	return s.read(ctx, "read the records of events", func(c *conn) error {
		u := s.unpacker(c)
		defer u.close()
		for part := range slices.Chunk(numbers, recordsAtOnce) {
			records, err := u.records(ctx, part)
			if err != nil {
				return err
			}
			for i, n := range part {
				if len(records[i]) == 0 {
					return fmt.Errorf("event %d: %w", n, audit.ErrNotFound)
				}
				if err := fn(n, records[i]); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// records reads the records of a few events, each block once.
func (u *unpacker) records(ctx context.Context, numbers []uint32) ([][]StoredRecord, error) {
	type place struct {
		rawPosition
		event, record int
	}
	var places []place
	out := make([][]StoredRecord, len(numbers))
	if err := u.c.query(ctx, `SELECT k, n, differs, block, block_offset, length, source FROM (
			SELECT j.key AS k, 0 AS n, (e.flags & ?2) <> 0 AS differs, e.block, e.block_offset, e.length, e.source FROM json_each(?1) j CROSS JOIN event e ON e.number = j.value
			UNION ALL SELECT j.key, m.number, m.differs, m.block, m.block_offset, m.length, m.source FROM json_each(?1) j CROSS JOIN matching m ON m.event = j.value) ORDER BY k, n`,
		func(r row) error {
			k := int(r.num(0))
			places = append(places, place{rawAt(r, 3), k, len(out[k])})
			out[k] = append(out[k], StoredRecord{Source: r.num(6), Differs: r.num(2) != 0})
			return nil
		}, list(numbers), flagFirstDiffers); err != nil {
		return nil, err
	}
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(a.number(), b.number()) })
	for _, p := range places {
		b, _, err := u.record(ctx, p.rawPosition)
		if err != nil {
			return nil, fmt.Errorf("event %d: %w", numbers[p.event], err)
		}
		out[p.event][p.record].Bytes = b
	}
	return out, nil
}

// number is that of the block, 0 for a record without bytes.
func (p rawPosition) number() int64 {
	if p.block == nil {
		return 0
	}
	return *p.block
}

func rawAt(r row, i int) rawPosition {
	p := rawPosition{offset: r.num(i + 1), length: r.num(i + 2)}
	if !r.null(i) {
		n := r.num(i)
		p.block = &n
	}
	return p
}

// UnreadableRaw returns the bytes of the unreadable record that starts at a byte offset of a source.
func (s *Store) UnreadableRaw(ctx context.Context, source, offset int64) (out []byte, err error) {
	err = s.read(ctx, "read an unreadable record", func(c *conn) error {
		var at *rawPosition
		if err := c.query(ctx, "SELECT block, block_offset, length FROM unreadable WHERE source = ? AND byte_offset = ? ORDER BY number LIMIT 1", func(r row) error {
			p := rawAt(r, 0)
			at = &p
			return nil
		}, source, offset); err != nil {
			return err
		}
		if at == nil {
			return fmt.Errorf("source %d, byte %d: %w", source, offset, audit.ErrNotFound)
		}
		u := s.unpacker(c)
		defer u.close()
		out, _, err = u.record(ctx, *at)
		return err
	})
	return out, err
}

// unpacker reads records out of raw blocks, and keeps the last block.
type unpacker struct {
	c        *conn
	redacted bool // the blocks hold masked records
	z        *zstd.Decoder
	block    int64
	data     []byte
	entries  []maskedEntry // of the block, where they are masked
}

func (s *Store) unpacker(c *conn) unpacker { return unpacker{c: c, redacted: s.redacted != nil} }

func (u *unpacker) close() {
	if u.z != nil {
		u.z.Close()
	}
}

// record returns a record's bytes, and whether something in them is masked, as in a hand-over copy.
func (u *unpacker) record(ctx context.Context, p rawPosition) (b []byte, masked bool, err error) {
	if p.block == nil {
		return nil, false, nil
	}
	if u.block != *p.block {
		err := audit.ErrNotFound
		if qerr := u.c.query(ctx, "SELECT size, sha256, data FROM raw_block WHERE number = ?", func(r row) error {
			if u.redacted {
				err = u.unpackMasked(r.blob(2))
			} else {
				err = u.unpack(r.num(0), r.blob(1), r.blob(2))
			}
			return nil
		}, *p.block); qerr != nil {
			return nil, false, qerr
		}
		if err != nil {
			return nil, false, fmt.Errorf("raw block %d: %w", *p.block, err)
		}
		u.block = *p.block
	}
	if u.redacted {
		i, found := slices.BinarySearchFunc(u.entries, p, func(e maskedEntry, p rawPosition) int { return e.compare(p.offset, p.length) })
		if !found {
			return nil, false, fmt.Errorf("raw block %d has no masked record for bytes %d to %d: %w", u.block, p.offset, p.offset+p.length, audit.ErrDamaged)
		}
		e := u.entries[i]
		return bytes.Clone(u.data[e.start:e.end]), e.masked, nil
	}
	if p.offset < 0 || p.length < 0 || p.offset > int64(len(u.data)) || p.length > int64(len(u.data))-p.offset {
		return nil, false, fmt.Errorf("raw block %d has no bytes %d to %d: %w", u.block, p.offset, p.offset+p.length, audit.ErrDamaged)
	}
	return bytes.Clone(u.data[p.offset : p.offset+p.length]), false, nil
}

// unpack sets u.data, and makes sure that it is what was packed.
func (u *unpacker) unpack(size int64, sum, packed []byte) (err error) {
	u.block, u.data = 0, u.data[:0]
	if size < 0 || size > maxBlock {
		return fmt.Errorf("its size is given as %d bytes: %w", size, audit.ErrDamaged)
	}
	if err := u.decompress(packed); err != nil {
		return err
	}
	if int64(len(u.data)) != size {
		return fmt.Errorf("it unpacks to %d bytes, not %d: %w", len(u.data), size, audit.ErrDamaged)
	}
	if got := sha256.Sum256(u.data); !bytes.Equal(got[:], sum) {
		return fmt.Errorf("its SHA-256 is %x, not %x: %w", got, sum, audit.ErrDamaged)
	}
	return nil
}

// unpackMasked sets u.data and u.entries. Whether they are what was packed only the chain tells.
func (u *unpacker) unpackMasked(packed []byte) (err error) {
	u.block, u.data, u.entries = 0, u.data[:0], nil
	if err := u.decompress(packed); err != nil {
		return err
	}
	u.entries, err = maskedEntries(u.data)
	return err
}

func (u *unpacker) decompress(packed []byte) (err error) {
	if u.z == nil {
		if u.z, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxBlock)); err != nil {
			return err
		}
	}
	if u.data, err = u.z.DecodeAll(packed, u.data); err != nil {
		return fmt.Errorf("%w: %w", audit.ErrDamaged, err)
	}
	return nil
}
