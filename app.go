package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	stdruntime "runtime"
	"strings"
	"sync"

	"github.com/wailsapp/wails/v2/pkg/menu"
	"github.com/wailsapp/wails/v2/pkg/menu/keys"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/desk"
	"auditdesk/backend/ingest"
)

// App is what the page can call. Each exported method is one of the page's Backend interface (frontend/src/backend), and
// answers with the text of {"value":…} or {"error":{…}}: an error object of the toolkit would reach the page without its fields.
type App struct {
	desk   *desk.Desk
	window *window
	launch request
	opened chan struct{} // closed once what the launch asked for is open, or is known not to be
	placed sync.Once

	mu     sync.Mutex
	failed *desk.Failure // why it is not open, until the page was told
}

func newApp(opt desk.Options, launch request) *App {
	w := &window{ready: make(chan struct{})}
	return &App{desk: desk.New(w, opt), window: w, launch: launch, opened: make(chan struct{})}
}

// call answers the page. The toolkit starts the page and the program at the same time, so the first calls have to wait: a
// page that comes up before its case would show the welcome first.
func call[T any](a *App, do func(ctx context.Context) (T, error)) string {
	<-a.opened
	ctx := a.window.context()
	return desk.Answer(func() (T, error) { return do(ctx) })
}

// done is call for what has no value.
func done(a *App, do func(ctx context.Context) error) string {
	return call(a, func(ctx context.Context) (*struct{}, error) { return nil, do(ctx) })
}

// State returns what a page needs to begin.
func (a *App) State() string {
	return call(a, func(ctx context.Context) (desk.State, error) {
		state, err := a.desk.State(ctx)
		a.tellFailure() // the page listens by now
		return state, err
	})
}

// SetTheme keeps the theme: system, light or dark.
func (a *App) SetTheme(theme string) string {
	return done(a, func(context.Context) error { return a.desk.SetTheme(theme) })
}

// OpenCaseDialog asks for a case and opens it.
func (a *App) OpenCaseDialog() string { return call(a, a.desk.OpenCaseDialog) }

// OpenRecent opens a case of the list of recent ones.
func (a *App) OpenRecent(id string) string {
	return call(a, func(ctx context.Context) (casefile.Info, error) { return a.desk.OpenRecent(ctx, id) })
}

// ForgetRecent takes a case off the list of recent ones.
func (a *App) ForgetRecent(id string) string {
	return call(a, func(ctx context.Context) (desk.State, error) { return a.desk.ForgetRecent(ctx, id) })
}

// OpenDemo opens the demo case.
func (a *App) OpenDemo() string { return call(a, a.desk.OpenDemo) }

// CloseCase closes the open case.
func (a *App) CloseCase() string {
	return done(a, func(context.Context) error { a.desk.CloseCase(); return nil })
}

// View returns how the window stood in the open case when it was kept last.
func (a *App) View() string {
	return call(a, func(context.Context) (desk.CaseView, error) { return a.desk.View() })
}

// KeepView keeps how the window stands in a case.
func (a *App) KeepView(v desk.CaseView) string {
	return done(a, func(context.Context) error { return a.desk.KeepView(v) })
}

// CaseInfo describes the open case.
func (a *App) CaseInfo() string { return call(a, a.desk.Info) }

// SaveEngagement stores what the open case is about.
func (a *App) SaveEngagement(engagement audit.Engagement) string {
	return call(a, func(ctx context.Context) (casefile.Info, error) { return a.desk.SaveEngagement(ctx, engagement) })
}

// ChooseFiles asks for log files to import.
func (a *App) ChooseFiles() string { return call(a, a.desk.ChooseFiles) }

// ChooseFolder asks for a folder of log files to import.
func (a *App) ChooseFolder() string { return call(a, a.desk.ChooseFolder) }

// ChooseCasePath asks where a plan's new case shall lie.
func (a *App) ChooseCasePath(plan string) string {
	return call(a, func(ctx context.Context) (*desk.Plan, error) { return a.desk.ChooseCasePath(ctx, plan) })
}

// PlanFiles lists files of a plan.
func (a *App) PlanFiles(r desk.PlanFilesRequest) string {
	return call(a, func(context.Context) ([]desk.PlanFile, error) { return a.desk.PlanFiles(r) })
}

// PreviewFile looks at a file of a plan before it is imported.
func (a *App) PreviewFile(r desk.PreviewRequest) string {
	return call(a, func(ctx context.Context) (ingest.Preview, error) { return a.desk.PreviewFile(ctx, r) })
}

