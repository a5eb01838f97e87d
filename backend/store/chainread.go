package store

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// chainLink is one link as it is stored, read for verifying.
type chainLink struct {
	number int64
	time   int64
	run    int64 // 0 where no import wrote it
}

// stretch is what a link says of rows that follow one another.
type stretch struct {
	link        int64
	table       string
	first, last int64
	line        string
}

// chainBook is the whole chain, read once.
type chainBook struct {
	links   int64
	heads   map[string]int64 // head in hexadecimal → link, as far as the chain can be computed from its beginning
	blocks  []stretch        // one each
	events  []stretch
	rows    []stretch
	reading map[int64]int64 // link → which version of the program understood the records that it wrote
	runs    map[int64]*runBook
	differs map[int64]*toggled // further records whose mark was changed later
	sources map[int64]stated   // what was said last
	receipt map[int64]stated
	single  map[string]stated // engagement, format, meta
	masked  map[int64]stretch // what stands in place of raw blocks in a hand-over copy, by block
	handed  stated            // what such a copy is of, link 0 where it is none
	bounds  []bounds          // of each link, behind it
	now     bounds
}

type stated struct {
	link int64
	line string
}

// toggled is whether a further record was found to differ: before the first change of that, and after the last.
type toggled struct{ first, last bool }

type runBook struct {
	line    string
	started int64
	ended   int64
	head    []byte
	link    int64
}

// bounds are the last numbers that were given up to a link.
type bounds struct{ events, blocks, revisions int64 }

func newChainBook() *chainBook {
	return &chainBook{heads: map[string]int64{}, reading: map[int64]int64{}, runs: map[int64]*runBook{}, differs: map[int64]*toggled{}, sources: map[int64]stated{},
		receipt: map[int64]stated{}, single: map[string]stated{}, masked: map[int64]stretch{}}
}

// readChain reads all links and computes their heads. What does not fit is damage; it goes on behind it.
func (v *verifier) readChain(out *Check) error {
	b := newChainBook()
	v.book = b
	last, err := v.c.number(v.ctx, "SELECT max(number) FROM chain")
	if err != nil {
		return err
	}
	// pure is the head that the texts give from the beginning, without taking any stored head for true.
	pure, before := make([]byte, 32), make([]byte, 32)
	for n := int64(1); n <= last; n++ {
		if err := v.ctx.Err(); err != nil {
			return err
		}
		found := false
		err := v.c.query(v.ctx, "SELECT run, text, head FROM chain WHERE number = ?", func(r row) error {
			found = true
			out.Count++
			text := r.text(1)
			head := nextHead(before, text)
			if !bytes.Equal(head, r.blob(2)) {
				v.damage(out, n, link(n), "link %d: its head is %x, not the %x that its text gives", n, r.blob(2), head)
			}
			pure, before = nextHead(pure, text), bytes.Clone(r.blob(2))
			b.heads[fmt.Sprintf("%x", pure)] = n
			v.readLink(out, n, r.num(0), !r.null(0), text, r.blob(2))
			return nil
		}, n)
		switch {
		case err != nil:
			v.damage(out, n, link(n), "link %d: it could not be read: %v", n, err)
		case !found:
			v.damage(out, n, link(n), "link %d is missing", n)
		}
		b.links = n
		b.bounds = append(b.bounds, b.now)
	}
	if total, err := v.c.number(v.ctx, "SELECT count(*) FROM chain"); err != nil || total != last {
		v.damage(out, last, "the chain", "the chain has %d rows, not %d (%v)", total, last, err)
	}
	if last == 0 {
		v.damage(out, 1, "the chain", "the chain is empty; it begins with the case")
	}
	return nil
}

func link(n int64) string { return fmt.Sprintf("link %d of the chain", n) }

// readLink takes in the lines of one link.
func (v *verifier) readLink(out *Check, n, run int64, hasRun bool, text string, head []byte) {
	lines := strings.SplitAfter(text, "\n")
	if len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	if n == 1 {
		if len(lines) == 0 || lines[0] != chainScheme+"\n" {
			v.damage(out, n, link(n), "link 1: it does not begin with %q", chainScheme)
		} else {
			lines = lines[1:]
		}
	}
	l := chainLink{number: n}
	for i, line := range lines {
		if !v.book.line(&l, i, line) {
			v.damage(out, n, link(n), "link %d: %q is not known here", n, strings.TrimSpace(line))
		}
	}
	if hasRun != (l.run != 0) || run != l.run {
		v.damage(out, n, link(n), "link %d: its run is given as %d, its text says %d", n, run, l.run)
	}
	if r := v.book.runs[l.run]; r != nil {
		r.ended, r.head, r.link = l.time, bytes.Clone(head), n
	}
}

// line takes in one line; false where it is not one that a link may hold there.
func (b *chainBook) line(l *chainLink, i int, line string) bool {
	f := strings.Fields(line)
	if len(f) == 0 {
		return false
	}
	ok := true
	num := func(i int) int64 {
		if i >= len(f) {
			ok = false
			return 0
		}
		n, err := strconv.ParseInt(f[i], 10, 64)
		ok = ok && err == nil
		return n
	}
	switch f[0] {
	case "link":
		ok = i == 0 && num(1) == l.number && len(f) == 4
		l.time = num(3)
	case "run":
		l.run = num(1)
		started, version := num(3), num(5)
		if b.runs[l.run] == nil {
			b.runs[l.run] = &runBook{line: line, started: started}
		}
		b.reading[l.number] = version
		ok = ok && i == 1 && b.runs[l.run].started == started
	case "block":
		n := num(1)
		b.blocks = append(b.blocks, stretch{l.number, "raw_block", n, n, line})
		b.now.blocks = n
	case "redacted":
		b.handed = stated{l.number, line}
	case "masked":
		n := num(1)
		b.masked[n] = stretch{l.number, "raw_block", n, n, line}
	case "events":
		b.events = append(b.events, stretch{l.number, "event", num(1), num(3), line})
		b.now.events = num(3)
	case "rows":
		first, last := num(2), num(4)
		if ok {
			b.rows = append(b.rows, stretch{l.number, f[1], first, last, line})
			if f[1] == "revision" {
				b.now.revisions = last
			}
		}
	case "differs":
		n, is := num(1), num(3)
		if t := b.differs[n]; t == nil {
			b.differs[n] = &toggled{first: is == 0, last: is != 0}
		} else {
			t.last = is != 0
		}
	case "source":
		b.sources[num(1)] = stated{l.number, line}
	case "receipt":
		b.receipt[num(1)] = stated{l.number, line}
	case "engagement", "format", "meta":
		b.single[f[0]] = stated{l.number, line}
	default:
		return false
	}
	return ok
}
