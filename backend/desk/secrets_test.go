package desk_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/desk"
	"auditdesk/backend/needle"
)

// boundMethods are the methods that the page can call: the exported ones of App in app.go.
func boundMethods(t *testing.T) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../app.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || f.Recv == nil || !f.Name.IsExported() {
			continue
		}
		star, ok := f.Recv.List[0].Type.(*ast.StarExpr)
		if !ok {
			continue
		}
		if name, ok := star.X.(*ast.Ident); ok && name.Name == "App" {
			names = append(names, f.Name.Name)
		}
	}
	if len(names) < 40 {
		t.Fatalf("App has the methods %q", names)
	}
	return names
}

// page asks a desk as the page does, and keeps what it is answered.
type page struct {
	*testing.T
	asked   map[string]bool
	answers []answer
}

type answer struct{ method, text string }

// ask calls what a bound method calls, and returns its value.
func ask[T any](p *page, method string, do func() (T, error)) (value T) {
	p.Helper()
	text := desk.Answer(func() (T, error) {
		var err error
		value, err = do()
		return value, err
	})
	p.asked[method] = true
	p.answers = append(p.answers, answer{method, text})
	if strings.HasPrefix(text, `{"error"`) != (method == "ShowExportInFolder") { // nothing was exported yet
		p.Errorf("%s: %s", method, text)
	}
	return value
}

func done(p *page, method string, do func() error) {
	p.Helper()
	ask(p, method, func() (*struct{}, error) { return nil, do() })
}

// revealed is the one method that may answer with a secret.
const revealed = "RevealRaw"

// A method that is added to the window must be asked here, too.
func TestThePageIsNeverToldASecret(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	defer slog.SetDefault(before)

	corpus := t.TempDir()
	if err := needle.Write(corpus); err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	d, w, opt := newDesk(t)
	p := &page{T: t, asked: map[string]bool{"OpenDemo": true}} // a deployment that never existed has no secrets
	var events []any
	await := func(e desk.Event) any {
		t.Helper()
		payload := w.await(t, e)
		events = append(events, payload)
		return payload
	}

	ask(p, "State", func() (desk.State, error) { return d.State(ctx) })
	done(p, "SetTheme", func() error { return d.SetTheme("dark") })
	ask(p, "OpenCaseDialog", func() (*casefile.Info, error) { return d.OpenCaseDialog(ctx) })
	w.files = []string{filepath.Join(corpus, needle.Logs, "v1.ndjson")}
	dropped := ask(p, "ChooseFiles", func() (*desk.Plan, error) { return d.ChooseFiles(ctx) })
	done(p, "DropPlan", func() error { d.DropPlan(dropped.ID); return nil })
	w.folder = filepath.Join(corpus, needle.Logs)
	plan := ask(p, "ChooseFolder", func() (*desk.Plan, error) { return d.ChooseFolder(ctx) })
	w.save = filepath.Join(opt.CaseDir, "chosen")
	ask(p, "ChooseCasePath", func() (*desk.Plan, error) { return d.ChooseCasePath(ctx, plan.ID) })
	planned := ask(p, "PlanFiles", func() ([]desk.PlanFile, error) {
		return d.PlanFiles(desk.PlanFilesRequest{Plan: plan.ID, Limit: 100})
	})
	for _, f := range planned {
		ask(p, "PreviewFile", func() (any, error) {
			return d.PreviewFile(ctx, desk.PreviewRequest{Plan: plan.ID, File: f.File})
		})
	}
	done(p, "StartImport", func() error { return d.StartImport(ctx, desk.ImportRequest{Plan: plan.ID, Deployment: "acme"}) })
	if res, ok := await(desk.EventImportDone).(desk.ImportResult); !ok || res.Events < 60 {
		t.Fatalf("the import ended with %+v", res)
	}
	done(p, "CancelImport", d.CancelImport)
	info := ask(p, "CaseInfo", func() (casefile.Info, error) { return d.Info(ctx) })
	ask(p, "SaveEngagement", func() (casefile.Info, error) { return d.SaveEngagement(ctx, info.Engagement) })

	view := ask(p, "View", d.View)
	done(p, "KeepView", func() error { return d.KeepView(desk.CaseView{Case: view.Case, View: "{}"}) })

	askOfSources(p, d)
	refs := askOfEvents(p, d)
	askOfSettings(p, d)
	askOfRollForward(p, d, w, filepath.Join(corpus, needle.Snapshots), opt.CaseDir)

	done(p, "ShowExportInFolder", func() error { return d.ShowExportInFolder(ctx) })
	for _, format := range []casefile.Format{casefile.Workbook, casefile.CSV, casefile.JSONLines} {
		w.save = filepath.Join(opt.CaseDir, "out."+string(format))
		ask(p, "StartExport", func() (*desk.ExportPlace, error) {
			return d.StartExport(ctx, desk.ExportRequest{Format: format, Zone: "UTC"})
		})
		await(desk.EventExportDone)
	}
	done(p, "CancelExport", d.CancelExport)
	for _, format := range []casefile.Format{casefile.CSV, casefile.JSONLines} {
		w.save = filepath.Join(opt.CaseDir, "unreadable."+string(format))
		ask(p, "ExportUnreadable", func() (*desk.UnreadableExport, error) {
			return d.ExportUnreadable(ctx, desk.UnreadableExportRequest{Format: format})
		})
	}
	shown := 0
	for _, ref := range refs[:len(refs)/2] {
		shown += len(needle.In([]byte(fmt.Sprint(ask(p, revealed, func() ([]casefile.RawRecord, error) { return d.RevealRaw(ctx, ref) })))))
	}
	if shown < 20 {
		t.Errorf("unmasked records show %d secrets: the test finds too little", shown)
	}
	ask(p, "Retry", func() (any, error) { return d.Retry(ctx) })
	done(p, "StartVerify", func() error { return d.StartVerify(ctx, desk.VerifyRequest{}) })
	await(desk.EventVerifyDone)
	done(p, "CancelVerify", d.CancelVerify)
	done(p, "CloseCase", func() error { d.CloseCase(); return nil })
	recent := ask(p, "State", func() (desk.State, error) { return d.State(ctx) }).Recent
	ask(p, "OpenRecent", func() (casefile.Info, error) { return d.OpenRecent(ctx, recent[0].ID) })
	done(p, "CopyText", func() error { return d.Copy(ctx, "") })
	if kept, written := searchFiles(t, opt.StateDir), searchFiles(t, opt.CaseDir); kept < 2 || written != 7 {
		t.Errorf("the desk keeps %d files, and wrote %d", kept, written)
	}
	ask(p, "ForgetRecent", func() (desk.State, error) { return d.ForgetRecent(ctx, recent[0].ID) })

	for _, method := range boundMethods(t) {
		if !p.asked[method] {
			t.Errorf("no test of secrets asks %s", method)
		}
	}
	for _, a := range p.answers {
		if a.method == revealed {
			continue
		}
		for _, found := range needle.In([]byte(a.text)) {
			t.Errorf("%s: %s", a.method, found)
		}
	}
	for _, payload := range events {
		text, err := json.Marshal(payload)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range needle.In(text) {
			t.Errorf("the page was told: %s", found)
		}
	}
	for what, text := range map[string]string{"the program's log": log.String(), "titles and questions": strings.Join(slices.Concat(w.titles, w.asked), "\n")} {
		for _, found := range needle.In([]byte(text)) {
			t.Errorf("%s: %s", what, found)
		}
	}
}

