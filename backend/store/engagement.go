package store

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/mattn/go-sqlite3"

	"auditdesk/backend/audit"
)

// Engagement is what the case is about.
func (s *Store) Engagement(ctx context.Context) (e audit.Engagement, err error) {
	err = s.read(ctx, "read the engagement", func(c *conn) error {
		return c.query(ctx, "SELECT title, reference, prepared_by, first_day, last_day, zone, made_up, deployments FROM engagement", func(r row) error {
			e = audit.Engagement{Title: r.text(0), Reference: r.text(1), PreparedBy: r.text(2), From: r.text(3), To: r.text(4), Zone: r.text(5), MadeUp: r.num(6) != 0}
			if err := json.Unmarshal([]byte(r.text(7)), &e.Deployments); err != nil {
				return fmt.Errorf("the deployments under audit: %w: %w", audit.ErrDamaged, err)
			}
			if len(e.Deployments) == 0 {
				e.Deployments = nil
			}
			return nil
		})
	})
	return e, err
}

// SaveEngagement replaces what the case is about.
func (s *Store) SaveEngagement(ctx context.Context, e audit.Engagement) error {
	return s.write(ctx, "save the engagement", func(c *conn) error { return s.saveEngagement(ctx, c, e) })
}

func (s *Store) saveEngagement(ctx context.Context, c *conn, e audit.Engagement) error {
	names := e.Deployments
	if names == nil {
		names = []string{}
	}
	deployments, err := json.Marshal(names)
	if err != nil {
		return err
	}
	if err := c.exec("INSERT OR REPLACE INTO engagement VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)", e.Title, e.Reference, e.PreparedBy, e.From, e.To, e.Zone, e.MadeUp, string(deployments)); err != nil {
		return err
	}
	text, err := engagementText(ctx, c)
	s.said.say(text)
	return err
}

// Summary counts what a case holds.
type Summary struct {
	Events      int64
	Changes     int64
	Sources     int64
	Blocks      int64 // of raw records
	RawBytes    int64 // of records, unpacked
	Counts      audit.Counts
	First, Last *audit.Time // of events
}

// Summary counts what the case holds.
func (s *Store) Summary(ctx context.Context) (sum Summary, err error) {
	err = s.read(ctx, "count what the case holds", func(c *conn) error {
		for _, n := range []struct {
			to  *int64
			sql string
		}{
			{&sum.Events, "SELECT max(number) FROM event"}, {&sum.Changes, "SELECT count(*) FROM change"}, {&sum.Sources, "SELECT count(*) FROM source"},
			{&sum.Blocks, "SELECT max(number) FROM raw_block"}, {&sum.RawBytes, "SELECT total(size) FROM raw_block"},
		} {
			if *n.to, err = c.number(ctx, n.sql); err != nil {
				return err
			}
		}
		return c.query(ctx, `SELECT coalesce(sum(lines), 0), coalesce(sum(record_lines), 0), coalesce(sum(records), 0), coalesce(sum(events), 0), coalesce(sum(matching), 0),
				coalesce(sum(duplicates), 0), coalesce(sum(other), 0), coalesce(sum(unreadable), 0), min(first), max(last) FROM source`, func(r row) error {
			sum.Counts = audit.Counts{Lines: r.num(0), RecordLines: r.num(1), Records: r.num(2), Events: r.num(3), Matching: r.num(4), Duplicates: r.num(5), Other: r.num(6), Unreadable: r.num(7)}
			if !r.null(8) {
				first, last := audit.Time(r.num(8)), audit.Time(r.num(9))
				sum.First, sum.Last = &first, &last
			}
			return nil
		})
	})
	return sum, err
}

// NoteReveal notes, before it is done, that the very bytes of an event's records are shown.
func (s *Store) NoteReveal(ctx context.Context, ref audit.Ref) error {
	return s.write(ctx, "note that the records of "+string(ref)+" are shown", func(c *conn) error {
		n, err := c.number(ctx, "SELECT coalesce(max(number), 0) + 1 FROM reveal_note")
		if err != nil {
			return err
		}
		now := s.now().UnixNano()
		s.said.add("reveal_note", n, now, string(ref))
		return c.exec("INSERT INTO reveal_note VALUES (?, ?, ?)", n, now, string(ref))
	})
}

// Reveal is one note of [Store.NoteReveal].
type Reveal struct {
	Time audit.Time `json:"time"`
	Ref  audit.Ref  `json:"ref"`
}

// Reveals returns the notes of records shown unmasked, oldest first.
func (s *Store) Reveals(ctx context.Context) ([]Reveal, error) {
	out := []Reveal{}
	err := s.read(ctx, "read what was shown", func(c *conn) error {
		return reveals(ctx, c, func(r Reveal) { out = append(out, r) })
	})
	return out, err
}

