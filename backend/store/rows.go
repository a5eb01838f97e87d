package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"auditdesk/backend/audit"
)

// Two codes share a column of the scans: a value of its own costs an allocation and a conversion, and a scan is bound by those.
func halves(n int64) (hi, lo uint32) { return uint32(uint64(n) >> 32), uint32(n) }

// SQLite gives << and | the same rank: without the brackets the second shift would take all that stands before it.
const eventColumns = `e.time, e.ref, e.resource_type << 32 | e.action, e.target << 32 | e.account, e.organization << 32 | e.ip,
  (ifnull(e.status + 1, 0) << 32) | (e.version << 16) | (e.log << 8) | (e.flags & 63), e.deployment << 32 | e.source, e.build_reason << 32 | e.resource, e.organization_id`

// fill reads eventColumns, which begin at column i.
func fill(out *audit.Row, r row, i int) {
	out.Time, out.Ref60 = audit.Time(r.num(i)), uint64(r.num(i+1))
	d := &out.Dims
	d[audit.DimType], d[audit.DimAction] = halves(r.num(i + 2))
	d[audit.DimTarget], d[audit.DimAccount] = halves(r.num(i + 3))
	d[audit.DimOrganization], d[audit.DimIP] = halves(r.num(i + 4))
	status, small := halves(r.num(i + 5))
	d[audit.DimStatus], d[audit.DimVersion], d[audit.DimLog] = status, small>>16, small>>8&0xff
	out.Flags = audit.Flags(small)
	d[audit.DimDeployment], d[audit.DimSource] = halves(r.num(i + 6))
	d[audit.DimBuildReason], d[audit.DimResourceID] = halves(r.num(i + 7))
	out.OrganizationID = uint32(r.num(i + 8))
}

const changeColumns = `c.field << 32 | c.setting, (c.panel << 16) | (c.kind << 8) | iif(d.change IS NULL, c.basis, 1)`

func changeOf(a, b int64) audit.ChangeCodes {
	field, setting := halves(a)
	return audit.ChangeCodes{Field: field, Setting: setting, Panel: uint32(b >> 16), Kind: uint8(b >> 8), Basis: uint8(b)}
}

// rowsAhead is how many changes are read ahead at a time, while events go by.
const rowsAhead = 8192

// Rows calls fn with each event numbered above after, in the order of numbers, with the codes of its changes. The row is
// reused. An error of fn ends it and is returned, wrapped.
func (s *Store) Rows(ctx context.Context, after uint32, fn func(*audit.Row) error) error {
	return s.read(ctx, "read the events", func(c *conn) error {
		further, err := newFurther(ctx, c)
		if err != nil {
			return err
		}
		type change struct {
			event uint32
			codes audit.ChangeCodes
		}
		var ahead []change
		states := followedAhead{c: c}
		next, read := 0, int64(after) // the changes of all events up to read are in ahead
		last, err := c.number(ctx, "SELECT max(number) FROM event")
		if err != nil {
			return err
		}
		more := func(event uint32) error {
			ahead, next = ahead[:0], 0
			from := read
			read = min(max(int64(event), from)+rowsAhead, last)
			return c.scan(ctx, `SELECT c.event, `+changeColumns+`, c.number FROM change c LEFT JOIN derivation d ON d.change = c.number
				WHERE c.event > ? AND c.event <= ? ORDER BY c.event, c.number`, func(r row) error {
				codes := changeOf(r.num(1), r.num(2))
				codes.Continuity, err = states.of(ctx, uint32(r.num(3)))
				ahead = append(ahead, change{uint32(r.num(0)), codes})
				return err
			}, from, read)
		}
		var out audit.Row
		var codes []audit.ChangeCodes
		return c.scan(ctx, `SELECT e.number, `+eventColumns+` FROM event e WHERE e.number > ? ORDER BY e.number`, func(r row) error {
			out.Number = uint32(r.num(0))
			out.Event = out.Number
			fill(&out, r, 1)
			if int64(out.Number) > read {
				if err := more(out.Number); err != nil {
					return err
				}
			}
			for next < len(ahead) && ahead[next].event < out.Number {
				next++
			}
			codes = codes[:0]
			for ; next < len(ahead) && ahead[next].event == out.Number; next++ {
				codes = append(codes, ahead[next].codes)
			}
			out.Changes = codes
			if err := further.add(ctx, &out); err != nil {
				return err
			}
			return fn(&out)
		}, after)
	})
}