func askOfSources(p *page, d *desk.Desk) {
	ctx := p.Context()
	sources := ask(p, "Sources", func() (casefile.Sources, error) { return d.Sources(ctx) })
	var numbers []int64
	for _, s := range sources.Sources {
		numbers = append(numbers, s.Number)
	}
	ask(p, "Summary", func() (string, error) { return d.Summary(ctx, desk.SummaryRequest{Sources: numbers}) })
	receipt := desk.ReceiptRequest{Source: numbers[0], Receipt: audit.Receipt{From: "client", Request: "PBC-14"}}
	ask(p, "CheckReceipt", func() (casefile.ReceiptAnswer, error) { return d.CheckReceipt(ctx, receipt) })
	ask(p, "SaveReceipt", func() (audit.Source, error) { return d.SaveReceipt(ctx, receipt) })
	ask(p, "CompareSources", func() (casefile.SourceComparison, error) {
		return d.CompareSources(ctx, desk.CompareRequest{Old: numbers[0], New: numbers[1]})
	})
	ask(p, "Completeness", func() (casefile.Completeness, error) { return d.Completeness(ctx, "UTC") })
	ask(p, "Unreadable", func() ([]audit.Unreadable, error) {
		return d.Unreadable(ctx, casefile.UnreadableRequest{Limit: 100})
	})
}

