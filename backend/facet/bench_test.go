package facet_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/facet"
)

// Ten million rows take some ten seconds to build and a gigabyte of memory; hence a flag: go test -bench . -rows 10000000
var benchRows = flag.Int("rows", 1_000_000, "rows of the benchmarks")

// crowd makes up rows with the skew of a real log: few kinds of event make up most of it, many targets, some hundred users.
type crowd struct {
	rows, targets, users, ips int
	late                      bool // every hundredth row lies anywhere in the past
}

func newCrowd(rows int) *crowd {
	return &crowd{rows: rows, targets: max(rows/20, 100), users: 2_000, ips: 5_000}
}

func (c *crowd) Rows(_ context.Context, after uint32, fn func(*audit.Row) error) error {
	rng := rand.New(rand.NewPCG(1, uint64(after)))
	target, user := rand.NewZipf(rng, 1.2, 20, uint64(c.targets-1)), rand.NewZipf(rng, 1.1, 10, uint64(c.users-1))
	start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).UnixNano()
	var changes [3]audit.ChangeCodes
	for n := after + 1; int(n) <= c.rows; n++ {
		kind := uint32(rng.ExpFloat64() * 6)
		r := audit.Row{Number: n, Event: n, Time: audit.Time(start + int64(n)*6e9 + rng.Int64N(5e9)), Ref60: rng.Uint64() >> 4}
		if c.late && n%100 == 0 {
			r.Time = audit.Time(start + rng.Int64N(int64(n)*6e9))
		}
		r.Dims[audit.DimType] = 1 + min(kind, 19)
		r.Dims[audit.DimAction] = 1 + min(kind*7%13+rng.Uint32N(3), 14)
		r.Dims[audit.DimTarget] = 1 + uint32(target.Uint64())
		r.Dims[audit.DimAccount] = 1 + uint32(user.Uint64())
		r.Dims[audit.DimOrganization] = kind % 4
		r.Dims[audit.DimIP] = 1 + rng.Uint32N(uint32(c.ips))
		r.Dims[audit.DimStatus] = 1 + []uint32{200, 200, 200, 200, 200, 201, 204, 302, 403, 404, 409, 500}[rng.IntN(12)]
		r.Dims[audit.DimVersion] = 1 + n*2/uint32(c.rows+1)
		r.Dims[audit.DimLog] = 1 + kind/8%2
		r.Dims[audit.DimDeployment] = 1 + rng.Uint32N(3)
		r.Dims[audit.DimSource] = 1 + n/uint32(c.rows/40+1)
		r.Dims[audit.DimBuildReason] = kind % 5
		r.Dims[audit.DimResourceID] = 1 + rng.Uint32N(uint32(c.targets))
		r.Changes = changes[:rng.IntN(len(changes))]
		for i := range r.Changes {
			field := 1 + (kind*5+rng.Uint32N(6))%120
			r.Changes[i] = audit.ChangeCodes{Field: field, Setting: field / 2, Panel: field / 10, Kind: uint8(field % 12)}
		}
		if len(r.Changes) > 0 {
			r.Flags = audit.FlagChanges
		}
		if err := fn(&r); err != nil {
			return err
		}
	}
	return nil
}

func (c *crowd) Dictionary(_ context.Context, d audit.Dim) ([]string, error) {
	sizes := map[audit.Dim]int{audit.DimTarget: c.targets, audit.DimResourceID: c.targets, audit.DimIP: c.ips}
	words := []string{""}
	for i := range max(sizes[d], 50) {
		words = append(words, fmt.Sprintf("value-%d-%d", d, i+1))
	}
	return words, nil
}

func (c *crowd) ChangeDictionary(context.Context, audit.DictField) ([]string, error) {
	words := []string{""}
	for i := range 120 {
		words = append(words, fmt.Sprintf("field %d", i+1))
	}
	return words, nil
}

func (c *crowd) Accounts(context.Context) ([]audit.Account, error) {
	var accounts []audit.Account
	for i := range uint32(c.users) {
		accounts = append(accounts, audit.Account{Code: i + 1, Person: i + 1, Who: audit.Person{Email: fmt.Sprintf("user%d@acme.example", i+1), Username: fmt.Sprint("user", i+1)}})
	}
	return accounts, nil
}

