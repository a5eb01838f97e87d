package facet

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"auditdesk/backend/audit"
)

// newValues are the labels of new values, which an index keeps from one state to the next: a code always stands for the same
// value. They are read when they are first asked for, and only of codes that a row has: a case may have millions of values.
type newValues struct {
	src ValueSource

	mu     sync.Mutex
	labels []string          // label 0 is "not recorded"
	of     []uint32          // by audit.Row.New: its label; 0 where it was not read
	byKey  map[string]uint32 // labels by foldNew
}

// valuesOf returns nil for a source of events.
func valuesOf(src Source) *newValues {
	vs, ok := src.(ValueSource)
	if !ok {
		return nil
	}
	v := &newValues{src: vs, labels: []string{""}, of: []uint32{0}, byKey: map[string]uint32{}}
	v.set(audit.NewSecret, audit.SecretLabel)
	return v
}

func foldNew(label string) string { return audit.ValueKey(audit.CutLabel(label)) }

func (v *newValues) set(code uint32, label string) {
	key := foldNew(label)
	n, ok := v.byKey[key]
	if !ok {
		n = uint32(len(v.labels))
		v.labels = append(v.labels, label)
		v.byKey[key] = n
	}
	for int(code) >= len(v.of) {
		v.of = append(v.of, 0)
	}
	v.of[code] = n
}

// knownValues are the labels as one state of the index sees them.
type knownValues struct {
	labels []string
	of     []uint32
	err    error
}

// knowValues reads the labels of the new values that the state's rows have.
func (s *state) knowValues(ctx context.Context) error {
	// Whoever asks first may give up: the others would then have nothing.
	known := s.known.get(func() *knownValues {
		k, err := s.values.know(context.WithoutCancel(ctx), s.totals[colNew])
		if err != nil {
			return &knownValues{labels: []string{""}, of: make([]uint32, s.newCodes), err: fmt.Errorf("read new values: %w", err)}
		}
		return k
	})
	return known.err
}

func (v *newValues) know(ctx context.Context, rows []uint32) (*knownValues, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	missing := -1
	for code, n := range rows {
		if n > 0 && code > 0 && (code >= len(v.of) || v.of[code] == 0) {
			missing = code
			break
		}
	}
	if missing >= 0 {
		v.of = slices.Clone(v.of) // earlier states read the one that was
		err := v.src.NewValues(ctx, uint32(missing-audit.NewValues), func(code uint32, raw string) error {
			if code += audit.NewValues; int64(code) < int64(len(rows)) && rows[code] > 0 {
				v.set(code, audit.ValueLabel(raw))
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	for len(v.of) < len(rows) {
		v.of = append(v.of, 0)
	}
	for code, n := range rows {
		if n > 0 && code > 0 && v.of[code] == 0 {
			return nil, fmt.Errorf("there is no value %d: %w", code-audit.NewValues, audit.ErrDamaged)
		}
	}
	return &knownValues{labels: v.labels[:len(v.labels):len(v.labels)], of: v.of[:len(rows):len(rows)]}, nil
}

// newLabelsOfValues is called after knowValues.
func (s *state) newLabelsOfValues() *labels {
	return &labels{values: s.known.v.labels, of: s.known.v.of}
}

// markNew marks the codes of new values that v holds for.
func (s *state) markNew(v audit.Value, hit []bool) {
	known, holds := s.known.v, newMatcher(v)
	word := make([]bool, len(known.labels))
	for label := range word {
		word[label] = label > 0 && holds(known.labels[label])
	}
	word[0] = v.Op == audit.OpNotRecorded || v.Op == audit.OpEqual && v.Text == "" // no prefix, not even the empty one, is of none
	for code := range hit {
		if word[known.of[code]] {
			hit[code] = true
		}
	}
}
