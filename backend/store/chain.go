package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// chainScheme is the version of the chain of digests. Each link is a text about what one write added, and
//
//	head = SHA-256 (head before, 32 bytes; then the text)
//
// A batch's text names its source, the number and SHA-256 of each raw block, and the digest of the identities and raw
// positions of its new events; that of a finished source gives its SHA-256 and its account. The text of the very first link
// begins with the scheme. See docs/case-format.md for what a head shows and what it does not.
const chainScheme = "auditdesk chain 1"

// beginRun notes an import run, once per writing.
func (s *Store) beginRun(ctx context.Context, c *conn) error {
	if s.run > 0 {
		return nil
	}
	head, err := lastHead(ctx, c)
	if err != nil {
		return err
	}
	now := s.now().UnixNano()
	n, err := c.number(ctx, "SELECT coalesce(max(number), 0) + 1 FROM import_run")
	if err != nil {
		return err
	}
	if err := c.exec("INSERT INTO import_run VALUES (?, ?, ?, ?)", n, now, now, head); err != nil {
		return err
	}
	s.run = n
	return nil
}

// link adds to the chain.
func (s *Store) link(c *conn, m *memory, text string) error {
	ctx := context.Background()
	if text == "" {
		return nil
	}
	if err := s.beginRun(ctx, c); err != nil {
		return err
	}
	before, err := lastHead(ctx, c)
	if err != nil {
		return err
	}
	if m.links == 0 {
		text = chainScheme + "\n" + text
	}
	head := nextHead(before, text)
	m.links++
	if err := c.exec("INSERT INTO chain VALUES (?, ?, ?, ?)", m.links, s.run, text, head); err != nil {
		return err
	}
	return c.exec("UPDATE import_run SET ended = ?, head = ? WHERE number = ?", s.now().UnixNano(), head, s.run)
}

func nextHead(before []byte, text string) []byte {
	h := sha256.New()
	h.Write(before)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func lastHead(ctx context.Context, c *conn) ([]byte, error) {
	head := make([]byte, sha256.Size)
	err := c.query(ctx, "SELECT head FROM chain ORDER BY number DESC LIMIT 1", func(r row) error {
		head = bytes.Clone(r.blob(0))
		return nil
	})
	return head, err
}

// Head is the head of the chain over the imports in hexadecimal, 64 zeros for an empty case.
func (s *Store) Head(ctx context.Context) (head string, err error) {
	err = s.read(ctx, "read the head", func(c *conn) error {
		h, err := lastHead(ctx, c)
		head = hex.EncodeToString(h)
		return err
	})
	return head, err
}

// HadHead reports whether the chain ends in the head, or once did.
func (s *Store) HadHead(ctx context.Context, head string) (had bool, err error) {
	want, err := hex.DecodeString(head)
	if err != nil || len(want) != sha256.Size {
		return false, nil //nolint:nilerr // what is no digest is no head
	}
	err = s.read(ctx, "look for a head", func(c *conn) error {
		n, err := c.number(ctx, "SELECT count(*) FROM chain WHERE head = ?", want)
		had = n > 0
		return err
	})
	return had, err
}

// blocksText is what a batch adds to the chain.
func (a *appender) blocksText() string {
	var b strings.Builder
	for i := range a.b.Blocks {
		b.WriteString(blockText(a.first+int64(i), a.b.Source, int64(a.b.Blocks[i].Size), a.b.Blocks[i].SHA256[:]))
	}
	if n := len(a.b.Events); n > 0 {
		d := newEventDigest()
		for i := range a.b.Events {
			e := &a.b.Events[i]
			block := int64(0)
			if e.Raw.Len > 0 {
				block = a.first + int64(e.Raw.Block)
			}
			d.add(e.Digest[:], block, int64(max(e.Raw.Offset, 0)), int64(e.Raw.Len))
		}
		b.WriteString(eventsText(int64(a.b.Events[0].Number), int64(a.b.Events[n-1].Number), d.sum()))
	}
	return b.String()
}

func blockText(number, source, size int64, sum []byte) string {
	return fmt.Sprintf("block %d source %d bytes %d sha256 %x\n", number, source, size, sum)
}

func eventsText(first, last int64, sum []byte) string {
	return fmt.Sprintf("events %d to %d sha256 %x\n", first, last, sum)
}

// sourceText is what a finished source adds to the chain.
func sourceText(ctx context.Context, c *conn, number int64) (text string, err error) {
	err = c.query(ctx, `SELECT sha256, bytes, unpacked, lines, record_lines, records, events, matching, duplicates, other, unreadable, state FROM source WHERE number = ?`, func(r row) error {
		text = fmt.Sprintf("source %d sha256 %s bytes %d unpacked %d lines %d record_lines %d records %d events %d matching %d duplicates %d other %d unreadable %d state %s\n",
			number, r.text(0), r.num(1), r.num(2), r.num(3), r.num(4), r.num(5), r.num(6), r.num(7), r.num(8), r.num(9), r.num(10), r.text(11))
		return nil
	}, number)
	return text, err
}
