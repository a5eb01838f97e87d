package ingest

import (
	"crypto/sha256"
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/klauspost/compress/zstd"

	"auditdesk/backend/catalog"
	"auditdesk/backend/decode"
	"auditdesk/backend/diff"
	"auditdesk/backend/store"
)

// found is one item with where it stands.
type found struct {
	decode.Item
	piece int
	raw   store.RawRef // Block is 0 here: the chunk's own
	admin bool
	hash  uint64 // of all that is stored of the record, see spelled
}

// worker decodes chunks. One goroutine owns it.
type worker struct {
	limits decode.Limits
	dec    *decode.Decoder
	items  []decode.Item
	enc    *zstd.Encoder
	raw    []byte
}

// keepRaw is how much memory a worker keeps from one chunk to the next: one of large records must not be kept for good.
const keepRaw = 4 * chunkBytes

func newWorker(l decode.Limits) *worker {
	// Only impossible options make NewWriter fail.
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false))
	if err != nil {
		panic(err)
	}
	w := &worker{limits: l, enc: enc}
	w.begin()
	return w
}

// begin makes a decoder, for a source of its own.
func (w *worker) begin() {
	w.dec, w.items = decode.NewDecoder(w.limits), nil
	w.dec.ExamplesOnce() // a worker takes the chunks of a source in their order, so the first line of a pattern has one
}

func (w *worker) work(ch *chunk) {
	w.raw = w.raw[:0]
	ch.found = make([]found, 0, len(ch.pieces))
	for i := range ch.pieces {
		p := &ch.pieces[i]
		from := len(ch.found)
		ch.found = w.piece(ch.found, i, p)
		if !ch.replay {
			w.keep(ch.found[from:], p)
		}
		p.Text = nil
	}
	if len(w.raw) > 0 {
		ch.raw = true
		ch.block = store.Block{Data: w.enc.EncodeAll(w.raw, make([]byte, 0, len(w.raw)/4)), Size: len(w.raw), SHA256: sha256.Sum256(w.raw)}
	}
	if cap(w.raw) > keepRaw {
		w.raw = nil
	}
}

// piece appends what a piece holds. A piece that makes the program fail is an unreadable record: the others are still read.
func (w *worker) piece(before []found, i int, p *decode.Piece) (out []found) {
	defer func() {
		if v := recover(); v != nil {
			slog.Error("decode a record", "line", p.Line, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			w.begin()
			out = before
			out = append(out, found{Item: decode.Item{Kind: decode.Unreadable, Note: "the record makes the program fail: please report this"}, piece: i})
		}
	}()
	out = before
	w.items = w.dec.Decode(*p, w.items[:0])
	for j := range w.items {
		out = append(out, found{Item: w.items[j], piece: i})
		if f := &out[len(out)-1]; f.Kind == decode.Record {
			diff.Describe(&f.Event)
			f.admin = catalog.Admin(&f.Event)
			f.hash = spelled(&f.Item)
		}
	}
	return out
}

// keep puts the bytes of a piece into the block if it holds a record, once for all of its records.
func (w *worker) keep(items []found, p *decode.Piece) {
	ref := store.RawRef{Offset: -1}
	for i := range items {
		if items[i].Kind != decode.Other && ref.Offset < 0 {
			from := len(w.raw)
			w.raw = p.Stored(w.raw)
			ref = store.RawRef{Offset: from, Len: len(w.raw) - from}
		}
		items[i].raw = ref
	}
}
