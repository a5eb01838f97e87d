package cli_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// kubectl logs -f … | auditdesk import CASE -: what came in is committed while the pipe stays open, and stays when the command is
// killed. Another process reads the case meanwhile.
func TestAStreamIsCommittedWhileItsPipeStaysOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.auditcase")
	cmd := exec.CommandContext(t.Context(), "auditdesk", "import", path, "-")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	count := func() string {
		out, err := exec.CommandContext(t.Context(), "auditdesk", "count", path).Output()
		if err != nil { // the case is only being made
			return ""
		}
		return strings.TrimSpace(string(out))
	}
	for i := range 3 {
		// 300 bytes, and then nothing: less than any buffer holds.
		fmt.Fprintf(in, `{"msg":"x","fields":{"audit_log":{"time":"2022-10-11T15:10:0%d.5Z","user":{"id":"u1"},"action":"login","resource_type":"user","resource_id":"u1","diff":"","status_code":200}}}`+"\n", i)
		waitFor(t, fmt.Sprintf("record %d", i+1), func() bool { return count() == fmt.Sprint(i+1) })
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	if got := count(); got != "3" {
		t.Errorf("%s events after it was killed", got)
	}
	wholeCase(t, path)
}
