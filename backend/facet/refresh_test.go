package facet_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/facet"
)

// broken is a source of which one part fails.
type broken struct {
	*memory
	rows, dictionary, accounts, tooFewWords bool
	number                                  uint32
}

var errBroken = errors.New("the disk is gone")

func (b *broken) Rows(ctx context.Context, after uint32, fn func(*audit.Row) error) error {
	if err := b.memory.Rows(ctx, after, fn); err != nil {
		return err
	}
	if b.number > 0 {
		return fn(&audit.Row{Number: b.number})
	}
	if b.rows {
		return errBroken
	}
	return nil
}

func (b *broken) Dictionary(ctx context.Context, d audit.Dim) ([]string, error) {
	if b.dictionary {
		return nil, errBroken
	}
	words, err := b.memory.Dictionary(ctx, d)
	if b.tooFewWords && d == audit.DimTarget {
		words = words[:2]
	}
	return words, err
}

func (b *broken) Accounts(ctx context.Context) ([]audit.Account, error) {
	if b.accounts {
		return nil, errBroken
	}
	return b.memory.Accounts(ctx)
}

func TestAFailedRefreshChangesNothing(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(*broken)
		want  error
	}{
		{"rows can't be read", func(b *broken) { b.rows = true }, errBroken},
		{"a dictionary can't be read", func(b *broken) { b.dictionary = true }, errBroken},
		{"accounts can't be read", func(b *broken) { b.accounts = true }, errBroken},
		{"a code has no word", func(b *broken) { b.tooFewWords = true }, audit.ErrDamaged},
		{"a row number beyond all reason", func(b *broken) { b.number = 4_000_000_000 }, audit.ErrDamaged},
		{"a row number twice", func(b *broken) { b.number = 1 }, audit.ErrDamaged},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx := context.Background()
			src := &broken{memory: ruleBook()}
			x := build(t, src)
			before, _ := x.Select(ctx, filter(t, "type:template"))
			src.add(event{time: audit.Time(epoch.UnixNano()) + 1e12, status: 200, words: [audit.NumDims]string{audit.DimTarget: "new", audit.DimType: "template"},
				changes: []change{{field: "new", kind: audit.KindText, basis: audit.BasisLogged}}})
			c.spoil(src)
			if err := x.Refresh(ctx); !errors.Is(err, c.want) {
				t.Fatalf("got %v, want %v", err, c.want)
			}
			if sel, err := x.Select(ctx, filter(t, "type:template")); err != nil || sel.Total() != before.Total() || x.Rows() != 6 {
				t.Fatalf("%d of %d rows selected after a failed refresh, %v", sel.Total(), x.Rows(), err)
			}
			*src = broken{memory: src.memory}
			if err := x.Refresh(ctx); err != nil {
				t.Fatal(err)
			}
			after, err := x.Select(ctx, filter(t, "type:template"))
			if err != nil || after.Total() != before.Total()+1 || before.Total() != 2 {
				t.Fatalf("%d rows before, %d after, %v", before.Total(), after.Total(), err)
			}
			facets, err := after.Facets(ctx, []audit.FacetRequest{{Field: audit.FieldChanged, Search: "new"}})
			if err != nil || facets[0].Distinct != 1 {
				t.Fatalf("%+v, %v", facets, err)
			}
		})
	}
}

