package store

import (
	"context"
	"fmt"

	"auditdesk/backend/audit"
)

// BeginSource begins to import a source, in state partial, and returns its number. Where a partial source of the same
// SHA-256 and deployment exists, it goes on with that: at is how far it was read, counts what it holds already.
func (s *Store) BeginSource(ctx context.Context, src audit.Source) (number int64, at Checkpoint, counts audit.Counts, err error) {
	var log changeEntry
	err = s.write(ctx, "begin "+src.Path, func(c *conn) error {
		m, err := s.memory(ctx)
		if err != nil {
			return err
		}
		if err := s.beginRun(ctx, c); err != nil {
			return err
		}
		dep, err := m.deployment.code(src.Deployment)
		if err != nil {
			return err
		}
		if src.SHA256 != "" {
			number, at, counts, err = begun(ctx, c, "sha256 = ? AND deployment = ?", src.SHA256, dep.boxed)
			if err != nil || number > 0 {
				return err
			}
		}
		src.State = audit.SourcePartial
		src.Counts = audit.Counts{}
		if number, err = s.insertSource(ctx, c, src, dep); err != nil {
			return err
		}
		log.generation, err = s.nextGeneration(ctx, c)
		return err
	})
	if err == nil && log.generation > 0 {
		committed(ctx, func() { s.noteChanged(log) })
	}
	return number, at, counts, err
}

// begun finds a source that was not read to its end: how far it was read, and what it holds.
func begun(ctx context.Context, c *conn, which string, args ...any) (number int64, at Checkpoint, counts audit.Counts, err error) {
	err = c.query(ctx, `SELECT number, checkpoint_pieces, checkpoint_line, checkpoint_offset, checkpoint_bytes, checkpoint_sha256,
			lines, record_lines, records, events, matching, duplicates, other, unreadable
			FROM source WHERE state = 'partial' AND `+which+` ORDER BY number LIMIT 1`, func(r row) error {
		number, at = r.num(0), Checkpoint{Pieces: r.num(1), Line: r.num(2), Offset: r.num(3), Bytes: r.num(4), SHA256: r.text(5)}
		counts = audit.Counts{
			Lines: r.num(6), RecordLines: r.num(7), Records: r.num(8), Events: r.num(9), Matching: r.num(10), Duplicates: r.num(11),
			Other: r.num(12), Unreadable: r.num(13),
		}
		return nil
	}, args...)
	return number, at, counts, err
}

// ResumeSource goes on with a source that was not read to its end: at is how far it was read, counts what it holds already.
func (s *Store) ResumeSource(ctx context.Context, number int64) (at Checkpoint, counts audit.Counts, err error) {
	err = s.write(ctx, fmt.Sprintf("go on with source %d", number), func(c *conn) error {
		if err := s.beginRun(ctx, c); err != nil {
			return err
		}
		var found int64
		if found, at, counts, err = begun(ctx, c, "number = ?", number); err == nil && found == 0 {
			err = audit.ErrNotFound
		}
		return err
	})
	return at, counts, err
}

// Interrupted returns the sources of a deployment whose reading was broken off before their files were known to their ends.
func (s *Store) Interrupted(ctx context.Context, deployment string) (list []Interrupted, err error) {
	err = s.read(ctx, "read the sources", func(c *conn) error {
		return c.query(ctx, `SELECT s.number, s.path, s.bytes, s.checkpoint_pieces, s.checkpoint_line, s.checkpoint_offset, s.checkpoint_bytes, s.checkpoint_sha256
				FROM source s JOIN deployment d ON d.code = s.deployment
				WHERE s.state = 'partial' AND s.sha256 = '' AND d.value = ? AND (s.checkpoint_bytes > 0 OR s.checkpoint_pieces = 0) ORDER BY s.number`, func(r row) error {
			list = append(list, Interrupted{r.num(0), r.text(1), r.num(2), Checkpoint{r.num(3), r.num(4), r.num(5), r.num(6), r.text(7)}})
			return nil
		}, deployment)
	})
	return list, err
}

func (s *Store) insertSource(ctx context.Context, c *conn, src audit.Source, deployment coded) (int64, error) {
	number, err := c.number(ctx, "SELECT coalesce(max(number), 0) + 1 FROM source")
	if err != nil {
		return 0, err
	}
	if src.Imported == 0 {
		src.Imported = audit.Time(s.now().UnixNano())
	}
	r := src.Receipt
	if err := c.exec(`INSERT INTO source VALUES (?,?,?,?,?,?,?,?,?,?,0,0,0,0,0,0,0,0,?,?,?,?,0,0,0,?,?,?,?,?,?,?,NULL,0,'')`,
		number, s.run, src.Path, src.SHA256, src.Bytes, src.Unpacked, src.Form, src.Shape, deployment.boxed, string(src.State),
		timeOrNil(src.First), timeOrNil(src.Last), int64(src.Imported), src.Note,
		r.From, r.Received, r.Request, r.Method, r.SHA256, r.Count, numberOrNil(r.Replaces)); err != nil {
		return 0, err
	}
	if err := s.saySource(ctx, c, number); err != nil {
		return 0, err
	}
	return number, s.sayReceipt(ctx, c, number)
}

