package desk_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"auditdesk/backend/desk"
	"auditdesk/backend/ingest"
)

// A file that takes long enough to import that a test can act meanwhile: many thousands of events.
func longFile(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	at := time.Date(2022, 10, 11, 0, 0, 0, 0, time.UTC)
	for i := range 100_000 {
		fmt.Fprintf(&b, `{"ts":%[1]q,"fields":{"audit_log":{"time":%[1]q,"action":"open","resource_type":"environment","resource_id":"r%[2]d","resource_target":"main","diff":"","status_code":200,"user":{"id":"u%[3]d","email":"p%[3]d@acme.example"}}}}`+"\n",
			at.Add(time.Duration(i)*time.Second).Format(time.RFC3339Nano), i, i%50)
	}
	path := filepath.Join(t.TempDir(), "long.ndjson")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func startLong(t *testing.T) (*desk.Desk, *paperWindow, *desk.Plan) {
	t.Helper()
	d, w, _ := newDesk(t)
	plan := choose(t, d, w, longFile(t))
	if err := d.StartImport(t.Context(), desk.ImportRequest{Plan: plan.ID}); err != nil {
		t.Fatal(err)
	}
	if p, ok := w.await(t, desk.EventImportProgress).(ingest.Progress); !ok || p.Files != 1 || p.File != "long.ndjson" {
		t.Fatalf("the first progress is %+v", p)
	}
	return d, w, plan
}

func TestWhileAnImportRuns(t *testing.T) {
	d, w, plan := startLong(t)
	if d.Busy() != "an import" {
		t.Fatal("the import was over before the test could look: make the file longer")
	}
	if _, err := d.OpenPath(t.Context(), plan.CasePath); err == nil || !strings.Contains(err.Error(), "an import is running") {
		t.Errorf("another case was opened: %v", err)
	}
	again := choose(t, d, w, sample)
	if err := d.StartImport(t.Context(), desk.ImportRequest{Plan: again.ID}); err == nil {
		t.Error("a second import began")
	}
	if _, err := d.Info(t.Context()); err != nil {
		t.Errorf("the case can't be read meanwhile: %v", err)
	}

	w.confirm = false
	if d.MayQuit(t.Context()) {
		t.Error("the window closed although the auditor said no")
	}
	w.confirm = true
	if !d.MayQuit(t.Context()) {
		t.Error("the window did not close although the auditor said yes")
	}
	if len(w.asked) != 2 || !strings.Contains(w.asked[0], "An import is running") {
		t.Errorf("asked %q", w.asked)
	}
	if res, ok := w.await(t, desk.EventImportDone).(desk.ImportResult); !ok || !res.Cancelled {
		t.Errorf("the import ended with %+v", res)
	}

	// What was whole is committed, and the same file goes on from there.
	info, err := d.OpenPath(t.Context(), plan.CasePath)
	if err != nil {
		t.Fatal(err)
	}
	part := info.Events
	res := importPlan(t, d, w, choose(t, d, w, longFile(t)))
	info, err = d.Info(t.Context())
	if err != nil || info.Events != 100_000 || part >= 100_000 {
		t.Errorf("after %d events came %d, in all %d, %v", part, res.Events, info.Events, err)
	}
}

func TestAnImportThatIsStopped(t *testing.T) {
	d, w, _ := startLong(t)
	if err := d.CancelImport(); err != nil {
		t.Fatal(err)
	}
	done := w.await(t, desk.EventImportDone)
	res, ok := done.(desk.ImportResult)
	if !ok {
		t.Fatalf("it ended with %+v", done)
	}
	if d.Busy() != "" {
		t.Error("it is still said to run")
	}
	info, err := d.Info(t.Context())
	if err != nil || (res.Cancelled && info.Events >= 100_000) {
		t.Errorf("the case holds %d events, %v", info.Events, err)
	}
}

func TestProgressIsToldAtMostTenTimesASecond(t *testing.T) {
	d, w, _ := newDesk(t)
	plan := choose(t, d, w, longFile(t))
	start := time.Now()
	if err := d.StartImport(t.Context(), desk.ImportRequest{Plan: plan.ID}); err != nil {
		t.Fatal(err)
	}
	progress := 0
	for got := range w.told {
		switch got.event {
		case desk.EventImportProgress:
			progress++
		case desk.EventImportDone:
			if most := int(time.Since(start)/(100*time.Millisecond)) + 3; progress > most {
				t.Errorf("%d times in %s", progress, time.Since(start))
			}
			return
		}
	}
}
