package export_test

import (
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"auditdesk/backend/export"
)

// LibreOffice reads the workbook and shows what stands in the cells.
func TestLibreOfficeShowsTheCells(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice (soffice) is not installed")
	}
	e, old := event(1), event(2)
	e.ResourceTarget, e.UserAgent = "=1+1", "_x0041_ \u202ex"
	e.IP = "0012"
	e.Time = at(t, "2026-06-30T23:59:59.9999Z")
	old.Time = at(t, "1899-12-31T00:00:00Z")
	dir := t.TempDir()
	path := filepath.Join(dir, "out.xlsx")
	if _, err := export.Workbook(t.Context(), path, input(e, old), nil); err != nil {
		t.Fatal(err)
	}
	// Field separator, quotes, UTF-8, from line 1, no column formats, language, quote all text, as shown, …, every sheet.
	convert := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless",
		"--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1", "--outdir", dir, path)
	convert.WaitDelay = 5 * time.Second
	if out, err := convert.CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	b, err := os.ReadFile(filepath.Join(dir, "out-Events.csv"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := csv.NewReader(strings.NewReader(string(b))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 || len(got[0]) != 19 {
		t.Fatalf("rows %q", got)
	}
	for column, want := range map[int]string{0: "2026-06-30 23:59:59.999", 2: ref(1), 7: "=1+1", 8: "200", 10: "0012", 11: "_x0041_ [U+202E]x"} {
		if got[1][column] != want {
			t.Errorf("%s shows %q, want %q", got[0][column], got[1][column], want)
		}
	}
	if got[2][0] != "1899-12-31T00:00:00Z" {
		t.Errorf("a time before 1900-03-01 shows %q", got[2][0])
	}
	for _, sheet := range []string{"About this export", "Admin changes", "Sources", "Unreadable records"} {
		if info, err := os.Stat(filepath.Join(dir, "out-"+sheet+".csv")); err != nil || info.Size() == 0 {
			t.Errorf("sheet %s: %v", sheet, err)
		}
	}
}
