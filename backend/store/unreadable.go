package store

import (
	"context"
	"fmt"
	"slices"

	"auditdesk/backend/audit"
)

// reasonClass is [audit.ReasonClass] in SQL.
const reasonClass = `CASE WHEN instr(u.reason, '` + audit.ReasonPosition + `') = 0 THEN u.reason ELSE
	substr(u.reason, 1, instr(u.reason, '` + audit.ReasonPosition + `') + 8) || '…' || ltrim(substr(u.reason, instr(u.reason, '` + audit.ReasonPosition + `') + 9), '0123456789') END`

// stillUnreadable are the records that nothing has understood since.
const stillUnreadable = "u.number NOT IN (SELECT unreadable FROM recovered)"

// UnreadableList returns unreadable records in the order of their sources and lines. A limit below 0 is none.
func (s *Store) UnreadableList(ctx context.Context, offset, limit int) ([]audit.Unreadable, error) {
	return s.UnreadableOf(ctx, "", offset, limit)
}

// UnreadableOf returns those of one class of reasons, see [audit.ReasonClass]; "" is all.
func (s *Store) UnreadableOf(ctx context.Context, class string, offset, limit int) ([]audit.Unreadable, error) {
	out := []audit.Unreadable{}
	err := s.eachUnreadable(ctx, class, offset, limit, func(u audit.Unreadable) error {
		out = append(out, u)
		return nil
	})
	return out, err
}

// EachUnreadable calls fn with all of them, in the same order: to read many page by page would sort them again for each.
func (s *Store) EachUnreadable(ctx context.Context, class string, fn func(audit.Unreadable) error) error {
	return s.eachUnreadable(ctx, class, 0, -1, fn)
}

func (s *Store) eachUnreadable(ctx context.Context, class string, offset, limit int, fn func(audit.Unreadable) error) error {
	return s.read(ctx, "read the unreadable records", func(c *conn) error {
		return c.query(ctx, `SELECT u.source, s.path, u.line, u.byte_offset, u.reason, u.excerpt FROM unreadable u JOIN source s ON s.number = u.source
				WHERE `+stillUnreadable+` AND (?1 = '' OR `+reasonClass+` = ?1) ORDER BY u.source, u.line, u.number LIMIT ?2 OFFSET ?3`, func(r row) error {
			return fn(audit.Unreadable{Source: r.num(0), Path: r.text(1), Line: r.num(2), Offset: r.num(3), Reason: r.text(4), Excerpt: r.text(5)})
		}, class, limit, offset)
	})
}

// UnreadableReasons counts unreadable records by their class of reasons, most frequent first.
func (s *Store) UnreadableReasons(ctx context.Context) ([]audit.ReasonCount, error) {
	out := []audit.ReasonCount{}
	err := s.read(ctx, "count the unreadable records", func(c *conn) error {
		return c.query(ctx, "SELECT "+reasonClass+" AS class, count(*) AS n FROM unreadable u WHERE "+stillUnreadable+" GROUP BY class ORDER BY n DESC, class", func(r row) error {
			out = append(out, audit.ReasonCount{Reason: r.text(0), Count: r.num(1)})
			return nil
		})
	})
	return out, err
}

// StoredUnreadable is a record that could not be understood, with all that is kept of it.
type StoredUnreadable struct {
	Number, Source, Line, Offset int64
	Reason                       string
	Raw                          RawRef // Stored is its block; Len is 0 where no bytes were kept
	Bytes                        []byte
}

// unreadableAtOnce bounds what UnreadableBehind reads.
const (
	unreadableAtOnce = 2000
	unreadableBytes  = 32 << 20
)