// FinishSource closes the account of a source: what it turned out to be, and whether it was read whole. Its counts are
// those that the batches added up to.
func (s *Store) FinishSource(ctx context.Context, number int64, src audit.Source) error {
	return s.write(ctx, "finish "+src.Path, func(c *conn) error {
		if err := s.beginRun(ctx, c); err != nil {
			return err
		}
		if src.State == "" {
			src.State = audit.SourceWhole
		}
		known, err := c.number(ctx, "SELECT count(*) FROM source WHERE number = ?", number)
		if err != nil {
			return err
		}
		if known == 0 {
			return fmt.Errorf("source %d: %w", number, audit.ErrNotFound)
		}
		if err := c.exec(`UPDATE source SET sha256 = ?1, bytes = ?2, unpacked = ?3, form = ?4, shape = ?5, state = ?6, note = ?7, stated = ?8,
			checkpoint_bytes = iif(?1 = '', checkpoint_bytes, 0), checkpoint_sha256 = iif(?1 = '', checkpoint_sha256, '') WHERE number = ?9`,
			src.SHA256, src.Bytes, src.Unpacked, src.Form, src.Shape, string(src.State), src.Note, src.Stated, number); err != nil {
			return err
		}
		return s.saySource(ctx, c, number)
	})
}

// AddRepeat notes a source that adds nothing, since the same bytes were imported whole before.
func (s *Store) AddRepeat(ctx context.Context, src audit.Source) (audit.Source, error) {
	src.State, src.Counts, src.First, src.Last = audit.SourceRepeat, audit.Counts{}, nil, nil
	var log changeEntry
	err := s.write(ctx, "note "+src.Path, func(c *conn) error {
		m, err := s.memory(ctx)
		if err != nil {
			return err
		}
		if err := s.beginRun(ctx, c); err != nil {
			return err
		}
		dep, err := m.deployment.code(src.Deployment)
		if err != nil {
			return err
		}
		if src.Number, err = s.insertSource(ctx, c, src, dep); err != nil {
			return err
		}
		log.generation, err = s.nextGeneration(ctx, c)
		return err
	})
	if err == nil {
		committed(ctx, func() { s.noteChanged(log) })
	}
	return src, err
}

// SaveReceipt stores what the auditor notes about how a source was received.
func (s *Store) SaveReceipt(ctx context.Context, source int64, r audit.Receipt) error {
	return s.write(ctx, fmt.Sprintf("save the receipt of source %d", source), func(c *conn) error {
		known, err := c.number(ctx, "SELECT count(*) FROM source WHERE number = ?", source)
		if err != nil {
			return err
		}
		if known == 0 {
			return audit.ErrNotFound
		}
		if err := c.exec("UPDATE source SET receipt_from = ?, receipt_received = ?, receipt_request = ?, receipt_method = ?, receipt_sha256 = ?, receipt_count = ?, receipt_replaces = ? WHERE number = ?",
			r.From, r.Received, r.Request, r.Method, r.SHA256, r.Count, numberOrNil(r.Replaces), source); err != nil {
			return err
		}
		return s.sayReceipt(ctx, c, source)
	})
}

