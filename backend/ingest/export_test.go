package ingest

import "auditdesk/backend/decode"

// WorkWithoutDecoder lets a worker decode lines of which the first makes it fail. It returns what it found, and the raw bytes
// that it kept for each.
func WorkWithoutDecoder(lines ...string) (items []decode.Item, kept []int) {
	w := newWorker(decode.Limits{})
	w.dec = nil
	ch := newChunk(0, 0)
	for i, l := range lines {
		ch.pieces = append(ch.pieces, decode.Piece{Raw: []byte(l), Text: []byte(l), Line: int64(i + 1), Lines: 1})
	}
	w.work(ch)
	for _, f := range ch.found {
		items, kept = append(items, f.Item), append(kept, f.raw.Len)
	}
	return items, kept
}
