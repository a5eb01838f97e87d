package facet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"auditdesk/backend/audit"
)

// batch is rows as they were read, a column a field.
type batch struct {
	table
	cols [numCols]column
}

// add adds a row with the code that its sources have.
func (b *batch) add(r *audit.Row, e *encoder, source uint32) error {
	set, err := e.set(r.Changes)
	if err != nil {
		return fmt.Errorf("row %d: %w", r.Number, err)
	}
	b.times = append(b.times, r.Time)
	b.refs = append(b.refs, r.Ref60)
	b.numbers = append(b.numbers, r.Number)
	for d, code := range r.Dims {
		switch audit.Dim(d) {
		case audit.DimStatus:
			code = e.status(code)
		case audit.DimSource:
			code = source
		case audit.DimOrganization:
			code = e.organization(way{deployment: r.Dims[audit.DimDeployment], id: r.OrganizationID, name: code})
		}
		b.cols[d].add(code)
	}
	b.cols[colSet].add(set)
	b.cols[colFlags].add(uint32(r.Flags))
	b.cols[colNew].add(r.New)
	return nil
}

// sort brings the rows into time order: by time, ref and number.
func (b *batch) sort() {
	compare := func(i, j uint32) int { // rows come in the order of their numbers
		return cmp.Or(cmp.Compare(b.times[i], b.times[j]), cmp.Compare(b.refs[i], b.refs[j]), cmp.Compare(i, j))
	}
	n := uint32(b.rows())
	sorted := true
	for i := uint32(1); i < n && sorted; i++ {
		sorted = compare(i-1, i) < 0
	}
	if sorted {
		return
	}
	perm := make([]uint32, n)
	for i := range perm {
		perm[i] = uint32(i)
	}
	slices.SortFunc(perm, compare)
	b.times, b.refs, b.numbers = permute(b.times, perm), permute(b.refs, perm), permute(b.numbers, perm)
	for i := range b.cols {
		b.cols[i] = b.cols[i].permuted(perm)
	}
}

// read appends the rows numbered above after to the batch.
func (b *batch) read(ctx context.Context, src Source, after uint32, e *encoder) error {
	last := after
	return src.Rows(ctx, after, func(r *audit.Row) error {
		if r.Number <= last {
			return fmt.Errorf("row %d after row %d: %w", r.Number, last, audit.ErrDamaged)
		}
		last = r.Number
		return b.add(r, e, e.source(r.Dims[audit.DimSource], r.Also))
	})
}

// changedGap is how many unchanged rows are read over rather than asking the source anew.
const changedGap = 10_000

// readAgain appends the rows of the given numbers (ascending) that still exist, other than those above last.
func (b *batch) readAgain(ctx context.Context, src Source, numbers []uint32, last uint32, e *encoder) error {
	errEnd := errors.New("past the last row that is wanted")
	for len(numbers) > 0 {
		run := 1
		for run < len(numbers) && numbers[run]-numbers[run-1] <= changedGap {
			run++
		}
		wanted, i := numbers[:run], 0
		err := src.Rows(ctx, wanted[0]-1, func(r *audit.Row) error {
			for i < len(wanted) && wanted[i] < r.Number {
				i++
			}
			if i == len(wanted) || r.Number > last {
				return errEnd
			}
			if wanted[i] != r.Number {
				return nil
			}
			return b.add(r, e, e.source(r.Dims[audit.DimSource], r.Also))
		})
		if err != nil && !errors.Is(err, errEnd) {
			return err
		}
		numbers = numbers[run:]
	}
	return nil
}