func (c *crowd) Lookup(context.Context, audit.Field, audit.Value) ([]uint32, error) { return nil, nil }

var crowded = sync.OnceValue(func() *facet.Index {
	x, err := facet.Build(context.Background(), newCrowd(*benchRows))
	if err != nil {
		panic(err)
	}
	return x
})

func filter(b testing.TB, text string) facet.Filter {
	q, err := audit.ParseQuery(text)
	if err != nil {
		b.Fatal(err)
	}
	span, err := q.Span(time.UTC, time.Time{})
	if err != nil {
		b.Fatal(err)
	}
	return facet.Filter{Query: q, Span: span}
}

// What a click costs: total, seven facets, timeline and the first page. Each filter differs from the one before in an
// excluded value that nothing has, so that no answer is remembered.
func BenchmarkClick(b *testing.B) {
	x := crowded()
	for _, text := range []string{"", "action:value-1-3", "outcome:failed,denied resource_type:value-0-2", "user:user1@acme.example", "user:user900@acme.example",
		"-user:user1@acme.example", "target:value-2-1 action:value-1-3", "changed:\"field 7\"", "date_from:2024-01-20 date_to:2024-02-20",
		"user:user1@acme.example,user2@acme.example target:value-2-1,value-2-2 ip:value-5-7*", "ip:value-5-1* resource_type:value-0-1", "value-2-12"} {
		name := text
		if name == "" {
			name = "everything"
		}
		b.Run(name, func(b *testing.B) {
			var reqs []audit.FacetRequest
			for _, field := range append(audit.DefaultFacets(), audit.FieldIP) {
				reqs = append(reqs, audit.FacetRequest{Field: field, Top: 10})
			}
			f := filter(b, text)
			n := 0
			for b.Loop() {
				g := f
				if text != "" {
					n++
					last := f.Query.Terms[len(f.Query.Terms)-1]
					g.Query = f.Query.With(audit.Term{Field: last.Field, Exclude: true, Values: []audit.Value{{Op: audit.OpEqual, Text: fmt.Sprint("nothing has ", n)}}})
					if last.Field == audit.FieldDateTo {
						to := *f.Span.To + audit.Time(n)
						g = facet.Filter{Query: f.Query, Span: audit.Span{From: f.Span.From, To: &to}}
					}
				}
				sel, err := x.Select(context.Background(), g)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := sel.Facets(context.Background(), reqs); err != nil {
					b.Fatal(err)
				}
				if _, err := sel.Timeline(audit.BucketAuto, time.UTC); err != nil {
					b.Fatal(err)
				}
				sel.Numbers(audit.Newest, 0, 100)
			}
			b.ReportMetric(float64(x.Bytes())/float64(x.Rows()), "bytes/row")
		})
	}
}

func BenchmarkPageDeepInside(b *testing.B) {
	sel, err := crowded().Select(context.Background(), filter(b, "-action:value-1-3"))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		sel.Numbers(audit.Newest, int(sel.Total()/2), 100)
	}
}

func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		if _, err := facet.Build(context.Background(), newCrowd(*benchRows)); err != nil {
			b.Fatal(err)
		}
	}
}

// A batch of 10,000 rows at the end, or with late ones among them.
func BenchmarkRefresh(b *testing.B) {
	for _, late := range []bool{false, true} {
		b.Run(fmt.Sprintf("late=%t", late), func(b *testing.B) {
			src := newCrowd(*benchRows)
			src.late = late
			x, err := facet.Build(context.Background(), src)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				src.rows += 10_000
				if err := x.Refresh(context.Background()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkUnmarshal(b *testing.B) {
	var saved bytes.Buffer
	if err := crowded().Marshal(&saved, "stamp"); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := facet.Unmarshal(context.Background(), bytes.NewReader(saved.Bytes()), "stamp", newCrowd(*benchRows)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(saved.Len())/float64(*benchRows), "bytes/row")
}
