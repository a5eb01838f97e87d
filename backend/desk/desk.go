package desk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"auditdesk/backend/audit"
	"auditdesk/backend/casefile"
	"auditdesk/backend/demo"
)

// Options say where a desk keeps things. All fields must be set.
type Options struct {
	StateDir string // recent cases, how the window stood in each, and its preferences
	DataDir  string // the demo case
	CaseDir  string // where new cases are proposed
	Version  string // of the program
	Platform string // runtime.GOOS
	Now      func() time.Time
}

// DemoPath is where the demo case lies.
func (o Options) DemoPath() string { return filepath.Join(o.DataDir, "demo"+casefile.Extension) }

// Desk is the one window's state. Its methods may be called from several goroutines.
type Desk struct {
	window    Window
	opt       Options
	recents   *Recents
	views     *Views
	plans     plans
	snapshots snapshots
	looks     *semaphore.Weighted // looks at files that go on at once

	opening sync.Mutex // held while one case replaces another

	mu       sync.Mutex // guards what follows
	prefs    Preferences
	current  *openCase
	exported string // path of the last export
}

// openCase is a case with what keeps it open: no call or job may outlive it.
type openCase struct {
	file *casefile.Case

	ctx    context.Context
	cancel context.CancelFunc
	uses   sync.WaitGroup

	jobs      sync.Mutex // guards what follows
	importing *job
	exporting *job
	verifying *job
}

// New makes the desk of a window. It opens nothing and reads only the preferences.
func New(w Window, opt Options) *Desk {
	return &Desk{window: scripted(w), opt: opt, recents: NewRecents(opt.StateDir), views: NewViews(opt.StateDir), looks: semaphore.NewWeighted(looksAtOnce), prefs: LoadPreferences(opt.StateDir)}
}

// State is what a page needs to begin.
type State struct {
	Version  string         `json:"version"`
	Recent   []RecentCase   `json:"recent"`
	Open     *casefile.Info `json:"open,omitempty"`
	Theme    Theme          `json:"theme"`
	Platform string         `json:"platform"`
}

// State returns what a page needs to begin. A page may be loaded more than once.
func (d *Desk) State(ctx context.Context) (State, error) {
	d.opening.Lock() // a case that is being opened as the program starts is waited for
	defer d.opening.Unlock()
	s := State{Version: d.opt.Version, Recent: d.recents.List(), Theme: d.Preferences().Theme, Platform: d.opt.Platform}
	info, err := with(ctx, d, casefileInfo)
	switch {
	case err == nil:
		s.Open = &info
	case !errors.Is(err, errNoCase):
		return s, err
	}
	return s, nil
}

// Preferences returns the preferences as they are now.
func (d *Desk) Preferences() Preferences {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.prefs
}

// SetTheme keeps the theme.
func (d *Desk) SetTheme(name string) error {
	theme, ok := ParseTheme(name)
	if !ok {
		return audit.Errorf("choose system, light or dark", "there is no theme %q", name)
	}
	return d.savePreferences(func(p *Preferences) { p.Theme = theme })
}

// SavePlacement keeps where the window stands. The size of a maximised window is not kept: it opens maximised, and
// goes back to the size that it had before.
func (d *Desk) SavePlacement(now Placement) error {
	return d.savePreferences(func(p *Preferences) {
		if now.Maximised {
			p.Window.Maximised = true
			return
		}
		p.Window = now
	})
}

func (d *Desk) savePreferences(change func(*Preferences)) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	change(&d.prefs)
	return d.prefs.Save(d.opt.StateDir)
}

// errNoCase answers a call that needs a case where none is open.
var errNoCase = &audit.Error{Message: "No case is open", Hint: "Open a case first."}

// with runs do on the open case. The case stays open until do returns; closing it cancels do's context.
func with[T any](ctx context.Context, d *Desk, do func(context.Context, *casefile.Case) (T, error)) (T, error) {
	open, release, err := d.use()
	if err != nil {
		var none T
		return none, err
	}
	defer release()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(open.ctx, cancel)
	defer stop()
	return do(ctx, open.file)
}

// use keeps the open case open until release is called.
func (d *Desk) use() (open *openCase, release func(), err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.current == nil {
		return nil, nil, errNoCase
	}
	d.current.uses.Add(1)
	return d.current, d.current.uses.Done, nil
}

// OpenPath opens the case at path in place of the open one.
func (d *Desk) OpenPath(ctx context.Context, path string) (casefile.Info, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return casefile.Info{}, fmt.Errorf("open %s: %w", path, err)
	}
	return d.replace(ctx, func() (*casefile.Case, error) {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil, &audit.Error{Message: "There is no case at " + path, Hint: "It may have been moved; open it from where it lies now."}
		}
		return casefile.Open(ctx, path, casefile.Options{Now: d.opt.Now})
	})
}

// caseKind names cases in a dialog.
const caseKind = "Auditdesk cases"

// OpenCaseDialog asks for a case and opens it; nil where the dialog was cancelled.
func (d *Desk) OpenCaseDialog(ctx context.Context) (*casefile.Info, error) {
	path, err := d.window.OpenFile(ctx, "Open a case", d.caseDir(), caseKind, "*"+casefile.Extension)
	if err != nil || path == "" {
		return nil, err
	}
	info, err := d.OpenPath(ctx, path)
	if err != nil {
		return nil, err
	}
	return &info, nil
}

// OpenRecent opens a case of the list of recent ones.
func (d *Desk) OpenRecent(ctx context.Context, id string) (casefile.Info, error) {
	path, ok := d.recents.Path(id)
	if !ok {
		return casefile.Info{}, audit.Errorf("Open it with Open a case….", "This case is no longer on the list")
	}
	return d.OpenPath(ctx, path)
}

