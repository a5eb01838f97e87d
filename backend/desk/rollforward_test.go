package desk_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/desk"
)

const rolledLog = `{"id":"00000000-0000-4000-8000-000000000001","time":"2026-02-01T01:00:00Z","resource_type":"group","resource_id":"00000000-0000-4000-8000-0000000000aa","resource_target":"g","action":"write","status_code":200,"diff":{"name":{"old":"a","new":"b","secret":false}}}
`

func fileOf(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// chosen chooses a snapshot as an auditor does.
func chosen(t *testing.T, d *desk.Desk, w *paperWindow, end desk.SnapshotEnd, path string) desk.SnapshotFile {
	t.Helper()
	w.file = path
	got, err := d.ChooseSnapshot(t.Context(), end)
	if err != nil || got == nil {
		t.Fatalf("%+v, %v", got, err)
	}
	return *got
}

// compared is a desk on a case with one change, and two snapshots that were chosen for it.
func compared(t *testing.T, opening, closing string) (*desk.Desk, *paperWindow, desk.RollForwardRequest) {
	t.Helper()
	d, w, _ := newDesk(t)
	importPlan(t, d, w, choose(t, d, w, fileOf(t, "log.ndjson", rolledLog)))
	return d, w, desk.RollForwardRequest{
		Opening:   chosen(t, d, w, desk.OpeningSnapshot, fileOf(t, "opening.json", opening)).ID,
		Closing:   chosen(t, d, w, desk.ClosingSnapshot, fileOf(t, "closing.json", closing)).ID,
		OpeningAt: "2026-01-31", ClosingAt: "2026-02-01",
	}
}

func TestRollForwardInTheWindow(t *testing.T) {
	d, w, r := compared(t, `{"name":"a"}`, `{"name":"z"}`)
	got, err := d.RollForward(t.Context(), r)
	if err != nil || got.Differs != 1 || len(got.Rows) != 1 || got.Rows[0].Verdict != audit.Differs || got.LeftOut != 0 || got.Opening != "opening.json" {
		t.Fatalf("%+v, %v", got, err)
	}
	line := desk.RollForwardLineRequest{RollForwardRequest: r, Generation: got.Generation, Format: "text"}
	if text, err := d.RollForwardLine(t.Context(), line); err != nil || !strings.Contains(text, got.Rows[0].Words) {
		t.Errorf("%s, %v", text, err)
	}
	save := desk.RollForwardSaveRequest{RollForwardRequest: r, Format: casefile.Workbook}
	if place, err := d.SaveRollForward(t.Context(), save); place != nil || err != nil {
		t.Errorf("a cancelled dialog: %+v, %v", place, err)
	}
	w.save = filepath.Join(t.TempDir(), "rolled")
	if place, err := d.SaveRollForward(t.Context(), save); err != nil || place == nil || place.Name != "rolled.xlsx" {
		t.Errorf("%+v, %v", place, err)
	}
	if info, err := os.Stat(w.save + ".xlsx"); err != nil || info.Size() == 0 {
		t.Errorf("%+v, %v", info, err)
	}
	save.Format = casefile.JSONLines
	if _, err := d.SaveRollForward(t.Context(), save); err == nil {
		t.Error("a roll-forward as JSON lines")
	}
}

// A line is of the row that the page shows: after an import rows may stand elsewhere.
func TestALineOfARowThatMayHaveMovedIsRefused(t *testing.T) {
	d, w, r := compared(t, `{"name":"a"}`, `{"name":"z"}`)
	got, err := d.RollForward(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	importPlan(t, d, w, choose(t, d, w, sample))
	line := desk.RollForwardLineRequest{RollForwardRequest: r, Generation: got.Generation, Format: "text"}
	if text, err := d.RollForwardLine(t.Context(), line); err == nil || !strings.Contains(err.Error(), "was changed since") {
		t.Errorf("%s, %v", text, err)
	}
}

func TestSnapshotsAreAsTheyWereChosen(t *testing.T) {
	d, w, r := compared(t, `{"name":"a"}`, `{"name":"b"}`)
	if err := os.WriteFile(w.file, []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := d.RollForward(t.Context(), r); err != nil || got.Agrees != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	// The page names no paths, and no snapshot of the other end.
	for _, bad := range []desk.RollForwardRequest{{Opening: w.file, Closing: r.Closing}, {Opening: r.Closing, Closing: r.Opening}, {Opening: r.Opening}} {
		if _, err := d.RollForward(t.Context(), bad); err == nil || !strings.Contains(err.Error(), "no longer known") {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	other := chosen(t, d, w, desk.OpeningSnapshot, fileOf(t, "other.json", `{"name":"q"}`))
	if _, err := d.RollForward(t.Context(), r); err == nil {
		t.Error("a snapshot that another one was chosen for was compared")
	}
	r.Opening = other.ID
	if got, err := d.RollForward(t.Context(), r); err != nil || got.Differs != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	info, err := d.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d.CloseCase()
	if _, err := d.OpenPath(t.Context(), info.Path); err != nil {
		t.Fatal(err)
	}
	if _, err := d.RollForward(t.Context(), r); err == nil {
		t.Error("snapshots outlived the case that they were chosen for")
	}
}

func TestASnapshotThatCantBeReadSaysWhereAndWhatToDo(t *testing.T) {
	d, w, _ := newDesk(t)
	if got, err := d.ChooseSnapshot(t.Context(), desk.OpeningSnapshot); got != nil || err != nil {
		t.Errorf("a cancelled dialog: %+v, %v", got, err)
	}
	w.file = fileOf(t, "opening.json", "{\"api_token\": \"hunter2\",\n\"b\": }")
	_, err := d.ChooseSnapshot(t.Context(), desk.OpeningSnapshot)
	if err == nil {
		t.Fatal("broken JSON was read")
	}
	f := desk.FailureOf(err)
	if !strings.Contains(f.Message, "opening.json, line 2: broken JSON") || f.Hint == "" || strings.Contains(f.Message+f.Hint, "hunter") {
		t.Errorf("%+v", f)
	}
	if _, err := d.ChooseSnapshot(t.Context(), "middle"); err == nil {
		t.Error("there is no middle")
	}
}

func TestNoSecretOfASnapshotReachesThePage(t *testing.T) {
	secret := `{"name":"a","api_token":"hunter2","config":{"deep":[{"password":"hunter2"}]}}`
	d, w, r := compared(t, secret, strings.ReplaceAll(secret, "hunter2", "hunter3"))
	file := chosen(t, d, w, desk.OpeningSnapshot, fileOf(t, "opening.json", secret))
	r.Opening = file.ID
	got, err := d.RollForward(t.Context(), r)
	if err != nil || len(got.Rows) != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	said := []any{file, got}
	for n := range got.Rows {
		for _, format := range []string{"text", "markdown", "row"} {
			line, err := d.RollForwardLine(t.Context(), desk.RollForwardLineRequest{RollForwardRequest: r, Generation: got.Generation, Row: n, Format: format})
			if err != nil {
				t.Fatal(err)
			}
			said = append(said, line)
		}
	}
	b, err := json.Marshal(said)
	if err != nil || strings.Contains(string(b), "hunter") || !strings.Contains(string(b), "api_token") {
		t.Errorf("%s, %v", b, err)
	}
}

func TestThePageGetsNoMoreThanItHolds(t *testing.T) {
	many := map[string]any{"name": strings.Repeat("x", 5000)}
	for i := range 2500 {
		many["f"+strings.Repeat("i", i)] = 1
	}
	b, err := json.Marshal(many)
	if err != nil {
		t.Fatal(err)
	}
	d, _, r := compared(t, string(b), string(b))
	got, err := d.RollForward(t.Context(), r)
	if err != nil || len(got.Rows) != 2000 || got.LeftOut != 501 || got.Differs+got.Untested+got.Agrees != 2501 {
		t.Fatalf("%d rows, %d left out of %d, %v", len(got.Rows), got.LeftOut, got.Differs+got.Untested+got.Agrees, err)
	}
	if first := got.Rows[0]; first.Field != "name" || first.Opening != nil || first.OpeningBytes != 5002 {
		t.Errorf("a long value reached the page: %.100s, %d", first.Opening, first.OpeningBytes)
	}
}
