package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/mattn/go-sqlite3"
	"golang.org/x/sync/errgroup"

	"auditdesk/backend/audit"
)

// Redaction says what a hand-over copy is a copy of, and what was done to it.
type Redaction struct {
	Head    string     `json:"head"` // of the chain of the case that it was made of, in hexadecimal
	Time    audit.Time `json:"time"`
	Blocks  int64      `json:"blocks"`  // raw blocks whose records are masked in it
	Records int64      `json:"records"` // that lie in them; records that share their bytes count once
	Masked  int64      `json:"masked"`  // those of them in which something was masked
}

// Redacting says how [Store.Redact] masks.
type Redacting struct {
	// Mask returns the bytes of a record as they may be handed over. It is called by several goroutines at once, and must
	// not write to raw. Unreadable is a record that nothing has understood.
	Mask     func(raw []byte, unreadable bool) []byte
	Progress func(done, of int64) // raw blocks; may be nil
}

// redactedKey is the row of format that marks a hand-over copy.
const redactedKey = "redacted"

// Redact writes a hand-over copy of the case to path, which must not exist: every row as it stands, and in place of the raw
// blocks their records as they may be shown. No clear byte of a record is ever written to the copy's disk. The copy gets its
// name when it is whole; an error, a cancel or a full disk leaves nothing behind, a killed process at most a file
// ".NAME.….new.auditcase" that has no clear records either. Tables of an auditor's own are left out.
func (s *Store) Redact(ctx context.Context, path string, how Redacting) (Redaction, error) {
	const doing = "make the hand-over copy"
	if s.redacted != nil {
		return Redaction{}, &audit.Error{Message: fmt.Sprintf("%s: %s is one already", doing, s.path), Hint: "hand over a copy of the file itself"}
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return Redaction{}, fmt.Errorf("%s: %w", doing, err)
	}
	made, remove, err := newFile(path, doing)
	if err != nil {
		return Redaction{}, err
	}
	defer remove()
	c, err := openConn(made, modeWrite)
	if err != nil {
		return Redaction{}, explainCopy(err, path)
	}
	r := redactor{how: how, now: s.now(), c: c, target: newStore(made, modeWrite, s.opt)}
	r.target.now = func() time.Time { return r.now }
	if err := errors.Join(r.make(ctx, s), c.close()); err != nil {
		if ctx.Err() != nil {
			return Redaction{}, ctx.Err()
		}
		return Redaction{}, explainCopy(err, path)
	}
	if err := synced(made); err != nil {
		return Redaction{}, explainCopy(err, path)
	}
	switch err := name(made, path); {
	case errors.Is(err, os.ErrExist):
		return Redaction{}, existsAlready(path, doing)
	case err != nil:
		return Redaction{}, fmt.Errorf("%s %s: %w", doing, path, pathCause(err))
	}
	return r.done, nil
}

// explainCopy blames the copy where its disk is at fault.
func explainCopy(err error, path string) error {
	var se sqlite3.Error
	full := errors.As(err, &se) && (se.Code == sqlite3.ErrFull || se.SystemErrno == syscall.ENOSPC) || errors.Is(err, syscall.ENOSPC)
	if full { // the hint of an import would be wrong
		return &audit.Error{Message: fmt.Sprintf("make the hand-over copy %s: the disk is full", path), Hint: "free some space, or choose another disk; nothing is left of the copy", Err: err}
	}
	return fmt.Errorf("make the hand-over copy %s: %w", path, err)
}

