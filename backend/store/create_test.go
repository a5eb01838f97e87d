package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"auditdesk/backend/audit"
	"auditdesk/backend/store"
)

// A process that is killed while it makes a case leaves either no case or one that opens.
func TestACaseHasItsNameWhenItIsWhole(t *testing.T) {
	dir := t.TempDir()
	whole := 0
	for i := range 12 {
		path := filepath.Join(dir, "killed.auditcase")
		cmd := other(t, "create", path)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(i*4) * time.Millisecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed, or was faster
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			continue
		}
		s, err := store.Open(t.Context(), path, store.Options{})
		if err != nil {
			t.Fatalf("killed after %d ms: %v", i*4, err)
		}
		whole++
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d of 12 were made before the process was killed", whole)
}

func TestTwoThatMakeOneCaseAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.auditcase")
	made := make(chan error, 8)
	for range 8 {
		go func() {
			s, err := store.Create(t.Context(), path, audit.Engagement{}, clock)
			if err == nil {
				err = s.Close()
			}
			made <- err
		}()
	}
	ok := 0
	for range 8 {
		err := <-made
		switch {
		case err == nil:
			ok++
		case !errors.Is(err, os.ErrExist):
			t.Error(err)
		}
	}
	if ok != 1 {
		t.Errorf("%d made it, want one", ok)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("%v lie in the folder, %v", left, err)
	}
}