// Summary says of sources, as text for a working paper, what was imported.
func (a *App) Summary(r desk.SummaryRequest) string {
	return call(a, func(ctx context.Context) (string, error) { return a.desk.Summary(ctx, r) })
}

// DropPlan forgets a plan.
func (a *App) DropPlan(plan string) string {
	return done(a, func(context.Context) error { a.desk.DropPlan(plan); return nil })
}

// StartImport begins an import.
func (a *App) StartImport(r desk.ImportRequest) string {
	return done(a, func(ctx context.Context) error { return a.desk.StartImport(ctx, r) })
}

// CancelImport stops the import.
func (a *App) CancelImport() string {
	return done(a, func(context.Context) error { return a.desk.CancelImport() })
}

// ParseQuery reads a query text.
func (a *App) ParseQuery(text string) string {
	return call(a, func(context.Context) (desk.ParsedQuery, error) { return a.desk.ParseQuery(text), nil })
}

// Search counts what a query selects.
func (a *App) Search(r casefile.SearchRequest) string {
	return call(a, func(ctx context.Context) (casefile.SearchResult, error) { return a.desk.Search(ctx, r) })
}

// EventRows returns a page of events.
func (a *App) EventRows(r casefile.RowsRequest) string {
	return call(a, func(ctx context.Context) (casefile.EventRows, error) { return a.desk.EventRows(ctx, r) })
}

// ChangeRows returns a page of changed fields.
func (a *App) ChangeRows(r casefile.RowsRequest) string {
	return call(a, func(ctx context.Context) (casefile.ChangeRows, error) { return a.desk.ChangeRows(ctx, r) })
}

// Locate returns the position of an event in a result, or -1.
func (a *App) Locate(r desk.LocateRequest) string {
	return call(a, func(ctx context.Context) (int64, error) { return a.desk.Locate(ctx, r) })
}

// Event returns one event with its masked records.
func (a *App) Event(ref string) string {
	return call(a, func(ctx context.Context) (casefile.EventDetail, error) { return a.desk.Event(ctx, ref) })
}

// RevealRaw returns an event's records unmasked; the case notes that it was done.
func (a *App) RevealRaw(ref string) string {
	return call(a, func(ctx context.Context) ([]casefile.RawRecord, error) { return a.desk.RevealRaw(ctx, ref) })
}

// CheckReceipt compares what a receipt states with what was read of its source, without saving it.
func (a *App) CheckReceipt(r desk.ReceiptRequest) string {
	return call(a, func(ctx context.Context) (casefile.ReceiptAnswer, error) { return a.desk.CheckReceipt(ctx, r) })
}

// SaveReceipt stores the receipt of a source.
func (a *App) SaveReceipt(r desk.ReceiptRequest) string {
	return call(a, func(ctx context.Context) (audit.Source, error) { return a.desk.SaveReceipt(ctx, r) })
}

// CompareSources compares a source that was sent again with the one that it replaces.
func (a *App) CompareSources(r desk.CompareRequest) string {
	return call(a, func(ctx context.Context) (casefile.SourceComparison, error) { return a.desk.CompareSources(ctx, r) })
}

// Sources returns what was imported, line by line accounted for.
func (a *App) Sources() string { return call(a, a.desk.Sources) }

// Completeness tests what was received; times in its sentences are of the zone.
func (a *App) Completeness(zone string) string {
	return call(a, func(ctx context.Context) (casefile.Completeness, error) { return a.desk.Completeness(ctx, zone) })
}

// Settings counts the admin settings as of an instant, or between two.
func (a *App) Settings(r casefile.SettingsRequest) string {
	return call(a, func(ctx context.Context) (casefile.SettingsResult, error) { return a.desk.Settings(ctx, r) })
}

// SettingRows returns a page of settings.
func (a *App) SettingRows(r casefile.SettingRowsRequest) string {
	return call(a, func(ctx context.Context) (casefile.SettingRows, error) { return a.desk.SettingRows(ctx, r) })
}

// SettingsSpan returns where writes to settings lie in time.
func (a *App) SettingsSpan() string { return call(a, a.desk.SettingsSpan) }

// SettingHistory returns a page of a setting's writes and attempts.
func (a *App) SettingHistory(r casefile.SettingHistoryRequest) string {
	return call(a, func(ctx context.Context) (casefile.SettingHistory, error) { return a.desk.SettingHistory(ctx, r) })
}