// followedAhead reads how changes follow one another ahead of a scan: few do, and to look each change up costs more than the scan.
type followedAhead struct {
	c        *conn
	from, to uint32 // changes read ahead: from from, below to
	changes  []uint32
	states   []uint8
}

// of returns a change's [audit.ChangeCodes.Continuity].
func (f *followedAhead) of(ctx context.Context, change uint32) (uint8, error) {
	if change < f.from || change >= f.to {
		ahead := uint32(16) // a jump: the next one may be to anywhere
		if change >= f.to && change-f.to <= rowsAhead {
			ahead = 8 * rowsAhead
		}
		f.from, f.to, f.changes, f.states = change, change+ahead, f.changes[:0], f.states[:0]
		if err := f.c.scan(ctx, "SELECT change, state | ((next IS NOT NULL) << 4) FROM continuity WHERE change >= ? AND change < ? ORDER BY change", func(r row) error {
			f.changes, f.states = append(f.changes, uint32(r.num(0))), append(f.states, uint8(r.num(1)))
			return nil
		}, f.from, f.to); err != nil {
			return 0, err
		}
	}
	at, found := slices.BinarySearch(f.changes, change)
	if !found {
		return 0, nil
	}
	return f.states[at], nil
}

// further reads the sources of further records, ahead where events are asked for in their order. The zero value knows of none.
type further struct {
	c        *conn
	from, to uint32   // events read ahead: above from, up to to
	events   []uint32 // ascending, by record
	sources  []uint32
	matching []bool // not a duplicate
}

// add sets what follows from further records of a row's event, valid until the next call.
func (f *further) add(ctx context.Context, out *audit.Row) error {
	lo, hi, err := f.of(ctx, out.Event)
	if err != nil {
		return err
	}
	out.Also = f.sources[lo:hi]
	if slices.Contains(f.matching[lo:hi], true) {
		out.Flags |= audit.FlagMatching
	}
	return nil
}

func newFurther(ctx context.Context, c *conn) (*further, error) {
	some, err := c.number(ctx, "SELECT EXISTS (SELECT 1 FROM matching)")
	if err != nil || some == 0 {
		return &further{}, err
	}
	return &further{c: c}, nil
}

// of returns where the further records of an event are among those read ahead, until the next call.
func (f *further) of(ctx context.Context, event uint32) (lo, hi int, err error) {
	if f.c == nil {
		return 0, 0, nil
	}
	if event <= f.from || event > f.to {
		ahead := uint32(1) // a jump: the next one may be to anywhere
		if event > f.to && event-f.to <= rowsAhead {
			ahead = rowsAhead
		}
		f.from, f.to, f.events, f.sources, f.matching = event-1, event-1+ahead, f.events[:0], f.sources[:0], f.matching[:0]
		err := f.c.scan(ctx, "SELECT event, source, duplicate FROM matching WHERE event > ? AND event <= ? ORDER BY event", func(r row) error {
			f.events, f.sources, f.matching = append(f.events, uint32(r.num(0))), append(f.sources, uint32(r.num(1))), append(f.matching, r.num(2) == 0)
			return nil
		}, f.from, f.to)
		if err != nil {
			return 0, 0, err
		}
	}
	lo, _ = slices.BinarySearch(f.events, event)
	hi = lo
	for hi < len(f.events) && f.events[hi] == event {
		hi++
	}
	return lo, hi, nil
}