// ForgetRecent takes a case off the list of recent ones, and forgets how the window stood in it; the case itself stays.
func (d *Desk) ForgetRecent(ctx context.Context, id string) (State, error) {
	if err := errors.Join(d.recents.Forget(id), d.views.Forget(id)); err != nil {
		return State{}, err
	}
	return d.State(ctx)
}

// demoLogs are those that the command line makes where it is told nothing else: the two show the same demo.
var demoLogs = demo.Options{Events: 50_000, Seed: 1, Log: "both"}

// OpenDemo opens the demo case, which is made where there is none.
func (d *Desk) OpenDemo(ctx context.Context) (casefile.Info, error) {
	path := d.opt.DemoPath()
	return d.replace(ctx, func() (*casefile.Case, error) {
		if _, err := os.Stat(path); err == nil {
			return casefile.Open(ctx, path, casefile.Options{Now: d.opt.Now})
		}
		if err := os.MkdirAll(d.opt.DataDir, 0o700); err != nil {
			return nil, fmt.Errorf("make the folder of the demo case: %w", err)
		}
		file, _, err := casefile.CreateDemo(ctx, path, casefile.DemoRequest{Options: demoLogs, Now: d.opt.Now})
		return file, err
	})
}

// replace closes the open case and opens the one that get gives. Where that can't be opened, the open one stays.
func (d *Desk) replace(ctx context.Context, get func() (*casefile.Case, error)) (casefile.Info, error) {
	d.opening.Lock()
	defer d.opening.Unlock()
	if err := d.refuseWhileBusy("open another case"); err != nil {
		return casefile.Info{}, err
	}
	file, err := get()
	if err != nil {
		return casefile.Info{}, err
	}
	info, err := file.Info(ctx)
	if err != nil {
		return info, errors.Join(err, file.Close())
	}
	d.close()
	d.put(file)
	d.told(info)
	return info, nil
}

func (d *Desk) put(file *casefile.Case) *openCase {
	ctx, cancel := context.WithCancel(context.Background())
	open := &openCase{file: file, ctx: ctx, cancel: cancel}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.current = open
	return open
}

// told says everywhere what the open case is now: to the page, in the title, on the list of recent cases.
func (d *Desk) told(info casefile.Info) {
	e := info.Engagement
	d.window.SetTitle(e.Title + " – Auditdesk")
	d.window.Emit(EventCase, info)
	err := d.recents.Add(RecentCase{Title: e.Title, Path: info.Path, Events: info.Events, Opened: d.opt.Now().UTC(), MadeUp: e.MadeUp})
	if err != nil {
		slog.Warn("recent cases", "error", err)
	}
	d.warm()
}

// warm reads ahead what the first questions about the open case need, while the auditor looks at what is on screen.
func (d *Desk) warm() {
	open, release, err := d.use()
	if err != nil {
		return
	}
	go func() { // closing the case waits for it
		defer release()
		if err := open.file.Warm(open.ctx); err != nil && open.ctx.Err() == nil {
			slog.Warn("read ahead", "error", err)
		}
	}()
}

// refuseWhileBusy answers a wish that an import, an export or a check of the case stands against.
func (d *Desk) refuseWhileBusy(wish string) error {
	what := d.Busy()
	if what == "" {
		return nil
	}
	return audit.Errorf("Wait for it to end, or stop it first.", "Can't %s: %s is running", wish, what)
}

// Busy names the job that runs, or is "".
func (d *Desk) Busy() string {
	open, release, err := d.use()
	if err != nil {
		return ""
	}
	defer release()
	open.jobs.Lock()
	defer open.jobs.Unlock()
	switch {
	case open.importing != nil:
		return "an import"
	case open.exporting != nil:
		return "an export"
	case open.verifying != nil:
		return "a check of the case"
	default:
		return ""
	}
}

// CloseCase closes the open case. A running import, export or check is stopped; what the import had committed stays.
func (d *Desk) CloseCase() {
	d.opening.Lock()
	defer d.opening.Unlock()
	if d.close() {
		d.window.SetTitle("Auditdesk")
		d.window.Emit(EventCase, nil)
	}
}

// close closes the open case once nothing uses it, and reports whether there was one.
func (d *Desk) close() bool {
	d.mu.Lock()
	open := d.current
	d.current, d.exported = nil, ""
	d.mu.Unlock()
	if open == nil {
		return false
	}
	open.cancel()
	open.uses.Wait()
	d.snapshots.clear() // they are a client's, of this engagement
	if err := open.file.Close(); err != nil {
		slog.Error("close the case", "error", err)
		d.window.Emit(EventError, FailureOf(fmt.Errorf("close the case: %w", err)))
	}
	return true
}

// MayQuit asks the auditor about what still runs, and reports whether the window may close. After true the case is closed.
func (d *Desk) MayQuit(ctx context.Context) bool {
	question := ""
	switch d.Busy() {
	case "an import":
		question = "An import is running. Stop it and quit?\n\nWhat was read so far is kept. Importing the same files again goes on from there."
	case "an export":
		question = "An export is running. Stop it and quit?\n\nNo file is left behind."
	}
	if question != "" && !d.window.Confirm(ctx, "Quit Auditdesk", question) {
		return false
	}
	d.opening.Lock()
	defer d.opening.Unlock()
	d.close()
	return true
}

// caseDir is the folder in which dialogs about cases begin; "" where there is none yet.
func (d *Desk) caseDir() string {
	if open, release, err := d.use(); err == nil {
		defer release()
		return filepath.Dir(open.file.Path())
	}
	if info, err := os.Stat(d.opt.CaseDir); err == nil && info.IsDir() {
		return d.opt.CaseDir
	}
	return ""
}