// synced makes sure that a file is on the disk.
func synced(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// redactor makes one copy. Its connection writes the copy, and reads the case, which is attached as src.
type redactor struct {
	how    Redacting
	now    time.Time
	c      *conn
	target *Store
	done   Redaction
}

func (r *redactor) make(ctx context.Context, s *Store) error {
	m := s.mode
	if m == modeWrite {
		m = modeRead
	}
	// Without a journal, since a copy that fails is removed; secure_delete also clears the room that a page does not use.
	if err := r.c.script(fmt.Sprintf("PRAGMA page_size = %d; PRAGMA secure_delete = ON; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", pageSize)); err != nil {
		return err
	}
	if s.opt.MaxBytes > 0 {
		if err := r.c.script(fmt.Sprintf("PRAGMA max_page_count = %d", max(s.opt.MaxBytes/pageSize, 1))); err != nil {
			return err
		}
	}
	if err := migrate(r.c, s.opt.migrations, 0); err != nil {
		return err
	}
	r.c.c.SetLimit(sqlite3.SQLITE_LIMIT_ATTACHED, 1)
	if err := r.c.exec("ATTACH ? AS src", uri(s.path, m)); err != nil {
		return err
	}
	// Not IMMEDIATE, which would lock the case against writers: it is only read, in one state throughout.
	if err := r.c.exec("BEGIN"); err != nil {
		return err
	}
	if err := r.fill(ctx); err != nil {
		return err
	}
	if err := r.c.exec("COMMIT"); err != nil {
		return err
	}
	if err := r.c.exec("DETACH src"); err != nil {
		return err
	}
	if err := r.c.script("PRAGMA synchronous = FULL; PRAGMA journal_mode = WAL"); err != nil {
		return err
	}
	return checkpointed(ctx, r.c)
}

func (r *redactor) fill(ctx context.Context) error {
	if err := r.copy(ctx); err != nil {
		return err
	}
	if err := r.blocks(ctx); err != nil {
		return err
	}
	return r.mark(ctx)
}

// copiedAtOnce is how many rows are copied between two looks at whether to go on.
const copiedAtOnce = 20_000

// copy copies the rows of all tables but the raw blocks. Both have one schema, word for word.
func (r *redactor) copy(ctx context.Context) error {
	if open, err := r.c.number(ctx, "SELECT count(*) FROM src.underived"); err != nil || open > 0 {
		if err == nil {
			err = audit.Errorf("open the case for writing once, or import the files again, to finish it", "an import was interrupted, so that values before changes are not worked out")
		}
		return err
	}
	type table struct {
		name     string
		numbered bool // has row ids
	}
	var tables []table
	if err := r.c.query(ctx, `SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND name <> 'raw_block' ORDER BY name`, func(row row) error {
		tables = append(tables, table{row.text(0), row.num(1) == 0})
		return nil
	}); err != nil {
		return err
	}
	for _, t := range tables {
		if err := ctx.Err(); err != nil {
			return err
		}
		insert := "INSERT INTO main." + t.name + " SELECT * FROM src." + t.name
		if !t.numbered {
			if err := r.c.exec(insert); err != nil {
				return fmt.Errorf("copy %s: %w", t.name, err)
			}
			continue
		}
		next, err := r.c.number(ctx, "SELECT min(rowid) FROM src."+t.name)
		if err != nil {
			return err
		}
		last, err := r.c.number(ctx, "SELECT max(rowid) FROM src."+t.name)
		if err != nil {
			return err
		}
		for ; next <= last; next += copiedAtOnce {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := r.c.exec(insert+" WHERE rowid BETWEEN ? AND ?", next, next+copiedAtOnce-1); err != nil {
				return fmt.Errorf("copy %s: %w", t.name, err)
			}
		}
	}
	return nil
}

// place is where a record lies in its block, in eight bytes: a case may have many millions. Below offset and length stands
// whether the record is unreadable.
type place uint64

const placeBits = 29 // an offset or a length up to maxBlock

func placeOf(offset, length int64, unreadable bool) place {
	p := place(offset)<<(placeBits+1) | place(length)<<1
	if unreadable {
		p |= 1
	}
	return p
}

func (p place) offset() int64    { return int64(p >> (placeBits + 1)) }
func (p place) length() int64    { return int64(p >> 1 & (1<<placeBits - 1)) }
func (p place) unreadable() bool { return p&1 != 0 }

// places are the records of each block, by their place. A record that is both, of a line that holds several, counts as unreadable.
func (r *redactor) places(ctx context.Context, blocks int64) ([][]place, error) {
	out := make([][]place, blocks+1)
	for _, sql := range []string{
		"SELECT block, block_offset, length, 0 FROM src.event WHERE block IS NOT NULL",
		"SELECT block, block_offset, length, 0 FROM src.matching WHERE block IS NOT NULL",
		"SELECT block, block_offset, length, number NOT IN (SELECT unreadable FROM src.recovered) FROM src.unreadable WHERE block IS NOT NULL",
	} {
		if err := r.c.scan(ctx, sql, func(row row) error {
			n, offset, length := row.num(0), row.num(1), row.num(2)
			if n < 1 || n > blocks || offset < 0 || offset > maxBlock || length <= 0 || length > maxBlock {
				return fmt.Errorf("raw block %d has no bytes %d to %d: %w", n, offset, offset+length, audit.ErrDamaged)
			}
			out[n] = append(out[n], placeOf(offset, length, row.num(3) != 0))
			return nil
		}); err != nil {
			return nil, err
		}
	}
	for n := range out {
		slices.Sort(out[n])
		// What stands twice differs in the lowest bit at most, and the unreadable one comes last.
		last := out[n][:0]
		for _, p := range out[n] {
			if k := len(last); k > 0 && last[k-1]>>1 == p>>1 {
				last[k-1] = p
				continue
			}
			last = append(last, p)
		}
		out[n] = last
	}
	return out, nil
}

// blocksAtOnce is how many blocks are masked side by side before they are written.
const blocksAtOnce = 16

type maskedBlock struct {
	number, source, size int64
	sum, data            []byte
	places               []place

	payload []byte
	packed  []byte
	altered int64
}

func (r *redactor) blocks(ctx context.Context) error {
	last, err := r.c.number(ctx, "SELECT coalesce(max(number), 0) FROM src.raw_block")
	if err != nil {
		return err
	}
	places, err := r.places(ctx, last)
	if err != nil {
		return err
	}
	workers := make([]*maskWorker, min(runtime.GOMAXPROCS(0), blocksAtOnce))
	defer func() {
		for _, w := range workers {
			if w != nil {
				w.u.close()
			}
		}
	}()
	for i := range workers {
		if workers[i], err = newMaskWorker(r.how.Mask); err != nil {
			return err
		}
	}
	for first := int64(1); first <= last; first += blocksAtOnce {
		if err := ctx.Err(); err != nil {
			return err
		}
		var blocks []*maskedBlock
		if err := r.c.query(ctx, "SELECT number, source, size, sha256, data FROM src.raw_block WHERE number BETWEEN ? AND ?", func(row row) error {
			n := row.num(0)
			blocks = append(blocks, &maskedBlock{number: n, source: row.num(1), size: row.num(2), sum: bytes.Clone(row.blob(3)), data: bytes.Clone(row.blob(4)), places: places[n]})
			return nil
		}, first, first+blocksAtOnce-1); err != nil {
			return err
		}
		var g errgroup.Group
		for i, w := range workers {
			g.Go(func() error {
				for j := i; j < len(blocks); j += len(workers) {
					if err := w.mask(ctx, blocks[j]); err != nil {
						return fmt.Errorf("raw block %d: %w", blocks[j].number, err)
					}
				}
				return nil
			})
		}
		if err := g.Wait(); err != nil {
			return err
		}
		for _, b := range blocks {
			if err := r.c.exec("INSERT INTO main.raw_block VALUES (?, ?, ?, ?, ?)", b.number, b.source, b.size, b.sum, b.packed); err != nil {
				return err
			}
			r.target.said.say(maskedText(b.number, b.payload, b.packed))
			r.done.Blocks++
			r.done.Records += int64(len(b.places))
			r.done.Masked += b.altered
		}
		if r.how.Progress != nil {
			r.how.Progress(min(first+blocksAtOnce-1, last), last)
		}
	}
	return nil
}

// mark says in format and in the chain what the copy is.
func (r *redactor) mark(ctx context.Context) error {
	head, err := lastHead(ctx, r.c)
	if err != nil {
		return err
	}
	r.done.Head, r.done.Time = hex.EncodeToString(head), audit.Time(r.now.UnixNano())
	text, err := json.Marshal(r.done)
	if err != nil {
		return err
	}
	if err := r.c.exec("INSERT INTO main.format VALUES (?, ?)", redactedKey, string(text)); err != nil {
		return err
	}
	if err := r.c.exec("UPDATE main.format SET value = ? WHERE key = 'raw'", "zstd frames of masked records in raw_block; see docs/case-format.md"); err != nil {
		return err
	}
	r.target.said.lines.WriteString(redactedText(r.done))
	format, err := formatText(ctx, r.c)
	if err != nil {
		return err
	}
	r.target.said.say(format)
	return r.target.link(ctx, r.c)
}

// maskWorker masks blocks one at a time.
type maskWorker struct {
	u   unpacker
	enc *zstd.Encoder
	fn  func([]byte, bool) []byte
}

func newMaskWorker(fn func([]byte, bool) []byte) (*maskWorker, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	return &maskWorker{enc: enc, fn: fn}, err
}

func (w *maskWorker) mask(ctx context.Context, b *maskedBlock) error {
	if err := w.u.unpack(b.size, b.sum, b.data); err != nil {
		return err
	}
	for i, p := range b.places {
		if i&0xff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if p.offset()+p.length() > int64(len(w.u.data)) {
			return fmt.Errorf("it has no bytes %d to %d: %w", p.offset(), p.offset()+p.length(), audit.ErrDamaged)
		}
		raw := w.u.data[p.offset() : p.offset()+p.length()]
		shown := w.fn(raw, p.unreadable())
		same := bytes.Equal(raw, shown)
		if !same {
			b.altered++
		}
		b.payload = appendMasked(b.payload, p.offset(), p.length(), shown, same)
	}
	b.packed = w.enc.EncodeAll(b.payload, nil)
	return nil
}

// A masked block is a stretch of records, each behind a line "OFFSET LENGTH BYTES masked" and before a line feed: where it lay
// in the raw block, and how many bytes follow. "same" in the place of "masked" says that they are the record's own.

const (
	wordMasked = "masked"
	wordSame   = "same"
)

func appendMasked(b []byte, offset, length int64, shown []byte, same bool) []byte {
	word := wordMasked
	if same {
		word = wordSame
	}
	b = fmt.Appendf(b, "%d %d %d %s\n", offset, length, len(shown), word)
	return append(append(b, shown...), '\n')
}

// maskedEntry is one record of a masked block.
type maskedEntry struct {
	offset, length int64
	start, end     int // of the bytes in the block
	masked         bool
}

// maskedEntries reads a masked block. They are in the order of their places.
func maskedEntries(block []byte) ([]maskedEntry, error) {
	var out []maskedEntry
	for at := 0; at < len(block); {
		n := bytes.IndexByte(block[at:], '\n')
		if n < 0 || n > 100 {
			return nil, fmt.Errorf("it has no line that says what follows byte %d: %w", at, audit.ErrDamaged)
		}
		var e maskedEntry
		var size int
		var word string
		line := string(block[at : at+n])
		if _, err := fmt.Sscanf(line, "%d %d %d %s", &e.offset, &e.length, &size, &word); err != nil ||
			line != fmt.Sprintf("%d %d %d %s", e.offset, e.length, size, word) || word != wordMasked && word != wordSame {
			return nil, fmt.Errorf("it says %q at byte %d: %w", line, at, audit.ErrDamaged)
		}
		e.start = at + n + 1
		if e.offset < 0 || e.length <= 0 || size < 0 || size >= len(block)-e.start || block[e.start+size] != '\n' {
			return nil, fmt.Errorf("it holds no %d bytes behind byte %d: %w", size, e.start, audit.ErrDamaged)
		}
		e.end, e.masked = e.start+size, word == wordMasked
		if k := len(out); k > 0 && e.compare(out[k-1].offset, out[k-1].length) <= 0 {
			return nil, fmt.Errorf("its records are not in their order at byte %d: %w", at, audit.ErrDamaged)
		}
		out = append(out, e)
		at = e.end + 1
	}
	return out, nil
}

func (e maskedEntry) compare(offset, length int64) int {
	return cmp.Or(cmp.Compare(e.offset, offset), cmp.Compare(e.length, length))
}

// unmark reads which copy a case is, nil where it is none.
func unmark(ctx context.Context, c *conn) (*Redaction, error) {
	var out *Redaction
	err := c.query(ctx, "SELECT value FROM format WHERE key = ?", func(r row) error {
		out = &Redaction{}
		if err := json.Unmarshal([]byte(r.text(0)), out); err != nil {
			return &audit.Error{Message: "the mark of a hand-over copy can't be read", Err: fmt.Errorf("%w: %w", audit.ErrDamaged, err)}
		}
		return nil
	}, redactedKey)
	return out, err
}

// Redaction says which case this is a hand-over copy of; nil where it is none. Nothing is written to a copy any more.
func (s *Store) Redaction() *Redaction { return s.redacted }

func redactedText(r Redaction) string {
	return fmt.Sprintf("redacted head %s blocks %d records %d masked %d\n", r.Head, r.Blocks, r.Records, r.Masked)
}

func maskedText(number int64, payload, packed []byte) string {
	return fmt.Sprintf("masked %d bytes %d sha256 %x packed %d crc32c %08x\n", number, len(payload), sha256.Sum256(payload), len(packed), castagnoli(packed))
}
