package decode

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"auditdesk/backend/mask"
)

// Stored is what is kept of a piece that holds records: its bytes, and for a row of CSV the header's line before them, without
// which it says nothing.
func (p *Piece) Stored(dst []byte) []byte {
	if p.Head != nil {
		dst = append(dst, p.Head...)
		dst = append(dst, '\n')
	}
	return append(dst, p.Raw...)
}

// Again makes a piece of stored bytes, see [Piece.Stored]. Decoding it gives the same records where they stand for themselves:
// an element of an answer may lack the key that it stood under.
func Again(stored []byte, l Limits) Piece {
	l = l.withDefaults()
	s := &Splitter{l: l, line: 1, credit: 4 * int64(l.Record), b: stored, err: io.EOF}
	for {
		p, err := s.Next()
		if err != nil {
			return Piece{Raw: stored, Text: stored, Line: 1, Lines: 1}
		}
		if !p.Frame {
			return p
		}
	}
}

// Masked masks stored bytes, those of a row of CSV by the names of its columns. A name is none that is a secret, but it may hold one
// with its own name before it.
func Masked(stored []byte) []byte {
	p := Again(stored, Limits{})
	if p.Header == nil {
		return mask.Record(stored)
	}
	head := bytes.TrimRight(stored[:p.Offset], "\r\n")
	return slices.Concat(mask.CSV(head, make([]string, len(p.Header))), stored[len(head):p.Offset], mask.CSV(p.Raw, p.Header))
}

// Retriable reports whether an unreadable record with this reason may be understood by a later version. Of what is longer than
// [Limits.Record], and of UTF-16 text, only the beginning was kept; and what belonged to no record stands in no document any more.
func Retriable(reason string) bool {
	for _, never := range []string{"line longer than ", "record longer than ", "UTF-16 text", "broken JSON: text behind a record"} {
		if strings.HasPrefix(reason, never) {
			return false
		}
	}
	return true
}