// SettingOf finds the setting that a change is of; null where it is of none.
func (a *App) SettingOf(r casefile.SettingOfRequest) string {
	return call(a, func(ctx context.Context) (*casefile.WrittenSetting, error) { return a.desk.SettingOf(ctx, r) })
}

// Statement says whether a successful write to a setting is logged between two instants.
func (a *App) Statement(r casefile.StatementRequest) string {
	return call(a, func(ctx context.Context) (casefile.Statement, error) { return a.desk.Statement(ctx, r) })
}

// PaperLine returns a line for a working paper.
func (a *App) PaperLine(r casefile.PaperLineRequest) string {
	return call(a, func(ctx context.Context) (string, error) { return a.desk.PaperLine(ctx, r) })
}

// ChooseSnapshot asks for the opening or the closing snapshot of a roll-forward.
func (a *App) ChooseSnapshot(end string) string {
	return call(a, func(ctx context.Context) (*desk.SnapshotFile, error) {
		return a.desk.ChooseSnapshot(ctx, desk.SnapshotEnd(end))
	})
}

// RollForward compares two snapshots of settings with what is logged in between.
func (a *App) RollForward(r desk.RollForwardRequest) string {
	return call(a, func(ctx context.Context) (desk.RollForward, error) { return a.desk.RollForward(ctx, r) })
}

// RollForwardLine returns a row of a roll-forward as a line for a working paper.
func (a *App) RollForwardLine(r desk.RollForwardLineRequest) string {
	return call(a, func(ctx context.Context) (string, error) { return a.desk.RollForwardLine(ctx, r) })
}

// SaveRollForward asks for a place and writes a roll-forward there.
func (a *App) SaveRollForward(r desk.RollForwardSaveRequest) string {
	return call(a, func(ctx context.Context) (*desk.ExportPlace, error) { return a.desk.SaveRollForward(ctx, r) })
}

// Unreadable returns a part of the records that could not be understood.
func (a *App) Unreadable(r casefile.UnreadableRequest) string {
	return call(a, func(ctx context.Context) ([]audit.Unreadable, error) { return a.desk.Unreadable(ctx, r) })
}

// ExportUnreadable asks for a place and writes unreadable records there.
func (a *App) ExportUnreadable(r desk.UnreadableExportRequest) string {
	return call(a, func(ctx context.Context) (*desk.UnreadableExport, error) { return a.desk.ExportUnreadable(ctx, r) })
}

// Retry tries to understand all unreadable records again.
func (a *App) Retry() string { return call(a, a.desk.Retry) }

// StartVerify begins to check the open case against its own digests and records.
func (a *App) StartVerify(r desk.VerifyRequest) string {
	return done(a, func(ctx context.Context) error { return a.desk.StartVerify(ctx, r) })
}

// CancelVerify stops the check of the case.
func (a *App) CancelVerify() string {
	return done(a, func(context.Context) error { return a.desk.CancelVerify() })
}

// StartExport asks for a place and begins an export.
func (a *App) StartExport(r desk.ExportRequest) string {
	return call(a, func(ctx context.Context) (*desk.ExportPlace, error) { return a.desk.StartExport(ctx, r) })
}

// CancelExport stops the export.
func (a *App) CancelExport() string {
	return done(a, func(context.Context) error { return a.desk.CancelExport() })
}

// ShowExportInFolder opens the file manager on the last export.
func (a *App) ShowExportInFolder() string { return done(a, a.desk.ShowExportInFolder) }

// CopyText puts text into the clipboard.
func (a *App) CopyText(text string) string {
	return done(a, func(ctx context.Context) error { return a.desk.Copy(ctx, text) })
}

// startup is called once, while the page is being loaded.
func (a *App) startup(ctx context.Context) {
	a.window.start(ctx)
	// Not runtime.OnFileDrop: it takes what it is given without looking, and a page could end the program with an event of
	// that name.
	runtime.EventsOn(ctx, "wails:file-drop", func(data ...any) {
		if len(data) != 3 {
			return
		}
		if paths, ok := data[2].([]string); ok {
			a.desk.Drop(ctx, paths)
		}
	})
	err := a.serve(ctx, a.launch, "")
	if err != nil {
		slog.Error("open at launch", "error", err)
		failure := desk.FailureOf(err)
		a.mu.Lock()
		a.failed = &failure
		a.mu.Unlock()
	}
	close(a.opened)
}