func askOfEvents(p *page, d *desk.Desk) (refs []string) {
	ctx := p.Context()
	for of, fields := range map[casefile.Of][]audit.Field{casefile.OfEvents: audit.FacetFields(), casefile.OfChanges: append(audit.ChangeFacetFields(), audit.FieldNew, audit.FieldContinuity)} {
		var facets []audit.FacetRequest
		for _, f := range fields {
			facets = append(facets, audit.FacetRequest{Field: f, Top: 1000})
		}
		for _, query := range []string{"", "has:secret", "text:zq7x"} {
			ask(p, "Search", func() (casefile.SearchResult, error) {
				return d.Search(ctx, casefile.SearchRequest{Of: of, Query: query, Facets: facets, Timeline: audit.BucketDay})
			})
		}
	}
	ask(p, "ParseQuery", func() (desk.ParsedQuery, error) { return d.ParseQuery("has:secret ("), nil })
	rows := ask(p, "EventRows", func() (casefile.EventRows, error) {
		return d.EventRows(ctx, casefile.RowsRequest{Of: casefile.OfEvents, Limit: 500})
	})
	changes := ask(p, "ChangeRows", func() (casefile.ChangeRows, error) {
		return d.ChangeRows(ctx, casefile.RowsRequest{Of: casefile.OfChanges, Limit: 500})
	})
	if len(rows.Rows) < 60 || len(changes.Rows) < 60 {
		p.Fatalf("%d events, %d changes", len(rows.Rows), len(changes.Rows))
	}
	ask(p, "Locate", func() (int64, error) {
		return d.Locate(ctx, desk.LocateRequest{Of: casefile.OfEvents, Ref: string(rows.Rows[0].Ref)})
	})
	for _, e := range rows.Rows {
		refs = append(refs, string(e.Ref))
		ask(p, "Event", func() (casefile.EventDetail, error) { return d.Event(ctx, string(e.Ref)) })
		for i := range e.Changes {
			ask(p, "SettingOf", func() (*casefile.WrittenSetting, error) {
				return d.SettingOf(ctx, casefile.SettingOfRequest{Event: string(e.Ref), Ordinal: i})
			})
			for _, format := range []string{"text", "markdown", "row"} {
				ask(p, "PaperLine", func() (string, error) {
					return d.PaperLine(ctx, casefile.PaperLineRequest{Of: "change", Format: format, Event: string(e.Ref), Ordinal: i})
				})
			}
		}
	}
	return refs
}

func askOfSettings(p *page, d *desk.Desk) {
	ctx := p.Context()
	ask(p, "SettingsSpan", func() (casefile.SettingsSpan, error) { return d.SettingsSpan(ctx) })
	between := casefile.SettingsRequest{From: "2022-10-11", At: "2026-11-22", Unseen: true}
	for _, r := range []casefile.SettingsRequest{{}, between} {
		ask(p, "Settings", func() (casefile.SettingsResult, error) { return d.Settings(ctx, r) })
	}
	rows := ask(p, "SettingRows", func() (casefile.SettingRows, error) {
		return d.SettingRows(ctx, casefile.SettingRowsRequest{SettingsRequest: between, Limit: 500})
	})
	for _, r := range rows.Rows {
		ask(p, "SettingHistory", func() (casefile.SettingHistory, error) {
			return d.SettingHistory(ctx, casefile.SettingHistoryRequest{Key: r.Key, Limit: 500})
		})
		ask(p, "Statement", func() (casefile.Statement, error) {
			return d.Statement(ctx, casefile.StatementRequest{Key: r.Key, From: between.From, To: between.At})
		})
		for _, format := range []string{"text", "markdown", "row"} {
			ask(p, "PaperLine", func() (string, error) {
				return d.PaperLine(ctx, casefile.PaperLineRequest{Of: "setting", Format: format, Key: r.Key, From: between.From, At: between.At})
			})
		}
	}
}

func askOfRollForward(p *page, d *desk.Desk, w *paperWindow, snapshots, out string) {
	ctx := p.Context()
	choose := func(end desk.SnapshotEnd, name string) string {
		w.file = filepath.Join(snapshots, name)
		return ask(p, "ChooseSnapshot", func() (*desk.SnapshotFile, error) { return d.ChooseSnapshot(ctx, end) }).ID
	}
	request := desk.RollForwardRequest{Opening: choose(desk.OpeningSnapshot, "opening.json"), Closing: choose(desk.ClosingSnapshot, "closing.csv"), Zone: "UTC"}
	got := ask(p, "RollForward", func() (desk.RollForward, error) { return d.RollForward(ctx, request) })
	if len(got.Rows) < 10 {
		p.Fatalf("%d settings roll forward", len(got.Rows))
	}
	for i := range got.Rows {
		for _, format := range []string{"text", "markdown", "row"} {
			ask(p, "RollForwardLine", func() (string, error) {
				return d.RollForwardLine(ctx, desk.RollForwardLineRequest{RollForwardRequest: request, Generation: got.Generation, Row: i, Format: format})
			})
		}
	}
	for _, format := range []casefile.Format{casefile.Workbook, casefile.CSV} {
		w.save = filepath.Join(out, "rolled."+string(format))
		ask(p, "SaveRollForward", func() (*desk.ExportPlace, error) {
			return d.SaveRollForward(ctx, desk.RollForwardSaveRequest{RollForwardRequest: request, Format: format})
		})
	}
}

// searchFiles looks for secrets in the files of a folder, but not in cases, which hold the records.
func searchFiles(t *testing.T, dir string) (files int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.Contains(e.Name(), casefile.Extension) {
			return err
		}
		b, err := os.ReadFile(path)
		for _, found := range slices.Concat(needle.In(b), needle.In([]byte(path))) {
			t.Errorf("%s: %s", path, found)
		}
		files++
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
