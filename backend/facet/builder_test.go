package facet_test

import (
	"bytes"
	"slices"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/facet"
	"pgregory.net/rapid"
)

// A builder writes, byte for byte, what the index writes that is built of the same rows at once.
func TestBuilderWritesTheIndexThatIsBuiltAtOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &memory{}
		m.add(drawEvents(t, rapid.SampledFrom([]int{0, 5, 300}).Draw(t, "rows"))...)
		b := facet.NewBuilder()
		for i := range m.events {
			r := m.row(&m.events[i])
			also := r.Also
			if r.Flags&audit.FlagMatching != 0 && len(also) > 0 { // told later
				r.Flags, r.Also = r.Flags&^audit.FlagMatching, nil
			} else {
				also = nil
			}
			told := slices.Clone(r.Changes)
			if i%3 == 0 { // how they follow one another is told later
				for j := range told {
					r.Changes[j].Continuity = 0
				}
			}
			if err := b.Add(&r); err != nil {
				t.Fatal(err)
			}
			if i%3 == 0 {
				b.Hold(r.Changes)
				for j := range told {
					if !b.Follows(r.Number, j, told[j].Continuity) {
						t.Fatal("it does not know the change")
					}
				}
			}
			for _, source := range also { // told of later
				b.Matched(r.Event, source)
			}
		}
		if b.Rows() != len(m.events) {
			t.Fatalf("%d rows, want %d", b.Rows(), len(m.events))
		}
		var kept bytes.Buffer
		if err := b.Marshal(&kept, "stamp"); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(kept.Bytes(), saved(t, build(t, m), "stamp")) {
			t.Fatal("it is another index")
		}
	})
}

func TestBuilderTakesRowsInTheirOrderOnly(t *testing.T) {
	m := ruleBook()
	b := facet.NewBuilder()
	first, second := m.row(&m.events[0]), m.row(&m.events[1])
	if err := b.Add(&second); err != nil {
		t.Fatal(err)
	}
	if b.Add(&first) == nil || b.Add(&second) == nil {
		t.Error("it took a row that does not follow")
	}
}
