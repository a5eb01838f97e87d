package facet_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/facet"
	"pgregory.net/rapid"
)

func saved(t interface{ Fatal(...any) }, x *facet.Index, stamp string) []byte {
	var b bytes.Buffer
	if err := x.Marshal(&b, stamp); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A restored index answers like the one that was saved, and takes later rows.
func TestRestoredIndexAgreesWithTheEvents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ctx := context.Background()
		m := &memory{}
		m.add(drawEvents(t, rapid.SampledFrom([]int{0, 5, 300}).Draw(t, "rows"))...)
		x, err := facet.Unmarshal(ctx, bytes.NewReader(saved(t, build(t, m), "generation 4")), "generation 4", m)
		if err != nil {
			t.Fatal(err)
		}
		agree(t, m, x, drawFilter(t))
		m.add(drawEvents(t, rapid.SampledFrom([]int{1, 40}).Draw(t, "fresh"))...)
		if err := x.Refresh(ctx, 1); err != nil {
			t.Fatal(err)
		}
		agree(t, m, x, drawFilter(t))
	})
}

func TestWhatIsNotRestored(t *testing.T) {
	m := ruleBook()
	good := saved(t, build(t, m), "stamp")
	withByte := func(at int) []byte {
		b := bytes.Clone(good)
		b[at] ^= 0x40
		return b
	}
	smaller := &broken{memory: m, tooFewWords: true}
	for _, c := range []struct {
		name  string
		bytes []byte
		stamp string
		src   facet.Source
	}{
		{"nothing", nil, "stamp", m},
		{"other bytes", []byte("SQLite format 3\x00 and so on and on and on"), "stamp", m},
		{"cut off", good[:len(good)-1], "stamp", m},
		{"cut in the middle", good[:len(good)/2], "stamp", m},
		{"another version", withByte(18), "stamp", m},
		{"a flipped bit in a column", withByte(len(good) / 2), "stamp", m},
		{"a flipped bit in the checksum", withByte(len(good) - 1), "stamp", m},
		{"another stamp", good, "later", m},
		{"dictionaries that lack a word", good, "stamp", smaller},
	} {
		t.Run(c.name, func(t *testing.T) {
			if x, err := facet.Unmarshal(context.Background(), bytes.NewReader(c.bytes), c.stamp, c.src); err == nil || x != nil {
				t.Errorf("restored: %v", err)
			}
		})
	}
	if _, err := facet.Unmarshal(context.Background(), bytes.NewReader(good), "stamp", m); err != nil {
		t.Errorf("what was saved: %v", err)
	}
}

type fullDisk struct{ room int }

func (d *fullDisk) Write(p []byte) (int, error) {
	if d.room -= len(p); d.room < 0 {
		return 0, errBroken
	}
	return len(p), nil
}

func TestMarshalSaysThatTheDiskIsFull(t *testing.T) {
	if err := build(t, ruleBook()).Marshal(&fullDisk{room: 100}, "stamp"); !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
}

// Every byte changed in turn, under a right checksum: what is still an index answers, the rest is refused.
func TestNoByteCanMakeItPanic(t *testing.T) {
	m := ruleBook()
	good := saved(t, build(t, m), "stamp")
	refused := 0
	for at := range len(good) - 4 {
		for _, flip := range []byte{0x01, 0x80, 0xFF} {
			b := bytes.Clone(good)
			b[at] ^= flip
			if !restoredAnswers(t, m, b) {
				refused++
			}
		}
	}
	if refused < len(good) {
		t.Errorf("only %d of %d changed inputs were refused", refused, 3*len(good))
	}
}

// Whatever the bytes say, even under a right checksum, an index is refused or answers without a panic.
func FuzzUnmarshal(f *testing.F) {
	m := ruleBook()
	f.Add(saved(f, build(f, m), "stamp"))
	f.Add(saved(f, build(f, &memory{}), "stamp"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) { restoredAnswers(t, m, bytes.Clone(b)) })
}

// restoredAnswers puts the checksum right, restores and asks; false where the bytes were refused.
func restoredAnswers(t *testing.T, m *memory, b []byte) bool {
	t.Helper()
	if len(b) > 4 {
		sum := crc32.Checksum(b[:len(b)-4], crc32.MakeTable(crc32.Castagnoli))
		binary.LittleEndian.PutUint32(b[len(b)-4:], sum)
	}
	ctx := context.Background()
	x, err := facet.Unmarshal(ctx, bytes.NewReader(b), "stamp", m)
	if err != nil {
		return false
	}
	if x.Rows() > len(b) {
		t.Fatalf("%d rows out of %d bytes", x.Rows(), len(b))
	}
	var reqs []audit.FacetRequest
	for _, field := range m.facetFields() {
		reqs = append(reqs, audit.FacetRequest{Field: field})
	}
	recorded := audit.Query{Terms: []audit.Term{{Field: audit.FieldType, Values: []audit.Value{{Op: audit.OpRecorded}}}}}
	for _, f := range []facet.Filter{{}, {Query: recorded}} {
		sel, err := x.Select(ctx, f)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := sel.Facets(ctx, reqs); err != nil {
			t.Fatal(err)
		}
		n := int64(0)
		for number := range sel.All(audit.Newest) {
			if at, ok := sel.Position(number, audit.Newest); !ok || at != n {
				t.Fatalf("row %d stands at %d, want %d", number, at, n)
			}
			n++
		}
	}
	_ = x.Refresh(ctx, 1) // may be refused; must not panic
	return true
}
