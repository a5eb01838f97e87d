//go:build unix

package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"auditdesk/backend/audit"
)

// as runs another process as a user who may only read, since root may do anything.
func as(t *testing.T, what, path string, env ...string) string {
	t.Helper()
	cmd := other(t, what, path, env...)
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		// The test binary and the folders above must be open to that user.
		bin := filepath.Join(filepath.Dir(path), "bin")
		b, err := os.ReadFile(cmd.Path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(bin, b, 0o755); err != nil {
			t.Fatal(err)
		}
		defer os.Remove(bin)
		cmd.Path = bin
	}
	if err := os.Chmod(filepath.Dir(path), 0o555); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(filepath.Dir(path), 0o755)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}

// openFolder is a folder that everybody may enter.
func openFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "auditdesk-store")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestAFolderThatCanOnlyBeRead(t *testing.T) {
	s := newCase(t)
	add(t, s, batchOf(t, s, begin(t, s, "a.json", "prod"), v2Event(1)))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(openFolder(t), "a.auditcase")
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	if got := as(t, "open", path, "STORE_TEST_READONLY=1"); got != "events 1 <nil>\n<nil>" {
		t.Errorf("read-only: %s", got)
	}
	if got := as(t, "open", path); !strings.Contains(got, audit.ErrReadOnly.Error()) || !strings.Contains(got, "copy it to a folder") {
		t.Errorf("for writing: %s", got)
	}
	fresh := filepath.Join(filepath.Dir(path), "new.auditcase")
	if got := as(t, "create", fresh); !strings.Contains(got, "permission denied") || !strings.Contains(got, "choose a folder") {
		t.Errorf("a new case: %s", got)
	}
	if got := names(t, filepath.Dir(path)); got != "a.auditcase" {
		t.Errorf("left behind: %s", got)
	}
	if err := os.WriteFile(path+"-wal", []byte("what was written last"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := as(t, "open", path, "STORE_TEST_READONLY=1"); !strings.Contains(got, "was not closed") {
		t.Errorf("with a WAL that can't be taken in: %s", got)
	}
}
