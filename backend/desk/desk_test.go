package desk_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/desk"
)

const sample = "testdata/v1.ndjson" // 4 records and 1 other line

func TestWithoutACaseThePageStillBegins(t *testing.T) {
	d, _, _ := newDesk(t)
	s, err := d.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if s.Open != nil || s.Theme != desk.ThemeSystem || s.Version != "1.2.3" || s.Platform != "linux" || s.Recent == nil {
		t.Errorf("the state is %+v", s)
	}
	if _, err := d.Sources(t.Context()); err == nil || desk.FailureOf(err).Message != "No case is open" {
		t.Errorf("a question without a case: %v", err)
	}
	d.CloseCase() // closes nothing
}

func TestImportIntoANewCase(t *testing.T) {
	d, w, opt := newDesk(t)
	plan := choose(t, d, w, sample)
	if !plan.NewCase || plan.Files != 1 || plan.Items[0].Name != "v1.ndjson" || plan.Bytes == 0 {
		t.Fatalf("the plan is %+v", plan)
	}
	if want := filepath.Join(opt.CaseDir, "v1.auditcase"); plan.CasePath != want {
		t.Errorf("the new case is proposed at %s, not %s", plan.CasePath, want)
	}
	if _, err := os.Stat(opt.CaseDir); !os.IsNotExist(err) {
		t.Error("a plan alone made a folder")
	}
	res := importPlan(t, d, w, plan)
	if res.Events != 4 || len(res.Sources) != 1 || !res.Sources[0].AddsUp() || len(res.Errors) != 0 || res.Cancelled {
		t.Errorf("the import ended with %+v", res)
	}
	s, err := d.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if s.Open == nil || s.Open.Events != 4 || s.Open.Path != plan.CasePath {
		t.Errorf("the open case is %+v", s.Open)
	}
	if len(s.Recent) != 1 || s.Recent[0].Path != plan.CasePath || s.Recent[0].Events != 4 {
		t.Errorf("the recent cases are %+v", s.Recent)
	}
	if w.title() != "v1 – Auditdesk" {
		t.Errorf("the title is %q", w.title())
	}
	found, err := d.Search(t.Context(), casefile.SearchRequest{Of: casefile.OfEvents, Query: "action:open"})
	if err != nil || found.Total != 1 {
		t.Errorf("action:open finds %d, %v", found.Total, err)
	}
}

func TestImportIntoTheOpenCase(t *testing.T) {
	d, w, _ := newDesk(t)
	first := choose(t, d, w, sample)
	importPlan(t, d, w, first)
	again := choose(t, d, w, sample)
	if again.NewCase || again.CasePath != first.CasePath || len(again.Deployments) != 1 {
		t.Fatalf("the second plan is %+v", again)
	}
	res := importPlan(t, d, w, again)
	if res.Events != 0 || res.Sources[0].State != audit.SourceRepeat {
		t.Errorf("the same file again: %+v", res)
	}
}

