package store_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/store"
)

func verified(tb testing.TB) *store.Store {
	tb.Helper()
	s := newCase(tb)
	for i, name := range []string{"a.json", "b.json"} {
		source := begin(tb, s, name, "prod")
		for j := range 2 {
			e := v2Event(10*i + j)
			e.Changes = []audit.Change{field("a", "1")}
			b := batchOf(tb, s, source, e, v2Event(10*i+j+5))
			b.Other = []audit.OtherLines{{Pattern: "blank line", Count: 1}}
			b.Counts.Lines, b.Counts.Other = b.Counts.Lines+1, 1
			add(tb, s, b)
		}
		finish(tb, s, source, name)
	}
	return s
}

func TestVerifyNamesTheDamage(t *testing.T) {
	for name, c := range map[string]struct{ sql, want string }{
		"nothing":                 {"", ""},
		"a byte of a raw block":   {"UPDATE raw_block SET data = CAST(substr(data, 1, length(data) - 3) || x'00' || substr(data, -2) AS BLOB) WHERE number = 2", "raw block 2: "},
		"a raw block exchanged":   {"UPDATE raw_block SET data = (SELECT data FROM raw_block b WHERE b.number = 1), sha256 = (SELECT sha256 FROM raw_block b WHERE b.number = 1), size = (SELECT size FROM raw_block b WHERE b.number = 1) WHERE number = 3", "raw block 3: the chain says"},
		"an event removed":        {"DELETE FROM change WHERE event = 8; DELETE FROM event WHERE number = 8", "source 2 (b.json): its account says 4 events, the case holds 3"},
		"an event in the middle":  {"DELETE FROM change WHERE event = 3; DELETE FROM event WHERE number = 3", "event 3 is missing"},
		"an identity":             {"UPDATE event SET digest = zeroblob(16) WHERE number = 2", "event 2 (D3EQ-WZ31-0R99): its reference is not that of its identity"},
		"an identity and its ref": {"UPDATE event SET digest = zeroblob(16), ref = 0 WHERE number = 2", "event 2 (0000-0000-0000): its row or its changes are not what was written"},
		"a position":              {"UPDATE event SET block_offset = 1000 WHERE number = 2", "event 2: block 1 has no bytes 1000 to"},
		"a position of another":   {"UPDATE event SET block = 4 WHERE number = 1", "event 1: block 4"},
		"a reference":             {"UPDATE event SET action = 99 WHERE number = 2", "row 2 of event refers to a missing action"},
		"an account":              {"UPDATE source SET records = records + 1 WHERE number = 1", "source 1 (a.json): its account does not add up"},
		"an account made to fit":  {"UPDATE source SET unpacked = 1 WHERE number = 1", "source 1 (a.json): the chain says"},
		"other lines":             {"DELETE FROM other_line WHERE source = 2", "source 2 (b.json): its account says 2 other lines, the case holds 0"},
		"a link of the chain":     {"UPDATE chain SET text = replace(text, 'bytes', 'Bytes') WHERE number = 2", "link 2: its head is"},
		"the chain's beginning":   {"DELETE FROM chain WHERE number = 1", "link 1 is missing"},
		"a day":                   {"UPDATE source_day SET count = count + 1", "records by day"},
	} {
		t.Run(name, func(t *testing.T) {
			s := verified(t)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if c.sql != "" {
				alter(t, s.Path(), c.sql)
			}
			s, err := store.Open(t.Context(), s.Path(), store.Options{ReadOnly: true})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			rep, err := s.Verify(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if rep.Sound() != (c.want == "") || !strings.Contains(fmt.Sprint(rep), c.want) {
				t.Errorf("got %+v", rep)
			}
		})
	}
}

func TestVerifyFindsAByteFlippedOnTheDisk(t *testing.T) {
	s := verified(t)
	// Incompressible, so that a flipped byte is one of the record.
	secret := strings.Repeat("0123456789abcdef-", 3) + "needle in the raw block"
	block, refs := packed(t, secret)
	source := begin(t, s, "c.json", "prod")
	b := batchOf(t, s, source, v2Event(77))
	b.Blocks, b.Events[0].Raw = []store.Block{block}, refs[0]
	add(t, s, b)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	at := strings.LastIndex(string(raw), "needle")
	if at < 0 {
		t.Fatal("the record does not lie in the file as it is")
	}
	raw[at] ^= 1
	if err := os.WriteFile(s.Path(), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err = store.Open(t.Context(), s.Path(), store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	rep, err := s.Verify(t.Context())
	if err != nil || rep.Sound() || !strings.Contains(fmt.Sprint(rep.Checks[3].Damage), "raw block 5") {
		t.Errorf("got %+v, %v", rep, err)
	}
	if _, err := s.Raw(t.Context(), s.Events()); err == nil || !strings.Contains(err.Error(), "raw block 5") {
		t.Errorf("reading the record: %v", err)
	}
}

func TestACaseKnowsTheHeadsThatItHad(t *testing.T) {
	s := newCase(t)
	var heads []string
	for i, name := range []string{"a.json", "b.json"} {
		add(t, s, batchOf(t, s, begin(t, s, name, "prod"), v2Event(i+1)))
		head, err := s.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		heads = append(heads, head)
	}
	for name, c := range map[string]struct {
		head string
		want bool
	}{
		"the last":            {heads[1], true},
		"one before":          {heads[0], true},
		"in capitals":         {strings.ToUpper(heads[0]), true},
		"of another case":     {strings.Repeat("ab", 32), false},
		"shortened":           {heads[0][:20], false},
		"no digest":           {"none", false},
		"before all imports":  {"", false},
		"of nothing imported": {strings.Repeat("0", 64), false},
	} {
		if got, _, err := s.SinceHead(t.Context(), c.head); err != nil || got != c.want {
			t.Errorf("%s: %t, %v; want %t", name, got, err, c.want)
		}
	}
	grown := func(want bool) {
		t.Helper()
		if had, got, err := s.SinceHead(t.Context(), heads[1]); err != nil || !had || got != want {
			t.Errorf("the last: %t, grown %t, %v; want grown %t", had, got, err, want)
		}
	}
	grown(false)
	if err := s.NoteExport(t.Context(), store.ExportNote{Name: "a.csv", Head: heads[1]}); err != nil {
		t.Fatal(err)
	}
	if err := s.NoteReveal(t.Context(), "7K2M-9QXD-41TB"); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveReceipt(t.Context(), 1, audit.Receipt{From: "provider"}); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveEngagement(t.Context(), audit.Engagement{Title: "another", Zone: "UTC"}); err != nil {
		t.Fatal(err)
	}
	grown(false)
	begin(t, s, "c.json", "prod")
	grown(true)
}

func TestTheHeadDependsOnAllThatWasImported(t *testing.T) {
	heads := map[string]string{}
	for name, change := range map[string]func(*store.Batch){
		"as it is":            func(*store.Batch) {},
		"another raw byte":    func(b *store.Batch) { b.Blocks[0].SHA256[0] ^= 1 },
		"another identity":    func(b *store.Batch) { b.Events[0].Digest[0] ^= 1 },
		"records exchanged":   func(b *store.Batch) { b.Events[0].Raw, b.Events[1].Raw = b.Events[1].Raw, b.Events[0].Raw },
		"one event fewer":     func(b *store.Batch) { b.Events = b.Events[:1] },
		"as it is once again": func(*store.Batch) {},
	} {
		s := newCase(t)
		b := batchOf(t, s, begin(t, s, "a.json", "prod"), v2Event(1), v2Event(2))
		change(b)
		add(t, s, b)
		head, err := s.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if name == "as it is once again" {
			name = "as it is"
			if heads[name] != "" && heads[name] != head {
				t.Error("two like imports have different heads")
			}
		}
		heads[name] = head
	}
	seen := map[string]string{}
	for name, head := range heads {
		if seen[head] != "" {
			t.Errorf("%q has the head of %q", name, seen[head])
		}
		seen[head] = name
	}
}
