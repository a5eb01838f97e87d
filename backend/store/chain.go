package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"

	"auditdesk/backend/audit"
)

// chainScheme is the version of the chain of digests. Each write that adds or changes evidence is a link of it: a text about
// what it wrote, and
//
//	head = SHA-256 (head before, 32 bytes; then the text)
//
// The text of the very first link begins with the scheme. docs/case-format.md lists the lines of a text, and says what a
// head shows and what it does not.
const chainScheme = "auditdesk chain 1"

// said collects what the write under way says in the chain.
type said struct {
	lines   strings.Builder
	grown   []*growth
	byTable map[string]*growth
	noted   bool // a link is to be made also without a line: a run began, or the generation was counted on
}

func newSaid() *said {
	s := &said{byTable: map[string]*growth{}}
	for _, t := range growingTables() {
		g := &growth{growing: t, rowsDigest: *newRowsDigest()}
		s.grown, s.byTable[t.table] = append(s.grown, g), g
	}
	return s
}

func (s *said) reset() {
	s.lines.Reset()
	s.noted = false
	for _, g := range s.grown {
		if g.rows > 0 || len(g.buf) > 0 {
			g.sum()
			g.rows = 0
		}
	}
}

func (s *said) say(line string) { s.lines.WriteString(line) }

// add digests a row that is inserted into a growing table. Values are as they are bound.
func (s *said) add(table string, values ...any) {
	g := s.byTable[table]
	bound := make([]driver.Value, len(values))
	for i, v := range values {
		bound[i] = value(v)
	}
	g.add(bound...)
}

// text is what the write says, "" where it wrote nothing that the chain covers.
func (s *said) text() string {
	var b strings.Builder
	for _, g := range s.grown {
		if g.rows > 0 {
			b.WriteString(rowsText(g.table, g.first, g.last, g.sum()))
			g.rows = 0
		}
	}
	b.WriteString(s.lines.String())
	return b.String()
}

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
	s.run, s.said.noted = n, true
	return nil
}