func TestAPlanIsForTheCaseItWasMadeFor(t *testing.T) {
	d, w, opt := newDesk(t)
	importPlan(t, d, w, choose(t, d, w, sample))
	plan := choose(t, d, w, sample)
	other := filepath.Join(opt.CaseDir, "other.auditcase")
	emptyCase(t, other)
	if _, err := d.OpenPath(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	if err := d.StartImport(t.Context(), desk.ImportRequest{Plan: plan.ID}); err == nil {
		t.Error("the files went into another case than was shown")
	}
}

func TestAPlanThatIsNotKnownIsRefused(t *testing.T) {
	d, w, _ := newDesk(t)
	plan := choose(t, d, w, sample)
	d.DropPlan(plan.ID)
	for _, id := range []string{plan.ID, "", "../../etc/passwd"} {
		if err := d.StartImport(t.Context(), desk.ImportRequest{Plan: id}); err == nil {
			t.Errorf("the plan %q was imported", id)
		}
	}
}

func TestFilesThatCannotBeImported(t *testing.T) {
	d, w, _ := newDesk(t)
	empty := t.TempDir()
	for name, path := range map[string]string{
		"a file that is gone": filepath.Join(empty, "gone.ndjson"),
		"an empty folder":     empty,
		"a case":              filepath.Join(empty, "x.auditcase"),
	} {
		t.Run(name, func(t *testing.T) {
			w.files = []string{path}
			if p, err := d.ChooseFiles(t.Context()); err == nil {
				t.Errorf("it became the plan %+v", p)
			}
		})
	}
}

func TestACancelledDialogIsNoPlan(t *testing.T) {
	d, _, _ := newDesk(t)
	files, err := d.ChooseFiles(t.Context())
	folder, err2 := d.ChooseFolder(t.Context())
	opened, err3 := d.OpenCaseDialog(t.Context())
	if files != nil || folder != nil || opened != nil || errors.Join(err, err2, err3) != nil {
		t.Errorf("got %v, %v, %v, %v", files, folder, opened, errors.Join(err, err2, err3))
	}
}

func TestANewCaseIsNeverWrittenOverAFile(t *testing.T) {
	d, w, _ := newDesk(t)
	plan := choose(t, d, w, sample)
	w.save = filepath.Join(t.TempDir(), "evidence")
	if err := os.WriteFile(w.save+casefile.Extension, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if p, err := d.ChooseCasePath(t.Context(), plan.ID); err == nil {
		t.Errorf("the case may lie at %s", p.CasePath)
	}
	w.save = filepath.Join(t.TempDir(), "fresh")
	p, err := d.ChooseCasePath(t.Context(), plan.ID)
	if err != nil || p.CasePath != w.save+casefile.Extension {
		t.Errorf("the case lies at %+v, %v", p, err)
	}
}

func TestDroppedFilesBecomeAPlanAndADroppedCaseIsOpened(t *testing.T) {
	d, w, opt := newDesk(t)
	d.Drop(t.Context(), []string{sample})
	if plan, ok := w.await(t, desk.EventPlan).(*desk.Plan); !ok || plan.Items[0].Name != "v1.ndjson" {
		t.Errorf("the plan is %+v", plan)
	}
	path := filepath.Join(opt.CaseDir, "dropped.auditcase")
	emptyCase(t, path)
	d.Drop(t.Context(), []string{path})
	if info, ok := w.await(t, desk.EventCase).(casefile.Info); !ok || info.Path != path {
		t.Errorf("the page was told of %+v", info)
	}
	d.Drop(t.Context(), []string{filepath.Join(opt.CaseDir, "gone.ndjson")})
	if f, ok := w.await(t, desk.EventError).(desk.Failure); !ok || !strings.Contains(f.Message, "gone.ndjson") {
		t.Errorf("the page was told %+v", f)
	}
}

func TestACaseThatCannotBeOpenedLeavesTheOpenOne(t *testing.T) {
	d, w, _ := newDesk(t)
	importPlan(t, d, w, choose(t, d, w, sample))
	dir := t.TempDir()
	noCase := filepath.Join(dir, "text.auditcase")
	if err := os.WriteFile(noCase, []byte("not a database at all"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{noCase, filepath.Join(dir, "gone.auditcase"), dir} {
		if _, err := d.OpenPath(t.Context(), path); err == nil {
			t.Errorf("%s was opened", path)
		}
		if info, err := d.Info(t.Context()); err != nil || info.Events != 4 {
			t.Errorf("after that the open case is %+v, %v", info, err)
		}
	}
}

func TestTheDemoIsMadeOnceAndMarked(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a case of 50,000 events")
	}
	d, _, opt := newDesk(t)
	info, err := d.OpenDemo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !info.Engagement.MadeUp || info.Events == 0 || info.Path != opt.DemoPath() {
		t.Errorf("the demo is %+v", info)
	}
	made, err := os.Stat(info.Path)
	if err != nil {
		t.Fatal(err)
	}
	d.CloseCase()
	again, err := d.OpenDemo(t.Context())
	if err != nil || again.Events != info.Events {
		t.Fatalf("the second time: %+v, %v", again, err)
	}
	if now, err := os.Stat(info.Path); err != nil || !os.SameFile(made, now) {
		t.Errorf("it was made anew: %v", err)
	}
}

func TestExport(t *testing.T) {
	d, w, opt := newDesk(t)
	importPlan(t, d, w, choose(t, d, w, sample))
	request := desk.ExportRequest{Format: casefile.JSONLines, Query: "action:open", Zone: "UTC", Order: audit.Newest}

	place, err := d.StartExport(t.Context(), request)
	if place != nil || err != nil {
		t.Errorf("a cancelled dialog gave %+v, %v", place, err)
	}

	w.save = filepath.Join(opt.CaseDir, "out") // a dialog that was given no extension
	place, err = d.StartExport(t.Context(), request)
	if err != nil || place == nil || place.Name != "out.jsonl" || place.Folder != opt.CaseDir {
		t.Fatalf("it goes to %+v, %v", place, err)
	}
	res, ok := w.await(t, desk.EventExportDone).(desk.ExportResult)
	if !ok || res.Events != 1 || res.Name != "out.jsonl" {
		t.Fatalf("it ended with %+v", res)
	}
	b, err := os.ReadFile(filepath.Join(opt.CaseDir, "out.jsonl"))
	if err != nil || strings.Count(string(b), "\n") != 1 || int64(len(b)) != res.Bytes {
		t.Errorf("the file holds %q, %v", b, err)
	}

	// The same name again: the dialog asked about "out", nobody about "out.jsonl".
	if place, err := d.StartExport(t.Context(), request); place != nil || err != nil || len(w.asked) != 1 {
		t.Errorf("an existing file: %+v, %v, asked %q", place, err, w.asked)
	}
	w.confirm = true
	if place, err := d.StartExport(t.Context(), request); place == nil || err != nil {
		t.Errorf("replace it: %+v, %v", place, err)
	}
	w.await(t, desk.EventExportDone)
}

func TestAnExportFormatThatDoesNotExist(t *testing.T) {
	d, w, _ := newDesk(t)
	importPlan(t, d, w, choose(t, d, w, sample))
	if _, err := d.StartExport(t.Context(), desk.ExportRequest{Format: "../sh"}); err == nil {
		t.Error("it was taken")
	}
}

func TestNothingToShowBeforeAnExport(t *testing.T) {
	d, _, _ := newDesk(t)
	if err := d.ShowExportInFolder(t.Context()); err == nil {
		t.Error("a folder was shown")
	}
}

func TestParseQuery(t *testing.T) {
	d, _, _ := newDesk(t)
	good := d.ParseQuery(`type:user  -action:write`)
	if good.Error != nil || good.Text != "resource_type:user -action:write" || len(good.Terms) != 2 {
		t.Errorf("got %+v", good)
	}
	bad := d.ParseQuery(`colour:blue`)
	if bad.Error == nil || bad.Error.Position == nil || bad.Text != "colour:blue" || bad.Terms == nil {
		t.Errorf("got %+v", bad)
	}
	if none := d.ParseQuery(""); none.Error != nil || none.Terms == nil {
		t.Errorf("got %+v", none)
	}
}

func TestQuitWithNothingRunningAsksNothing(t *testing.T) {
	d, w, _ := newDesk(t)
	importPlan(t, d, w, choose(t, d, w, sample))
	if !d.MayQuit(t.Context()) || len(w.asked) != 0 {
		t.Errorf("asked %q", w.asked)
	}
	if _, err := d.Info(t.Context()); err == nil {
		t.Error("the case is still open")
	}
}

func choose(t *testing.T, d *desk.Desk, w *paperWindow, paths ...string) *desk.Plan {
	t.Helper()
	w.files = paths
	plan, err := d.ChooseFiles(t.Context())
	if err != nil || plan == nil {
		t.Fatalf("choose %v: %v, %v", paths, plan, err)
	}
	return plan
}

func importPlan(t *testing.T, d *desk.Desk, w *paperWindow, plan *desk.Plan) desk.ImportResult {
	t.Helper()
	if err := d.StartImport(t.Context(), desk.ImportRequest{Plan: plan.ID}); err != nil {
		t.Fatal(err)
	}
	done := w.await(t, desk.EventImportDone)
	res, ok := done.(desk.ImportResult)
	if !ok {
		t.Fatalf("the import failed: %+v", done)
	}
	return res
}

// emptyCase makes an empty case.
func emptyCase(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	c, err := casefile.Create(context.Background(), path, audit.Engagement{}, casefile.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestSettingsOfTheOpenCase(t *testing.T) {
	d, w, _ := newDesk(t)
	if _, err := d.Settings(t.Context(), casefile.SettingsRequest{}); err == nil {
		t.Error("settings without a case")
	}
	long := strings.Repeat("terms and conditions ", 100)
	log := filepath.Join(t.TempDir(), "a.log")
	line := `{"msg":"audit_log","fields":{"audit_log":{"time":"2022-10-11T15:10:00Z","user":{"id":"u9","email":"root@acme.example"},"action":"write","resource_type":"appearance","resource_target":"appearance","diff":{"tos body":"` + long + `","tos enabled":"true"},"status_code":200}}}`
	if err := os.WriteFile(log, []byte(line+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	importPlan(t, d, w, choose(t, d, w, log))
	res, err := d.Settings(t.Context(), casefile.SettingsRequest{})
	if err != nil || res.Total != 2 || len(res.Panels) != 1 || res.Panels[0].Settings != 2 {
		t.Fatalf("%+v, %v", res, err)
	}
	rows, err := d.SettingRows(t.Context(), casefile.SettingRowsRequest{Limit: 1 << 20})
	if err != nil || len(rows.Rows) != 2 || rows.Generation != res.Generation {
		t.Fatalf("%+v, %v", rows, err)
	}
	body := rows.Rows[0]
	if body.Field != "tos body" || body.Now.Value != nil || body.Now.ValueBytes != len(long)+2 || !strings.HasPrefix(body.Now.Words, "terms and") {
		t.Errorf("a long value: %+v", body.Now)
	}
	if string(rows.Rows[1].Now.Value) != `"true"` {
		t.Errorf("a short value: %+v", rows.Rows[1].Now)
	}
	h, err := d.SettingHistory(t.Context(), casefile.SettingHistoryRequest{Key: body.Key, Limit: 10})
	if err != nil || h.Total != 1 || h.Rows[0].New != nil || h.Rows[0].ValueBytes == 0 || h.Setting.Now.Value != nil {
		t.Errorf("%+v, %v", h, err)
	}
	if _, err := d.SettingHistory(t.Context(), casefile.SettingHistoryRequest{Key: "none"}); err == nil || desk.FailureOf(err).Hint == "" {
		t.Errorf("the history of nothing: %v", err)
	}
	span, err := d.SettingsSpan(t.Context())
	if err != nil || span.Begin == nil || *span.Begin != *span.End || len(span.Days) != 1 || span.Days[0].Writes != 2 {
		t.Errorf("%+v, %v", span, err)
	}
	st, err := d.Statement(t.Context(), casefile.StatementRequest{Key: body.Key, From: "2022-10-11", To: "2022-10-12"})
	if err != nil || st.Possible || st.WritesTotal != 1 {
		t.Errorf("%+v, %v", st, err)
	}
	paper, err := d.PaperLine(t.Context(), casefile.PaperLineRequest{Of: "setting", Format: "text", Key: rows.Rows[1].Key})
	if err != nil || !strings.Contains(paper, "`tos enabled` (Terms of Service: Text field) of appearance") {
		t.Errorf("%q, %v", paper, err)
	}
}