func reveals(ctx context.Context, c *conn, fn func(Reveal)) error {
	return c.query(ctx, "SELECT time, ref FROM reveal_note ORDER BY number", func(r row) error {
		fn(Reveal{audit.Time(r.num(0)), audit.Ref(r.text(1))})
		return nil
	})
}

// Blob returns what was derived from the rows under a name, and of which generation; [audit.ErrNotFound] where there is none.
func (s *Store) Blob(ctx context.Context, name string) (generation int64, digest, data []byte, err error) {
	found := false
	err = s.read(ctx, "read "+name, func(c *conn) error {
		return c.query(ctx, "SELECT generation, digest, data FROM derived WHERE name = ?", func(r row) error {
			generation, digest, data, found = r.num(0), r.blob(1), r.blob(2), true
			return nil
		}, name)
	})
	if err == nil && !found {
		err = fmt.Errorf("derived data %q: %w", name, audit.ErrNotFound)
	}
	return generation, digest, data, err
}

// blobPart is how much of a blob stands in a row: SQLite holds what it writes in memory, more than once.
const blobPart = 16 << 20

// partName names the parts of a blob behind the first.
func partName(name string, part int) string {
	if part == 1 {
		return name
	}
	return fmt.Sprintf("%s, part %d", name, part)
}

// WriteBlob stores what write writes as derived from the rows of a generation, of any length.
func (s *Store) WriteBlob(ctx context.Context, name string, generation int64, write func(io.Writer) error) error {
	return s.write(ctx, "store "+name, func(c *conn) error {
		if err := c.exec("DELETE FROM derived WHERE name = ?1 OR name LIKE ?1 || ', part %'", name); err != nil {
			return err
		}
		w := &blobWriter{c: c, name: name, generation: generation, buf: make([]byte, 0, blobPart)}
		if err := write(w); err != nil {
			return err
		}
		return w.flush()
	})
}

type blobWriter struct {
	c          *conn
	name       string
	generation int64
	part       int // the last one that stands
	buf        []byte
}

func (w *blobWriter) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		k := min(len(p), cap(w.buf)-len(w.buf))
		w.buf, p = append(w.buf, p[:k]...), p[k:]
		if len(w.buf) == cap(w.buf) {
			if err := w.flush(); err != nil {
				return 0, err
			}
		}
	}
	return n, nil
}

func (w *blobWriter) flush() error {
	w.part++
	err := w.c.exec("INSERT INTO derived VALUES (?, ?, ?, ?)", partName(w.name, w.part), w.generation, []byte{}, w.buf)
	w.buf = w.buf[:0]
	return err
}

// ReadBlob calls fn with what was derived from the rows of a generation. The reader is good until fn returns.
func (s *Store) ReadBlob(ctx context.Context, name string, fn func(generation int64, r io.Reader) error) error {
	return s.read(ctx, "read "+name, func(c *conn) error {
		r := &blobReader{ctx: ctx, c: c, name: name}
		if err := r.next(); err != nil {
			return err
		}
		if r.part == 0 {
			return fmt.Errorf("derived data %q: %w", name, audit.ErrNotFound)
		}
		return fn(r.generation, r)
	})
}

type blobReader struct {
	ctx        context.Context
	c          *conn
	name       string
	generation int64 // of the first part; a part of another one is none
	part       int
	rest       []byte
}

// next reads the part behind; where there is none, the number of the part stays.
func (r *blobReader) next() error {
	return r.c.query(r.ctx, "SELECT generation, data FROM derived WHERE name = ?", func(row row) error {
		if r.part > 0 && row.num(0) != r.generation {
			return nil
		}
		r.part++
		r.generation, r.rest = row.num(0), row.blob(1)
		return nil
	}, partName(r.name, r.part+1))
}

func (r *blobReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		if err := r.next(); err != nil {
			return 0, err
		}
		if len(r.rest) == 0 {
			return 0, io.EOF
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// SetBlob stores what was derived from the rows of a generation, less than 1 GB; nil data removes it.
func (s *Store) SetBlob(ctx context.Context, name string, generation int64, digest, data []byte) error {
	return s.write(ctx, "store "+name, func(c *conn) error {
		if data == nil {
			return c.exec("DELETE FROM derived WHERE name = ?", name)
		}
		if digest == nil {
			digest = []byte{}
		}
		return c.exec("INSERT OR REPLACE INTO derived VALUES (?, ?, ?, ?)", name, generation, digest, data)
	})
}

// SQLiteVersion is the version of the SQLite library in use.
func SQLiteVersion() string {
	v, _, _ := sqlite3.Version()
	return v
}