// link adds what the write said to the chain, within its transaction.
func (s *Store) link(ctx context.Context, c *conn) error {
	text := s.said.text()
	if text == "" && !s.said.noted {
		return nil
	}
	number, err := c.number(ctx, "SELECT coalesce(max(number), 0) + 1 FROM chain")
	if err != nil {
		return err
	}
	before, err := lastHead(ctx, c)
	if err != nil {
		return err
	}
	now := s.now().UnixNano()
	var b strings.Builder
	if number == 1 {
		b.WriteString(chainScheme + "\n")
	}
	fmt.Fprintf(&b, "link %d at %d\n", number, now)
	var run any
	if s.run > 0 {
		run = s.run
		started, err := c.number(ctx, "SELECT started FROM import_run WHERE number = ?", s.run)
		if err != nil {
			return err
		}
		b.WriteString(runText(s.run, started, audit.Reading))
	}
	b.WriteString(text)
	meta, err := metaText(ctx, c)
	if err != nil {
		return err
	}
	b.WriteString(meta)
	head := nextHead(before, b.String())
	if err := c.exec("INSERT INTO chain VALUES (?, ?, ?, ?)", number, run, b.String(), head); err != nil {
		return err
	}
	if run == nil {
		return nil
	}
	return c.exec("UPDATE import_run SET ended = ?, head = ? WHERE number = ?", now, head, s.run)
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

// Head is the head of the chain of digests in hexadecimal. It begins with the case, so that an empty case has one.
func (s *Store) Head(ctx context.Context) (head string, err error) {
	err = s.read(ctx, "read the head", func(c *conn) error {
		h, err := lastHead(ctx, c)
		head = hex.EncodeToString(h)
		return err
	})
	return head, err
}

// SinceHead tells what became of the case since the chain had a head: whether it ever did, and whether more was written than
// notes of exports and of records that were shown, the engagement, receipts and the mark of a hand-over copy.
func (s *Store) SinceHead(ctx context.Context, head string) (had, grown bool, err error) {
	want, err := hex.DecodeString(head)
	if err != nil || len(want) != sha256.Size {
		return false, false, nil //nolint:nilerr // what is no digest is no head
	}
	err = s.read(ctx, "look for a head", func(c *conn) error {
		meta := ""
		return c.query(ctx, "SELECT text FROM chain WHERE number >= (SELECT number FROM chain WHERE head = ?) ORDER BY number", func(r row) error {
			for line := range strings.Lines(r.text(0)) {
				switch word, _, _ := strings.Cut(line, " "); {
				case word == "meta" && !had:
					meta = line
				case word == "meta":
					grown = grown || line != meta
				case word == "link", word == "engagement", word == "receipt", word == "redacted", word == "masked", word == "format", strings.HasPrefix(line, "rows export_note "), strings.HasPrefix(line, "rows reveal_note "):
				default: // a source that is new brings its receipt along
					grown = grown || had
				}
			}
			had = true
			return nil
		}, want)
	})
	return had, grown, err
}

// The lines of a link's text.

func runText(number, started, reading int64) string {
	return fmt.Sprintf("run %d started %d reading %d\n", number, started, reading)
}

func rowsText(table string, first, last int64, sum []byte) string {
	return fmt.Sprintf("rows %s %d to %d sha256 %x\n", table, first, last, sum)
}

func blockText(number, source, size int64, sum, packed []byte) string {
	return fmt.Sprintf("block %d source %d bytes %d sha256 %x packed %d crc32c %08x\n", number, source, size, sum, len(packed), castagnoli(packed))
}

func castagnoli(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }

func eventsText(first, last int64, sum []byte) string {
	return fmt.Sprintf("events %d to %d sha256 %x\n", first, last, sum)
}

func differsText(matching int64, differs bool) string {
	n := 0
	if differs {
		n = 1
	}
	return fmt.Sprintf("differs %d is %d\n", matching, n)
}

// metaText says the counters, which every link states anew.
func metaText(ctx context.Context, c *conn) (string, error) {
	counters := map[string]int64{}
	if err := c.query(ctx, "SELECT key, value FROM meta", func(r row) error {
		counters[r.text(0)] = r.num(1)
		return nil
	}); err != nil {
		return "", err
	}
	if len(counters) != 2 {
		return "", fmt.Errorf("%d counters: %w", len(counters), audit.ErrDamaged)
	}
	return fmt.Sprintf("meta generation %d changes %d\n", counters["generation"], counters["changes"]), nil
}

func formatText(ctx context.Context, c *conn) (string, error) {
	sum, _, err := digestOf(ctx, c, 0, "SELECT key, value FROM format ORDER BY key")
	return fmt.Sprintf("format sha256 %x\n", sum), err
}

func engagementText(ctx context.Context, c *conn) (string, error) {
	sum, _, err := digestOf(ctx, c, 0, "SELECT "+engagementColumns+" FROM engagement")
	return fmt.Sprintf("engagement sha256 %x\n", sum), err
}

func receiptText(ctx context.Context, c *conn, source int64) (string, error) {
	sum, _, err := digestOf(ctx, c, 0, "SELECT "+receiptColumns+" FROM source WHERE number = ?", source)
	return fmt.Sprintf("receipt %d sha256 %x\n", source, sum), err
}

// manyPatterns is up to how many patterns of other lines (or days) of a source that is still read each write digests; of a
// source that has more, they are digested when it is finished, and until then only counted. Else a log of a million strange
// lines would be read over and over.
const manyPatterns = 10_000

// sourceText is what a source is now, "" where there is none. Its row holds more than the line says in clear.
func sourceText(ctx context.Context, c *conn, number int64) (text string, err error) {
	state := ""
	d := newRowsDigest()
	if err := c.query(ctx, "SELECT "+sourceColumns+" FROM source WHERE number = ?", func(r row) error {
		d.add(r...)
		state = r.text(9)
		text = fmt.Sprintf("source %d state %s sha256 %s bytes %d unpacked %d lines %d record_lines %d records %d events %d matching %d duplicates %d other %d unreadable %d row %x",
			number, word(r.text(9)), word(r.text(3)), r.num(4), r.num(5), r.num(10), r.num(11), r.num(12), r.num(13), r.num(14), r.num(15), r.num(16), r.num(17), d.sum())
		return nil
	}, number); err != nil || text == "" {
		return "", err
	}
	limit := 0
	if state == string(audit.SourcePartial) {
		limit = manyPatterns
	}
	for _, t := range []struct{ name, sql string }{
		{"patterns", "SELECT source, pattern, count, line, example FROM other_line WHERE source = ? ORDER BY pattern"},
		{"days", "SELECT source, day, count FROM source_day WHERE source = ? ORDER BY day"},
	} {
		sum, all, err := digestOf(ctx, c, limit, t.sql, number)
		switch {
		case err != nil:
			return "", err
		case all:
			text += fmt.Sprintf(" %s %x", t.name, sum)
		default:
			text += fmt.Sprintf(" %s many", t.name)
		}
	}
	return text + "\n", nil
}

// word is a text that must not be taken for more than one word.
func word(s string) string {
	if s == "" || strings.ContainsAny(s, " \n") {
		return "-"
	}
	return s
}

var errEnough = errors.New("enough")

// digestOf digests the rows of a query. It stops at a limit above 0; all says whether that was not reached.
func digestOf(ctx context.Context, c *conn, limit int, sql string, args ...any) (sum []byte, all bool, err error) {
	d := newRowsDigest()
	n := 0
	err = c.query(ctx, sql, func(r row) error {
		if n++; limit > 0 && n > limit {
			return errEnough
		}
		d.add(r...)
		return nil
	}, args...)
	if err == errEnough { //nolint:errorlint // our own, as it was returned
		return nil, false, nil
	}
	return d.sum(), true, err
}

// saySource says what a source is now.
func (s *Store) saySource(ctx context.Context, c *conn, number int64) error {
	text, err := sourceText(ctx, c, number)
	s.said.say(text)
	return err
}

func (s *Store) sayReceipt(ctx context.Context, c *conn, source int64) error {
	text, err := receiptText(ctx, c, source)
	s.said.say(text)
	return err
}