// A case of many rows outgrows every width: more than 65,536 targets, more combinations than a fold takes, and stretches of
// rows that several goroutines count.
func TestManyRowsAgreeWithTheEvents(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	m := &memory{}
	draw := func(n int) {
		for range n {
			e := event{time: audit.Time(epoch.UnixNano() + rng.Int64N(90*86_400e9)), ref: rng.Uint64() >> 4, status: []int{200, 201, 403, 404, 500, audit.NoStatus}[rng.IntN(6)],
				flags: audit.Flags(rng.IntN(64))}
			e.words[audit.DimType] = fmt.Sprint("type", rng.IntN(9))
			e.words[audit.DimAction] = fmt.Sprint("action", rng.IntN(9))
			e.words[audit.DimTarget] = fmt.Sprint("target", len(m.events)*3/4)
			e.words[audit.DimIP] = fmt.Sprint("10.0.0.", rng.IntN(300))
			e.words[audit.DimSource] = fmt.Sprint("file", rng.IntN(30))
			if rng.IntN(4) == 0 {
				e.also = []string{fmt.Sprint("file", rng.IntN(30)), e.words[audit.DimSource]}
			}
			if rng.IntN(2) == 0 {
				e.changes = []change{{field: fmt.Sprint("field", rng.IntN(50)), kind: audit.KindText, basis: audit.BasisLogged}}
			}
			if len(m.accounts) < 20 {
				e.who = audit.Person{Username: fmt.Sprint("user", rng.IntN(20))}
			} else {
				e.who = m.accounts[rng.IntN(20)].Who
			}
			m.add(e)
		}
	}
	draw(30_000)
	x := build(t, m)
	draw(50_000)
	if err := x.Refresh(context.Background()); err != nil {
		t.Fatal(err)
	}
	draw(20_000)
	if err := x.Refresh(context.Background(), 5, 29_999, 70_000); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "type:type1", "-type:type1 -ip:10.0.0.1", "outcome:denied,failed ip:10.0.0.1*", "target:target70000",
		"user:user3 -source:file7", "changed:field3 type:type1,type2", "-has:secret", "after:2026-04-20T00:00:00Z before:2026-05-02T00:00:00Z -user:user1"} {
		t.Run(text, func(t *testing.T) {
			f := filter(t, text)
			sel, err := x.Select(context.Background(), f)
			if err != nil {
				t.Fatal(err)
			}
			want := m.list(f)
			if got := slices.Collect(sel.All(audit.Oldest)); !slices.Equal(got, numbersOf(want)) {
				t.Fatalf("%d rows, want %d; or not the same", len(got), len(want))
			}
			fields := []audit.Field{audit.FieldType, audit.FieldAction, audit.FieldTarget, audit.FieldUser, audit.FieldOutcome, audit.FieldChanged, audit.FieldIP, audit.FieldSource}
			var reqs []audit.FacetRequest
			for _, field := range fields {
				reqs = append(reqs, audit.FacetRequest{Field: field, Top: -1, Order: audit.ByName})
			}
			facets, err := sel.Facets(context.Background(), reqs)
			if err != nil {
				t.Fatal(err)
			}
			lists := map[string][]*event{f.Query.String(): want}
			for _, got := range facets {
				counts, missing := map[string]int64{}, int64(0)
				under := f
				under.Query = f.Query.Without(got.Field)
				list, ok := lists[under.Query.String()]
				if !ok {
					list = m.list(under)
				}
				for _, e := range list {
					values := m.facetValues(e, got.Field)
					if len(values) == 0 {
						missing++
					}
					for _, v := range values {
						counts[v]++
					}
				}
				if got.Distinct != len(counts) || got.Missing != missing {
					t.Errorf("%s: %d values, %d missing, want %d, %d", got.Field, got.Distinct, got.Missing, len(counts), missing)
				}
				for _, b := range got.Values {
					if counts[b.Value] != b.Count {
						t.Errorf("%s: %s %d, want %d", got.Field, b.Value, b.Count, counts[b.Value])
					}
				}
			}
		})
	}
}

// A field that was folded because it had one value gets a column of its own once it has too many.
func TestAFieldOutgrowsTheFold(t *testing.T) {
	const rows = 67_000
	m := &memory{}
	for i := range rows {
		m.add(event{time: audit.Time(i), status: 200, words: [audit.NumDims]string{audit.DimTarget: "the same", audit.DimType: "template"}})
	}
	x := build(t, m)
	for i := range rows - 1 {
		m.add(event{time: audit.Time(i * 2), status: 200, words: [audit.NumDims]string{audit.DimTarget: fmt.Sprint("target ", i), audit.DimType: "template"}})
	}
	if err := x.Refresh(context.Background()); err != nil {
		t.Fatal(err)
	}
	facets, err := x.Facets(context.Background(), filter(t, "type:template"), []audit.FacetRequest{{Field: audit.FieldTarget, Top: 2}, {Field: audit.FieldType}})
	if err != nil {
		t.Fatal(err)
	}
	if f := facets[0]; f.InCase != rows || f.Distinct != rows || f.Values[0].Count != rows || f.Values[1].Value != "target 0" || f.Values[1].Count != 1 {
		t.Errorf("targets %+v", f)
	}
	if f := facets[1]; f.Values[0].Count != 2*rows-1 {
		t.Errorf("types %+v", f)
	}
	sel, err := x.Select(context.Background(), filter(t, `target:"target 66998"`))
	if got := sel.Numbers(audit.Newest, 0, 2); err != nil || !slices.Equal(got, []uint32{2*rows - 1}) {
		t.Errorf("rows %v, %v", got, err)
	}
}

// Readers see one state or the other whole while rows arrive, late ones and replaced ones included. Run with -race.
func TestReadersDuringRefresh(t *testing.T) {
	src := newCrowd(20_000)
	src.late = true
	x := build(t, src)
	queries := []facet.Filter{filter(t, ""), filter(t, "outcome:failed"), filter(t, "-user:user1@acme.example ip:value-5-1*"), filter(t, "changed:\"field 7\"")}
	done := make(chan struct{})
	var readers sync.WaitGroup
	for _, f := range queries {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				sel, err := x.Select(context.Background(), f)
				if err != nil {
					t.Error(err)
					return
				}
				facets, err := sel.Facets(context.Background(), []audit.FacetRequest{{Field: audit.FieldLog, Top: -1}, {Field: audit.FieldTarget}})
				if err != nil {
					t.Error(err)
					return
				}
				sum := facets[0].Missing
				for _, b := range facets[0].Values {
					sum += b.Count
				}
				rows := int64(0)
				for range sel.All(audit.Newest) {
					rows++
				}
				if sum != sel.Total() || rows != sel.Total() {
					t.Errorf("%s: counts of %d and %d rows of %d", f.Query, sum, rows, sel.Total())
					return
				}
			}
		})
	}
	for i := range 12 {
		src.rows += 3_000
		src.late = i%3 == 0
		var changed []uint32
		if i%4 == 0 {
			changed = []uint32{1, 500, uint32(src.rows - 4_000)}
		}
		if err := x.Refresh(context.Background(), changed...); err != nil {
			t.Error(err)
		}
	}
	close(done)
	readers.Wait()
}