func (a *App) tellFailure() {
	a.mu.Lock()
	failure := a.failed
	a.failed = nil
	a.mu.Unlock()
	if failure != nil {
		a.window.Emit(desk.EventError, failure)
	}
}

// serve opens what a launch asked for; paths are relative to dir.
func (a *App) serve(ctx context.Context, r request, dir string) (err error) {
	switch {
	case r.demo:
		_, err = a.desk.OpenDemo(ctx)
	case r.path != "":
		path := r.path
		if dir != "" && !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		_, err = a.desk.OpenPath(ctx, path)
	}
	return err
}

// domReady is called each time the page was loaded, which may be more than once.
func (a *App) domReady(ctx context.Context) {
	a.placed.Do(func() {
		p := a.desk.Preferences().Window
		switch {
		case p.Maximised:
		case larger(ctx, p):
			runtime.WindowMaximise(ctx)
		case p.Placed:
			// The toolkit centres the window as it opens, so its place can be given only now.
			runtime.WindowSetPosition(ctx, p.X, p.Y)
		}
	})
}

// larger reports whether a window of that size would not fit on the screen that it opened on.
func larger(ctx context.Context, p desk.Placement) bool {
	screens, err := runtime.ScreenGetAll(ctx)
	if err != nil {
		slog.Warn("measure the screens", "error", err)
		return false
	}
	for _, s := range screens {
		if s.IsCurrent {
			return p.Width > s.Size.Width || p.Height > s.Size.Height
		}
	}
	return false
}

// secondLaunch is called when the program was started again: this window comes to the front, with the case asked for.
func (a *App) secondLaunch(data options.SecondInstanceData) {
	ctx := a.window.context()
	runtime.WindowUnminimise(ctx)
	runtime.WindowShow(ctx)
	r, err := parse(data.Args)
	if err == nil {
		err = a.serve(ctx, r, data.WorkingDirectory)
	}
	if err != nil {
		slog.Error("open at second launch", "error", err)
		a.window.Emit(desk.EventError, desk.FailureOf(err))
	}
}

// beforeClose keeps how the window stands, and asks about an import or export that runs.
func (a *App) beforeClose(ctx context.Context) (prevent bool) {
	if err := a.desk.SavePlacement(a.window.placement(ctx)); err != nil {
		slog.Warn("keep the window's place", "error", err)
	}
	return !a.desk.MayQuit(ctx)
}

// menu is the native menu. Its items do nothing themselves: they tell the page which action was chosen, so that menu, keys
// and buttons are one thing. Undo and redo have no key here, for a menu's key would take Ctrl+Z away from text fields.
func (a *App) menu() *menu.Menu {
	bar := menu.NewMenu()
	if stdruntime.GOOS == "darwin" {
		bar.Append(menu.AppMenu())
	}
	item := func(m *menu.Menu, label, action string, key *keys.Accelerator) {
		m.AddText(label, key, func(*menu.CallbackData) { a.window.Emit(desk.EventAction, action) })
	}

	file := bar.AddSubmenu("File")
	item(file, "Open a case…", "open-case", keys.CmdOrCtrl("o"))
	item(file, "Open the demo case", "demo", nil)
	item(file, "Close case", "close-case", keys.CmdOrCtrl("w"))
	file.AddSeparator()
	item(file, "Import files…", "new-import", keys.CmdOrCtrl("i"))
	item(file, "Import a folder…", "import-folder", keys.Combo("i", keys.CmdOrCtrlKey, keys.ShiftKey))
	item(file, "Export…", "export", keys.CmdOrCtrl("e"))
	file.AddSeparator()
	item(file, "Engagement…", "engagement", nil)
	item(file, "Verify the case…", "verify", nil)
	file.AddSeparator()
	file.AddText("Quit", keys.CmdOrCtrl("q"), func(*menu.CallbackData) { runtime.Quit(a.window.context()) })

	edit := bar.AddSubmenu("Edit")
	item(edit, "Undo filter", "undo", nil)
	item(edit, "Redo filter", "redo", nil)
	edit.AddSeparator()
	item(edit, "Find…", "find", keys.CmdOrCtrl("f"))

	view := bar.AddSubmenu("View")
	item(view, "Sources and completeness", "tab-sources", keys.CmdOrCtrl("1"))
	item(view, "Events", "tab-events", keys.CmdOrCtrl("2"))
	item(view, "Admin changes", "tab-changes", keys.CmdOrCtrl("3"))
	item(view, "Settings", "tab-settings", keys.CmdOrCtrl("4"))
	item(view, "Roll-forward…", "roll-forward", keys.Combo("r", keys.CmdOrCtrlKey, keys.ShiftKey))
	view.AddSeparator()
	item(view, "Switch time zone", "toggle-zone", keys.Combo("u", keys.CmdOrCtrlKey, keys.ShiftKey))
	view.AddSeparator()
	item(view, "Theme of the system", "theme-system", nil)
	item(view, "Light theme", "theme-light", nil)
	item(view, "Dark theme", "theme-dark", nil)

	help := bar.AddSubmenu("Help")
	item(help, "Keys and query language", "help", keys.Key("f1"))
	item(help, "All commands…", "palette", keys.CmdOrCtrl("k"))
	help.AddSeparator()
	item(help, "About Auditdesk", "about", nil)
	return bar
}

