package store_test

import (
	"errors"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/store"
)

func TestMigration(t *testing.T) {
	const next = "ALTER TABLE reveal_note ADD COLUMN who TEXT NOT NULL DEFAULT ''; CREATE TABLE added (number INTEGER PRIMARY KEY) STRICT"
	s := newCase(t)
	add(t, s, batchOf(t, s, begin(t, s, "a.json", "prod"), v2Event(1)))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var e *audit.Error
	if _, err := store.OpenNext(t.Context(), s.Path(), store.Options{ReadOnly: true}, next); !errors.Is(err, audit.ErrReadOnly) || !errors.As(err, &e) || e.Hint == "" {
		t.Errorf("an older case, read-only: %v", err)
	}
	if _, err := store.OpenNext(t.Context(), s.Path(), store.Options{}, next+"; CREATE TABLE event (broken)"); err == nil {
		t.Error("a migration that fails was taken for done")
	}
	old, err := store.Open(t.Context(), s.Path(), store.Options{}) // nothing of it may have stayed
	if err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // migrated once, then merely opened
		migrated, err := store.OpenNext(t.Context(), s.Path(), store.Options{}, next)
		if err != nil {
			t.Fatal(err)
		}
		if len(read(t, migrated)) != 1 {
			t.Error("its event is gone")
		}
		sound(t, migrated)
		if err := migrated.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := store.Open(t.Context(), s.Path(), store.Options{}); !errors.Is(err, audit.ErrNewerCase) {
		t.Errorf("the old program and the new case: %v", err)
	}
}
