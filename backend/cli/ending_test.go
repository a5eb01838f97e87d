package cli_test

import (
	"bytes"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"auditdesk/backend/cli"
)

// An export that is asked to end leaves neither a file nor what it put together on the way.
func TestAnExportThatIsStoppedLeavesNothing(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows knows no such signals")
	}
	// Where these tests themselves run under nohup, a command would inherit that and rightly go on: a process that handles the
	// signal hands its default down.
	heeded := make(chan os.Signal, 1)
	signal.Notify(heeded, syscall.SIGHUP)
	defer signal.Stop(heeded)
	dir := t.TempDir()
	path := filepath.Join(dir, "demo.auditcase")
	must(t, "demo", path, "--events", "20000")
	for name, sig := range map[string]syscall.Signal{"Ctrl-C": syscall.SIGINT, "kill": syscall.SIGTERM, "a closed terminal": syscall.SIGHUP} {
		t.Run(name, func(t *testing.T) {
			out, temporary := t.TempDir(), t.TempDir()
			cmd := exec.CommandContext(t.Context(), "auditdesk", "export", path, "-o", filepath.Join(out, "x.xlsx"))
			cmd.Env = append(os.Environ(), "TMPDIR="+temporary)
			var says bytes.Buffer
			cmd.Stderr = &says
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			waitFor(t, "a temporary folder", func() bool {
				list, err := os.ReadDir(temporary)
				return err == nil && len(list) > 0
			})
			if err := cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); code != cli.ExitFailed || !strings.Contains(says.String(), "nothing was written") {
				t.Errorf("exit code %d, and it says %q", code, says.String())
			}
			for _, folder := range []string{out, temporary} {
				if list, err := os.ReadDir(folder); err != nil || len(list) != 0 {
					t.Errorf("%v are left (%v)", list, err)
				}
			}
		})
	}
}
