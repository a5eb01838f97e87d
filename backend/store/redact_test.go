package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/store"
)

func whole(raw []byte, _ bool) []byte { return raw }

func TestACopyOntoAFullDiskLeavesNothing(t *testing.T) {
	s := verified(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	s, err = store.Open(t.Context(), s.Path(), store.Options{ReadOnly: true, MaxBytes: info.Size() - 3*8192})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	dir := t.TempDir()
	_, err = s.Redact(t.Context(), filepath.Join(dir, "copy.auditcase"), store.Redacting{Mask: whole})
	var ae *audit.Error
	if !errors.As(err, &ae) || !strings.Contains(ae.Message, "the disk is full") || strings.Contains(ae.Hint, "import") {
		t.Errorf("got %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// Where nothing is masked, a copy gives every record byte for byte, those too that hold line feeds, or text like the lines between them.
func TestRecordsOfACopyAreFoundByTheirPlace(t *testing.T) {
	s := newCase(t)
	source := begin(t, s, "a.json", "prod")
	texts := []string{"0 1 1 same\n", "\n\n", "1 2 3 masked\nx", "\x00\xff", strings.Repeat("long ", 9000)}
	block, refs := packed(t, texts...)
	b := batchOf(t, s, source, v2Event(1), v2Event(2), v2Event(3), v2Event(4), v2Event(5))
	b.Blocks = []store.Block{block}
	for i := range b.Events {
		b.Events[i].Raw = refs[i]
	}
	add(t, s, b)
	finish(t, s, source, "a.json")
	path := filepath.Join(t.TempDir(), "copy.auditcase")
	did, err := s.Redact(t.Context(), path, store.Redacting{Mask: func(raw []byte, _ bool) []byte {
		if string(raw) == texts[1] {
			return nil
		}
		return raw
	}})
	if err != nil || did.Records != 5 || did.Masked != 1 || did.Blocks != 1 {
		t.Fatalf("%+v, %v", did, err)
	}
	c, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for i, want := range texts {
		if i == 1 {
			want = ""
		}
		got, err := c.Raw(t.Context(), uint32(i+1))
		if err != nil || len(got) != 1 || string(got[0].Bytes) != want || got[0].Masked != (i == 1) {
			t.Errorf("record %d: %+v, %v", i, got, err)
		}
	}
	if rep, err := c.Verify(t.Context()); err != nil || !rep.Sound() {
		t.Errorf("%+v, %v", rep, err)
	}
}