// window is the toolkit's window as the desk wants it.
type window struct {
	ready chan struct{}   // closed once ctx is set
	ctx   context.Context //nolint:containedctx // the toolkit's handle of the window, which all its functions take

	dialogs sync.Mutex // the toolkit mixes up the answers of two dialogs
}

func (w *window) start(ctx context.Context) {
	w.ctx = ctx
	close(w.ready)
}

func (w *window) context() context.Context {
	<-w.ready
	return w.ctx
}

func (w *window) Emit(event desk.Event, payload any) {
	runtime.EventsEmit(w.context(), string(event), payload)
}

func (w *window) OpenFile(ctx context.Context, title, folder, kind, pattern string) (string, error) {
	w.dialogs.Lock()
	defer w.dialogs.Unlock()
	return runtime.OpenFileDialog(ctx, runtime.OpenDialogOptions{
		Title: title, DefaultDirectory: folder,
		Filters: []runtime.FileFilter{{DisplayName: kind, Pattern: pattern}},
	})
}

func (w *window) OpenFiles(ctx context.Context, title, folder string) ([]string, error) {
	w.dialogs.Lock()
	defer w.dialogs.Unlock()
	return runtime.OpenMultipleFilesDialog(ctx, runtime.OpenDialogOptions{Title: title, DefaultDirectory: folder})
}

func (w *window) OpenFolder(ctx context.Context, title, folder string) (string, error) {
	w.dialogs.Lock()
	defer w.dialogs.Unlock()
	return runtime.OpenDirectoryDialog(ctx, runtime.OpenDialogOptions{Title: title, DefaultDirectory: folder})
}

func (w *window) SaveFile(ctx context.Context, title, folder, name, kind, pattern string) (string, error) {
	w.dialogs.Lock()
	defer w.dialogs.Unlock()
	return runtime.SaveFileDialog(ctx, runtime.SaveDialogOptions{
		Title: title, DefaultDirectory: folder, DefaultFilename: name, CanCreateDirectories: true,
		Filters: []runtime.FileFilter{{DisplayName: kind, Pattern: pattern}},
	})
}

func (w *window) Confirm(ctx context.Context, title, question string) bool {
	w.dialogs.Lock()
	defer w.dialogs.Unlock()
	if stdruntime.GOOS == "linux" {
		question = strings.ReplaceAll(question, "%", "%%") // GTK takes it for a format
	}
	answer, err := runtime.MessageDialog(ctx, runtime.MessageDialogOptions{
		Type: runtime.QuestionDialog, Title: title, Message: question,
		Buttons: []string{"Yes", "No"}, DefaultButton: "No", CancelButton: "No",
	})
	return err == nil && answer == "Yes"
}

func (w *window) SetTitle(title string) { runtime.WindowSetTitle(w.context(), title) }

func (w *window) Copy(ctx context.Context, text string) error {
	return runtime.ClipboardSetText(ctx, text)
}

// placement is where the window stands. It must not be called once the window is gone.
func (w *window) placement(ctx context.Context) desk.Placement {
	p := desk.Placement{Maximised: runtime.WindowIsMaximised(ctx) || runtime.WindowIsFullscreen(ctx)}
	p.Width, p.Height = runtime.WindowGetSize(ctx)
	// Wayland tells no window where it is.
	if p.Placed = os.Getenv("XDG_SESSION_TYPE") != "wayland"; p.Placed {
		p.X, p.Y = runtime.WindowGetPosition(ctx)
	}
	return p
}
