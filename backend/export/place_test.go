package export_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/export"
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

func TestFolderForTemporaryFilesThatDoesNotExist(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows names it otherwise")
	}
	dir := t.TempDir()
	made := filepath.Join(dir, "made.xlsx")
	if _, err := export.Workbook(t.Context(), made, input(event(1)), nil); err != nil {
		t.Fatal(err)
	}
	nowhere := filepath.Join(dir, "nowhere")
	t.Setenv("TMPDIR", nowhere)
	_, exported := export.Workbook(t.Context(), filepath.Join(dir, "out.xlsx"), input(event(1)), nil)
	_, checked := export.Check(t.Context(), made, input(event(1)), export.Unchanged, nil)
	for name, err := range map[string]error{"export": exported, "check": checked} {
		var e *audit.Error
		if !errors.As(err, &e) || !strings.Contains(e.Message, nowhere) || !strings.Contains(e.Hint, "TMPDIR") {
			t.Errorf("%s: error %v, want one that names the folder", name, err)
		}
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
		t.Errorf("the folder holds %d files (%v), want the workbook made before", len(list), err)
	}
}

func TestDiskThatIsFullIsNamed(t *testing.T) {
	full := func(name string) error {
		return fmt.Errorf("sheet: %w", &fs.PathError{Op: "write", Path: name, Err: syscall.ENOSPC})
	}
	for name, c := range map[string]struct {
		err  error
		want string // "" for no error of a disk
	}{
		"the file's":                {full("/out/.auditdesk-X.tmp"), "write /out/x.xlsx"},
		"that of temporary files":   {full(filepath.Join(os.TempDir(), "auditdesk-export-1", "pack-2")), "write temporary files to " + os.TempDir()},
		"one that is not known":     {syscall.ENOSPC, "write /out/x.xlsx"},
		"none: a case that changed": {errors.New("the case changed"), ""},
	} {
		err := export.DiskError("/out/x.xlsx", "/out/.auditdesk-X.tmp", c.err)
		var e *audit.Error
		if errors.As(err, &e); (c.want == "") != (err == nil) || err != nil && (e == nil || e.Message != c.want || e.Hint == "") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
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