// UnreadableBehind returns the unreadable records behind a number, in the order in which they were imported, with their bytes: as many
// as should be held at once, none at the end. Those of one line follow one another.
func (s *Store) UnreadableBehind(ctx context.Context, number int64) (page []StoredUnreadable, err error) {
	err = s.read(ctx, "read the unreadable records", func(c *conn) error {
		u := s.unpacker(c)
		defer u.close()
		var at []rawPosition
		size := int64(0)
		if err := c.query(ctx, `SELECT u.number, u.source, u.line, u.byte_offset, u.reason, u.block, u.block_offset, u.length FROM unreadable u WHERE `+stillUnreadable+`
				AND u.number > ? ORDER BY u.number LIMIT ?`, func(r row) error {
			p := rawAt(r, 5)
			if size += p.length; size > unreadableBytes && len(page) > 0 {
				return nil
			}
			at = append(at, p)
			page = append(page, StoredUnreadable{Number: r.num(0), Source: r.num(1), Line: r.num(2), Offset: r.num(3), Reason: r.text(4), Raw: RawRef{Stored: p.number(), Offset: int(p.offset), Len: int(p.length)}})
			return nil
		}, number, unreadableAtOnce); err != nil {
			return err
		}
		for i := range page {
			if page[i].Bytes, _, err = u.record(ctx, at[i]); err != nil {
				return fmt.Errorf("unreadable record %d: %w", page[i].Number, err)
			}
		}
		return nil
	})
	return page, err
}

// BesideUnreadable calls fn for every record that stands in the very bytes of an unreadable one: a line can hold several.
func (s *Store) BesideUnreadable(ctx context.Context, fn func(block, offset int64, event uint32) error) error {
	return s.read(ctx, "read the records beside unreadable ones", func(c *conn) error {
		for _, sql := range []string{"SELECT block, block_offset, number FROM event", "SELECT block, block_offset, event FROM matching"} {
			if err := c.query(ctx, sql+" WHERE (block, block_offset) IN (SELECT block, block_offset FROM unreadable)", func(r row) error {
				return fn(r.num(0), r.num(1), uint32(r.num(2)))
			}); err != nil {
				return err
			}
		}
		return nil
	})
}

// recovered notes the unreadable records that the batch has understood. Every record of the batch stands where one of them does.
func (a *appender) recovered(ctx context.Context) error {
	re := a.b.Recovered
	if re == nil {
		return nil
	}
	if len(a.b.Blocks)+len(a.b.Unreadable)+len(a.b.Other) > 0 {
		return fmt.Errorf("a batch of recovered records brings others")
	}
	type place struct{ block, offset, length, line, at int64 }
	places := map[place]bool{}
	n, err := a.c.number(ctx, "SELECT coalesce(max(number), 0) FROM recovered")
	if err != nil {
		return err
	}
	for part := range slices.Chunk(re.Numbers, recordsAtOnce) {
		found := 0
		if err := a.c.query(ctx, "SELECT block, block_offset, length, line, byte_offset FROM unreadable WHERE source = ? AND number IN (SELECT value FROM json_each(?))", func(r row) error {
			found++
			places[place{r.num(0), r.num(1), r.num(2), r.num(3), r.num(4)}] = true
			return nil
		}, a.b.Source, list(part)); err != nil {
			return err
		}
		if found != len(part) {
			return fmt.Errorf("%d unreadable records of source %d, %d of which exist", len(part), a.b.Source, found)
		}
	}
	check := func(line, at int64, r RawRef) error {
		if !places[place{r.Stored, int64(r.Offset), int64(r.Len), line, at}] {
			return fmt.Errorf("line %d: the record stands where no unreadable one does", line)
		}
		return nil
	}
	for i := range a.b.Events {
		if err := check(a.b.Events[i].Line, a.b.Events[i].Offset, a.b.Events[i].Raw); err != nil {
			return err
		}
	}
	for i := range a.b.Matches {
		if err := check(a.b.Matches[i].Line, a.b.Matches[i].Offset, a.b.Matches[i].Raw); err != nil {
			return err
		}
	}
	for _, number := range re.Numbers {
		n++
		if err := a.insert("recovered", "INSERT INTO recovered VALUES (?, ?, ?, ?)", n, number, a.now, re.Version); err != nil {
			return err
		}
	}
	return nil
}