// ChangeRows calls fn with each change numbered above after, in the order of numbers: the row of its event with just that
// change. The row is reused. Numbers may have gaps.
func (s *Store) ChangeRows(ctx context.Context, after uint32, fn func(*audit.Row) error) error {
	return s.read(ctx, "read the changes", func(c *conn) error {
		further, err := newFurther(ctx, c)
		if err != nil {
			return err
		}
		var out audit.Row
		states := followedAhead{c: c}
		codes := make([]audit.ChangeCodes, 1)
		return c.scan(ctx, `SELECT c.number, c.event << 32 | iif(c.secret, 1, ifnull(c.new + 1, 0)), `+changeColumns+`, `+eventColumns+` FROM change c
				CROSS JOIN event e ON e.number = c.event LEFT JOIN derivation d ON d.change = c.number WHERE c.number > ? ORDER BY c.number`, func(r row) error {
			out.Number = uint32(r.num(0))
			out.Event, out.New = halves(r.num(1))
			codes[0] = changeOf(r.num(2), r.num(3))
			if codes[0].Continuity, err = states.of(ctx, out.Number); err != nil {
				return err
			}
			fill(&out, r, 4)
			out.Changes = codes
			if err := further.add(ctx, &out); err != nil {
				return err
			}
			return fn(&out)
		}, after)
	})
}

// Identity is what identity needs to know of an event.
type Identity struct {
	Number     uint32
	Deployment uint32 // code, see [Store.DeploymentCode]
	Digest     audit.Digest
	Content    uint64
	Rank       audit.Rank
}

// Identities calls fn with the identity of every event, in the order of numbers.
func (s *Store) Identities(ctx context.Context, fn func(Identity) error) error {
	return s.read(ctx, "read the identities", func(c *conn) error {
		return c.scan(ctx, "SELECT number << 8 | rank, deployment, content, digest FROM event ORDER BY number", func(r row) error {
			digest := r.blob(3)
			if len(digest) != len(audit.Digest{}) {
				return fmt.Errorf("the identity of event %d: %w", r.num(0)>>8, audit.ErrDamaged)
			}
			return fn(Identity{Number: uint32(r.num(0) >> 8), Rank: audit.Rank(r.num(0)), Deployment: uint32(r.num(1)), Content: uint64(r.num(2)), Digest: audit.Digest(digest)})
		})
	})
}

// ContentOf returns what the values of an event hash to, and the rank of the record that they are from.
func (s *Store) ContentOf(ctx context.Context, number uint32) (content uint64, rank audit.Rank, err error) {
	found := false
	err = s.read(ctx, fmt.Sprintf("read event %d", number), func(c *conn) error {
		return c.query(ctx, "SELECT content, rank FROM event WHERE number = ?", func(r row) error {
			content, rank, found = uint64(r.num(0)), audit.Rank(r.num(1)), true
			return nil
		}, number)
	})
	if err == nil && !found {
		err = fmt.Errorf("event %d: %w", number, audit.ErrNotFound)
	}
	return content, rank, err
}

// Unlike calls fn with number and reference of every event of which not all records say the same, spelling and joined values included: the
// only ones whose records a comparison has to look at.
func (s *Store) Unlike(ctx context.Context, fn func(event uint32, ref60 uint64) error) error {
	return s.read(ctx, "look for records that are not alike", func(c *conn) error {
		return c.scan(ctx, "SELECT number, ref FROM event WHERE content = 0 OR flags & ?1 <> 0 ORDER BY number", func(r row) error { return fn(uint32(r.num(0)), uint64(r.num(1))) },
			int64(audit.FlagDiffers))
	})
}

// SourceMarks calls fn with every record of a source that was understood: the event that it is of, and its form. An import
// that goes on with a source needs them. Events come first, then further records.
func (s *Store) SourceMarks(ctx context.Context, source int64, fn func(event uint32, form audit.Form, duplicate bool) error) error {
	forms := audit.Forms()
	mark := func(r row) error {
		n := r.num(1)
		if n < 0 || n >= int64(len(forms)) {
			return fmt.Errorf("a record of event %d has form %d: %w", r.num(0), n, audit.ErrDamaged)
		}
		return fn(uint32(r.num(0)), forms[n], r.num(2) != 0)
	}
	return s.read(ctx, "read the records of a source", func(c *conn) error {
		if err := c.scan(ctx, "SELECT number, first_form, 0 FROM event WHERE source = ? ORDER BY number", mark, source); err != nil {
			return err
		}
		return c.scan(ctx, "SELECT event, form, duplicate FROM matching WHERE source = ? ORDER BY number", mark, source)
	})
}

