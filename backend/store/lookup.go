package store

import (
	"context"
	"fmt"

	"auditdesk/backend/audit"
)

// NumberOfRef returns the numbers of the events with a reference, oldest import first; one in each deployment at most. It
// reads all events; the column index answers faster.
func (s *Store) NumberOfRef(ctx context.Context, ref60 uint64) ([]uint32, error) {
	return s.numbers(ctx, "SELECT number FROM event WHERE ref = ? ORDER BY number", ref60)
}

// Lookup returns the numbers of the events that a value holds for, in ascending order: of id and request_id, or
// ([audit.FieldText] with OpEqual) those with a changed field, or an old or new value as logged, that contains the text
// without regard to ASCII case. It reads all events, or all distinct values.
func (s *Store) Lookup(ctx context.Context, f audit.Field, v audit.Value) ([]uint32, error) {
	switch f {
	case audit.FieldText:
		out, err := s.textChanges(ctx, v, "event")
		return distinct(out), err
	case audit.FieldNew:
		return s.newValueEvents(ctx, v)
	}
	cond, args, err := idCondition(f, v)
	if err != nil {
		return nil, err
	}
	return s.numbers(ctx, "SELECT e.number FROM event e WHERE "+cond+" ORDER BY e.number", args...)
}

// LookupChanges is Lookup for changes: the numbers of those whose event has the id, or which contain the text themselves.
func (s *Store) LookupChanges(ctx context.Context, f audit.Field, v audit.Value) ([]uint32, error) {
	if f == audit.FieldText {
		return s.textChanges(ctx, v, "number")
	}
	cond, args, err := idCondition(f, v)
	if err != nil {
		return nil, err
	}
	return s.numbers(ctx, "SELECT c.number FROM change c CROSS JOIN event e ON e.number = c.event WHERE "+cond+" ORDER BY c.number", args...)
}

func (s *Store) numbers(ctx context.Context, sql string, args ...any) ([]uint32, error) {
	var out []uint32
	err := s.read(ctx, "look up events", func(c *conn) error {
		return c.query(ctx, sql, func(r row) error {
			out = append(out, uint32(r.num(0)))
			return nil
		}, args...)
	})
	return out, err
}

// idCondition is SQL over event e. Ids compare without regard to ASCII case: those stored as bytes are lower case.
func idCondition(f audit.Field, v audit.Value) (string, []any, error) {
	col := map[audit.Field]string{audit.FieldID: "e.id", audit.FieldRequestID: "e.request_id"}[f]
	if col == "" {
		return "", nil, fmt.Errorf("%s can't be looked up", f)
	}
	folded := audit.FoldASCII(v.Text)
	if v.Op == audit.OpEqual {
		if id, ok := idValue(folded).([]byte); ok {
			// The text too: an id that was logged in upper case is stored as it stands.
			return fmt.Sprintf("(%s = ? OR typeof(%s) = 'text' AND lower(%s) = ?)", col, col, col), []any{id, folded}, nil
		}
	}
	cond, args, err := textCondition(uuidText(col), v)
	return cond, args, err
}

// ValuesFrom calls fn with code and JSON text of each value, old ones too, from a code on in ascending order.
func (s *Store) ValuesFrom(ctx context.Context, from uint32, fn func(code uint32, raw string) error) error {
	return s.read(ctx, "read the values", func(c *conn) error {
		return c.scan(ctx, "SELECT code, value FROM value WHERE code >= ? AND code > 0 ORDER BY code", func(r row) error { return fn(uint32(r.num(0)), r.text(1)) }, from)
	})
}

// ChangeTexts calls fn with each change numbered above after, and with those of again that still exist, in any order.
func (s *Store) ChangeTexts(ctx context.Context, after uint32, again []uint32, fn func(audit.ChangeText) error) error {
	const columns = "c.number << 32 | c.event, c.spelling, ifnull(c.old, 0) << 32 | ifnull(c.new, 0)"
	return s.read(ctx, "read the texts of changes", func(c *conn) error {
		each := func(r row) error {
			t := audit.ChangeText{Spelling: uint32(r.num(1))}
			t.Number, t.Event = halves(r.num(0))
			t.Old, t.New = halves(r.num(2))
			return fn(t)
		}
		if len(again) > 0 {
			if err := c.scan(ctx, "SELECT "+columns+" FROM json_each(?) j CROSS JOIN change c ON c.number = j.value", each, list(again)); err != nil {
				return err
			}
		}
		return c.scan(ctx, "SELECT "+columns+" FROM change c WHERE c.number > ? ORDER BY c.number", each, after)
	})
}

// Spellings are the names of changed fields as logged; the index is the code.
func (s *Store) Spellings(ctx context.Context) ([]string, error) {
	return s.dictionary(ctx, "SELECT code, value FROM spelling")
}

// newValueEvents returns the numbers of the events with a change whose new value v holds for; for "not recorded", of those
// none of whose changes has one.
func (s *Store) newValueEvents(ctx context.Context, v audit.Value) ([]uint32, error) {
	none := v.Op == audit.OpNotRecorded || v.Op == audit.OpEqual && v.Text == ""
	switch {
	case none:
		return s.numbers(ctx, "SELECT number FROM event e WHERE NOT EXISTS (SELECT 1 FROM change c WHERE c.event = e.number AND (c.new IS NOT NULL OR c.secret)) ORDER BY number")
	case v.Op == audit.OpRecorded:
		return s.numbers(ctx, "SELECT DISTINCT event FROM change WHERE new IS NOT NULL OR secret ORDER BY event")
	}
	var codes []uint32
	if err := s.ValuesFrom(ctx, 1, func(code uint32, raw string) error {
		if v.MatchNew(audit.ValueLabel(raw)) {
			codes = append(codes, code)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	out, err := s.numbers(ctx, "SELECT event FROM change WHERE secret AND ?1 OR NOT secret AND new IN (SELECT value FROM json_each(?2)) ORDER BY event", v.MatchNew(audit.SecretLabel), list(codes))
	return distinct(out), err
}

// textChanges returns a column (event or number) of the changes that contain the text, in ascending order of number.
func (s *Store) textChanges(ctx context.Context, v audit.Value, column string) ([]uint32, error) {
	if v.Op != audit.OpEqual || v.Text == "" {
		return nil, fmt.Errorf("the search text is empty")
	}
	folded := audit.FoldText(v.Text)
	var out []uint32
	err := s.read(ctx, "search the changes", func(c *conn) error {
		var values, spellings []uint32
		if err := c.scan(ctx, "SELECT code, value FROM value", func(r row) error {
			if jsonHas(r.text(1), folded) {
				values = append(values, uint32(r.num(0)))
			}
			return nil
		}); err != nil {
			return err
		}
		if err := c.scan(ctx, "SELECT code, value FROM spelling WHERE code > 0", func(r row) error {
			if textHas(r.text(1), folded) {
				spellings = append(spellings, uint32(r.num(0)))
			}
			return nil
		}); err != nil {
			return err
		}
		if len(values)+len(spellings) == 0 {
			return nil
		}
		return c.query(ctx, "SELECT "+column+` FROM change WHERE spelling IN (SELECT value FROM json_each(?1)) OR old IN (SELECT value FROM json_each(?2))
				OR new IN (SELECT value FROM json_each(?2)) ORDER BY number`, func(r row) error {
			out = append(out, uint32(r.num(0)))
			return nil
		}, list(spellings), list(values))
	})
	return out, err
}