// numberOrNil is NULL for 0, which numbers nothing.
func numberOrNil(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

const selectSource = `SELECT s.number, s.path, s.sha256, s.bytes, s.unpacked, s.form, s.shape, d.value, s.state,
  s.lines, s.record_lines, s.records, s.events, s.matching, s.duplicates, s.other, s.unreadable, s.first, s.last, s.imported, s.note,
  s.receipt_from, s.receipt_received, s.receipt_request, s.receipt_method, s.receipt_sha256, s.receipt_count, s.receipt_replaces, s.stated
  FROM source s JOIN deployment d ON d.code = s.deployment `

func scanSource(r row) audit.Source {
	src := audit.Source{
		Number: r.num(0), Path: r.text(1), SHA256: r.text(2), Bytes: r.num(3), Unpacked: r.num(4), Form: r.text(5), Shape: r.text(6), Deployment: r.text(7),
		State: audit.SourceState(r.text(8)),
		Counts: audit.Counts{Lines: r.num(9), RecordLines: r.num(10), Records: r.num(11), Events: r.num(12), Matching: r.num(13), Duplicates: r.num(14),
			Other: r.num(15), Unreadable: r.num(16)},
		Imported: audit.Time(r.num(19)), Note: r.text(20),
		Receipt: audit.Receipt{From: r.text(21), Received: r.text(22), Request: r.text(23), Method: r.text(24), SHA256: r.text(25), Replaces: r.num(27)},
	}
	if !r.null(17) {
		t := audit.Time(r.num(17))
		src.First = &t
	}
	if !r.null(18) {
		t := audit.Time(r.num(18))
		src.Last = &t
	}
	if !r.null(26) {
		n := r.num(26)
		src.Receipt.Count = &n
	}
	if !r.null(28) {
		n := r.num(28)
		src.Stated = &n
	}
	return src
}

// Sources returns every source in the order of import, repeats and partial ones included.
func (s *Store) Sources(ctx context.Context) ([]audit.Source, error) {
	out := []audit.Source{}
	err := s.read(ctx, "read the sources", func(c *conn) error {
		return c.query(ctx, selectSource+"ORDER BY s.number", func(r row) error {
			out = append(out, scanSource(r))
			return nil
		})
	})
	return out, err
}

// FindWhole finds the source that was imported whole from the same bytes into the same deployment.
func (s *Store) FindWhole(ctx context.Context, sha256, deployment string) (src audit.Source, found bool, err error) {
	err = s.read(ctx, "look for a source", func(c *conn) error {
		return c.query(ctx, selectSource+"WHERE s.sha256 = ? AND d.value = ? AND s.state = 'whole' ORDER BY s.number LIMIT 1", func(r row) error {
			src, found = scanSource(r), true
			return nil
		}, sha256, deployment)
	})
	return src, found, err
}

// HasSize reports whether any source has so many bytes: where none has, a file need not be digested to know that it is new.
func (s *Store) HasSize(ctx context.Context, bytes int64) (has bool, err error) {
	err = s.read(ctx, "look for a source", func(c *conn) error {
		n, err := c.number(ctx, "SELECT EXISTS (SELECT 1 FROM source WHERE bytes = ?)", bytes)
		has = n > 0
		return err
	})
	return has, err
}

// OtherLines returns the lines that are no audit records, by source and pattern.
func (s *Store) OtherLines(ctx context.Context) ([]audit.OtherLines, error) {
	out := []audit.OtherLines{}
	err := s.read(ctx, "read the other lines", func(c *conn) error {
		return c.query(ctx, `SELECT o.source, s.path, o.pattern, o.count, o.line, o.example FROM other_line o JOIN source s ON s.number = o.source
				ORDER BY o.source, o.count DESC, o.pattern`, func(r row) error {
			out = append(out, audit.OtherLines{Source: r.num(0), Path: r.text(1), Pattern: r.text(2), Count: r.num(3), Line: r.num(4), Example: r.text(5)})
			return nil
		})
	})
	return out, err
}

// Days returns how many records each source holds of each UTC day.
func (s *Store) Days(ctx context.Context) ([]audit.DayCount, error) {
	out := []audit.DayCount{}
	err := s.read(ctx, "read the days", func(c *conn) error {
		return c.query(ctx, "SELECT source, day, count FROM source_day ORDER BY source, day", func(r row) error {
			out = append(out, audit.DayCount{Source: r.num(0), Day: r.text(1), Count: r.num(2)})
			return nil
		})
	})
	return out, err
}

// Deployments returns the deployments that sources belong to, in the order in which they came.
func (s *Store) Deployments(ctx context.Context) ([]string, error) {
	out := []string{}
	err := s.read(ctx, "read the deployments", func(c *conn) error {
		return c.query(ctx, "SELECT value FROM deployment d WHERE EXISTS (SELECT 1 FROM source WHERE deployment = d.code) ORDER BY code", func(r row) error {
			out = append(out, r.text(0))
			return nil
		})
	})
	return out, err
}

// OrganizationIDs are the ids of organizations that records of the case name.
func (s *Store) OrganizationIDs(ctx context.Context) ([]string, error) {
	out := []string{}
	err := s.read(ctx, "read the organizations", func(c *conn) error {
		return c.query(ctx, "SELECT value FROM organization_id WHERE code > 0 ORDER BY code", func(r row) error {
			out = append(out, idText(r[0]))
			return nil
		})
	})
	return out, err
}

// DeploymentCode is the code of a deployment, which is added where it is new.
func (s *Store) DeploymentCode(ctx context.Context, name string) (code uint32, err error) {
	err = s.write(ctx, "name a deployment", func(*conn) error {
		m, err := s.memory(ctx)
		if err != nil {
			return err
		}
		k, err := m.deployment.code(name)
		code = k.code
		return err
	})
	return code, err
}