// Dictionary returns the values of a dimension; the index is the code, code 0 is not recorded. Those of [audit.DimAccount]
// are the labels of [Store.Accounts].
func (s *Store) Dictionary(ctx context.Context, dim audit.Dim) ([]string, error) {
	tables := map[audit.Dim]string{
		audit.DimType: "resource_type", audit.DimAction: "action", audit.DimTarget: "target", audit.DimOrganization: "organization", audit.DimIP: "ip",
		audit.DimDeployment: "deployment", audit.DimBuildReason: "build_reason", audit.DimResourceID: "resource",
	}
	switch dim {
	case audit.DimVersion:
		return []string{"", string(audit.V1), string(audit.V2)}, nil
	case audit.DimLog:
		return []string{"", string(audit.AuditLog), string(audit.ConnectionLog)}, nil
	case audit.DimStatus:
		return s.statuses(ctx)
	case audit.DimSource:
		return s.dictionary(ctx, "SELECT number, path FROM source")
	case audit.DimAccount:
		return s.accountLabels(ctx)
	}
	table, ok := tables[dim]
	if !ok {
		return nil, fmt.Errorf("there is no dimension %d", dim)
	}
	return s.dictionary(ctx, "SELECT code, value FROM "+table)
}

// ChangeDictionary returns a dictionary beside those of the dimensions; the index is the code. A changed field with several spellings is shown
// with the one that sorts first, whatever came first.
func (s *Store) ChangeDictionary(ctx context.Context, f audit.DictField) ([]string, error) {
	switch f {
	case audit.DictFieldName:
		return s.dictionary(ctx, "SELECT field, min(value) FROM spelling GROUP BY field")
	case audit.DictSetting:
		return s.dictionary(ctx, "SELECT code, value FROM setting")
	case audit.DictPanel:
		return s.dictionary(ctx, "SELECT code, value FROM panel")
	case audit.DictOrganizationID:
		return s.dictionary(ctx, "SELECT code, value FROM organization_id")
	}
	return nil, fmt.Errorf("there is no dictionary %d", f)
}

// dictionary reads (code, value); code 0 is there always.
func (s *Store) dictionary(ctx context.Context, sql string) ([]string, error) {
	var out []string
	err := s.read(ctx, "read a dictionary", func(c *conn) error {
		n, err := c.number(ctx, "SELECT count(*) FROM ("+sql+")")
		if err != nil {
			return err
		}
		out = make([]string, 1, n+1)
		return c.scan(ctx, sql, func(r row) error { return put(&out, r.num(0), idText(r[1])) })
	})
	return out, err
}

// put sets out[code]. Codes are dense: one far beyond what was read is damage, not a reason to take memory.
func put[T any](out *[]T, code int64, value T) error {
	if code < 0 || code > int64(2*cap(*out)+1024) {
		return fmt.Errorf("code %d in a dictionary of %d: %w", code, cap(*out), audit.ErrDamaged)
	}
	for int64(len(*out)) <= code {
		var none T
		*out = append(*out, none)
	}
	(*out)[code] = value
	return nil
}

// maxStatus bounds the dictionary of statuses: HTTP knows three digits, a log may hold anything.
const maxStatus = 100_000

func (s *Store) statuses(ctx context.Context) ([]string, error) {
	out := make([]string, 1, maxStatus)
	err := s.read(ctx, "read the statuses", func(c *conn) error {
		return c.scan(ctx, "SELECT DISTINCT status FROM event WHERE status BETWEEN 0 AND ?", func(r row) error {
			return put(&out, r.num(0)+1, strconv.FormatInt(r.num(0), 10))
		}, maxStatus)
	})
	return out, err
}
