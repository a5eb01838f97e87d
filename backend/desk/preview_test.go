package desk_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"auditdesk/backend/casefile"
	"auditdesk/backend/desk"
)

// folderOf is a folder with copies of the sample.
func folderOf(t *testing.T, names ...string) string {
	t.Helper()
	b, err := os.ReadFile(sample)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "logs")
	for _, name := range names {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestTheFilesOfAPlanAreLookedAtBeforeTheyAreImported(t *testing.T) {
	d, w, opt := newDesk(t)
	plan := choose(t, d, w, sample, folderOf(t, "a.log", "deeper/b.log"))
	files, err := d.PlanFiles(desk.PlanFilesRequest{Plan: plan.ID, Limit: 10})
	if err != nil || len(files) != 3 || files[0].Name != "v1.ndjson" || files[1].Name != "logs/a.log" || files[2].Name != "logs/deeper/b.log" || files[2].File != 2 || files[2].Bytes == 0 {
		t.Fatalf("%+v, %v", files, err)
	}
	if some, err := d.PlanFiles(desk.PlanFilesRequest{Plan: plan.ID, Offset: 2, Limit: 10}); err != nil || len(some) != 1 || some[0] != files[2] {
		t.Errorf("%+v, %v", some, err)
	}
	p, err := d.PreviewFile(t.Context(), desk.PreviewRequest{Plan: plan.ID, File: 2})
	if err != nil || p.Records != 4 || p.Other != 1 || len(p.Events) != 4 {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := os.Stat(opt.CaseDir); !os.IsNotExist(err) {
		t.Error("a look made a folder")
	}
	importPlan(t, d, w, plan)

	again := choose(t, d, w, sample)
	p, err = d.PreviewFile(t.Context(), desk.PreviewRequest{Plan: again.ID})
	if err != nil || len(p.Warnings) != 1 || p.Warnings[0].Code != "known" {
		t.Errorf("a file that the case holds: %+v, %v", p.Warnings, err)
	}
}

func TestWhatIsNoFileOfAPlanIsNotLookedAt(t *testing.T) {
	d, w, _ := newDesk(t)
	plan := choose(t, d, w, sample)
	for _, r := range []desk.PreviewRequest{{Plan: plan.ID, File: 1}, {Plan: plan.ID, File: -1}, {Plan: "../etc/passwd"}} {
		if _, err := d.PreviewFile(t.Context(), r); err == nil {
			t.Errorf("%+v was looked at", r)
		}
	}
	d.DropPlan(plan.ID)
	if _, err := d.PreviewFile(t.Context(), desk.PreviewRequest{Plan: plan.ID}); err == nil {
		t.Error("a plan that was dropped was looked at")
	}
}

func TestUnreadableRecordsInTheWindow(t *testing.T) {
	d, w, opt := newDesk(t)
	path := filepath.Join(t.TempDir(), "bad.log")
	if err := os.WriteFile(path, []byte("{\"msg\":\"audit_log\",\"fields\":{\"audit_log\":{\n=cmd {\"audit_log\":\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	res := importPlan(t, d, w, choose(t, d, w, path))
	text, err := d.Summary(t.Context(), desk.SummaryRequest{Sources: []int64{res.Sources[0].Number}})
	if err != nil || !strings.Contains(text, "Auditdesk 1.2.3") || !strings.Contains(text, "bad.log") {
		t.Errorf("%s, %v", text, err)
	}
	request := desk.UnreadableExportRequest{Format: casefile.CSV}
	if got, err := d.ExportUnreadable(t.Context(), request); got != nil || err != nil {
		t.Errorf("a cancelled dialog: %+v, %v", got, err)
	}
	w.save = filepath.Join(opt.CaseDir, "out")
	got, err := d.ExportUnreadable(t.Context(), request)
	if err != nil || got == nil || got.Name != "out.csv" || got.Rows != res.Sources[0].Unreadable {
		t.Fatalf("%+v, %v", got, err)
	}
	if got, err := d.ExportUnreadable(t.Context(), request); got != nil || err != nil || len(w.asked) != 1 {
		t.Errorf("an existing file: %+v, %v, asked %q", got, err, w.asked)
	}
	if _, err := d.ExportUnreadable(t.Context(), desk.UnreadableExportRequest{Format: casefile.Workbook}); err == nil {
		t.Error("a workbook of unreadable records")
	}
	again, err := d.Retry(t.Context())
	if err != nil || again.Tried != res.Sources[0].Unreadable || again.Understood != 0 || d.Busy() != "" {
		t.Errorf("%+v, %v, busy with %q", again, err, d.Busy())
	}
}

func TestWhileAnImportRunsNothingIsTriedAgain(t *testing.T) {
	d, w, _ := startLong(t)
	if _, err := d.Retry(t.Context()); err == nil {
		t.Error("records were tried again beside an import")
	}

	if err := d.CancelImport(); err != nil {
		t.Fatal(err)
	}
	w.await(t, desk.EventImportDone)
}
