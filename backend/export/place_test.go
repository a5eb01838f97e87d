package export_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"auditdesk/backend/audit"
)

// refused runs every format against a path that can't be written and checks the message.
func refused(t *testing.T, path, hint string) {
	t.Helper()
	for name, write := range formats() {
		_, err := write(t.Context(), path, input(event(1)), nil)
		var e *audit.Error
		if !errors.As(err, &e) {
			t.Fatalf("%s: error %v, want one for people", name, err)
		}
		if !strings.Contains(e.Message, path) || !strings.Contains(e.Hint, hint) {
			t.Errorf("%s: %q with the hint %q, want the file's name and %q", name, e.Message, e.Hint, hint)
		}
		if strings.Contains(err.Error(), ".tmp") {
			t.Errorf("%s: %q names the temporary file", name, err)
		}
	}
}

func TestFolderThatDoesNotExist(t *testing.T) {
	refused(t, filepath.Join(t.TempDir(), "nowhere", "out.xlsx"), "choose one that does")
}

func TestFileInPlaceOfAFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, filepath.Join(file, "out.xlsx"), "folder")
}

func TestTargetIsAFolder(t *testing.T) {
	refused(t, t.TempDir(), "file name")
}

func TestTargetIsADevice(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no device files to replace")
	}
	refused(t, os.DevNull, "another name")
}

func TestReadOnlyFolder(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write to any folder; TestFolderOfTheKernel stands in on Linux")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	refused(t, filepath.Join(dir, "out.xlsx"), "can't be written to")
	mustBeEmpty(t, dir)
}

func TestFolderOfTheKernel(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("/proc is Linux's")
	}
	refused(t, "/proc/self/out.xlsx", "folder")
}

func TestLinkIsWrittenThrough(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	if err := os.WriteFile(target, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Skipf("no links here: %v", err)
	}
	for name, write := range formats() {
		if _, err := write(t.Context(), link, input(event(1)), nil); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
			t.Errorf("%s: the link was replaced (%v)", name, err)
		}
	}
	if b, err := os.ReadFile(target); err != nil || string(b) == "before" {
		t.Errorf("the target was not written (%v)", err)
	}
}
